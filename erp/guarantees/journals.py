"""Posting rules of guarantees and defects."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import PostingRule
from erp.ledger import chart
from erp.stock.journals import STOCK, USE

_GENERAL = Ledger.GENERAL

PLEDGED = PostingRule(
    "guarantee pledged, supplier",
    _GENERAL,
    {chart.GUARANTEES: "amount"},
    {chart.WALLET: "amount"},
)
RELEASED = PostingRule(
    "guarantee released, supplier",
    _GENERAL,
    {chart.WALLET: "amount"},
    {chart.GUARANTEES: "amount"},
)
LOST = PostingRule(
    "guarantee paid to the buyer, supplier",
    _GENERAL,
    {chart.GUARANTEE_LOSS: "paid"},
    {chart.GUARANTEES: "paid"},
)
SHARE_TAKEN = PostingRule(
    "share of what was not delivered, buyer",
    _GENERAL,
    {chart.WALLET: "paid"},
    {chart.FORFEITS: "paid"},
)
# what is still on hand leaves the stock; what is gone has cost less by its part of the payment
COMPENSATED = PostingRule(
    "defect settled, buyer",
    _GENERAL,
    {chart.WALLET: "paid", chart.SCRAP: "uncompensated"},
    {STOCK: "on hand", USE: "paid for gone"},
)
UNSPENT = PostingRule(
    "budget of defective goods free again",
    Ledger.BUDGET,
    {chart.EXPENDED: "paid"},
    {chart.AVAILABLE: "paid"},
)
