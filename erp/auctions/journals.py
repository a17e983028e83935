"""Posting rules of open auctions."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import PostingRule
from erp.ledger import chart

BOND_LENT = PostingRule(
    "bond of an open auction paid in, bidder",
    Ledger.GENERAL,
    {chart.AUCTION_BONDS: "bond"},
    {chart.WALLET: "bond"},
)
BOND_BACK = PostingRule(
    "bond of an open auction returned, bidder",
    Ledger.GENERAL,
    {chart.WALLET: "bond"},
    {chart.AUCTION_BONDS: "bond"},
)
