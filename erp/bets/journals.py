"""Posting rules of bets. A share less a penalty may be less than nothing: then its line changes sides."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import PostingRule
from erp.ledger import chart

_GENERAL, _BUDGET = Ledger.GENERAL, Ledger.BUDGET

# ---- budget ledger of the sponsor, and of each party of the house ---------------------------------

SET_ASIDE = PostingRule(
    "what a bet may cost set aside",
    _BUDGET,
    {chart.AVAILABLE: "at stake"},
    {chart.PRE_ENCUMBERED: "at stake"},
)
TAKEN_ON = PostingRule(
    "bet stands on its terms",
    _BUDGET,
    {chart.PRE_ENCUMBERED: "at stake"},
    {chart.ENCUMBERED: "at stake"},
)
SPENT = PostingRule(
    "value shared or penalty of a bet, budget",
    _BUDGET,
    {chart.ENCUMBERED: "spent"},
    {chart.EXPENDED: "spent"},
)
FREED = PostingRule(
    "what a bet did not cost freed",
    _BUDGET,
    {chart.ENCUMBERED: "rest"},
    {chart.AVAILABLE: "rest"},
)

# ---- money in custody ----------------------------------------------------------------------------

POOL_PAID_IN = PostingRule(
    "pool of a bet paid in, sponsor", _GENERAL, {chart.BET_STAKES: "pool"}, {chart.WALLET: "pool"}
)
STAKE_PAID_IN = PostingRule(
    "stake of a bet paid in, party", _GENERAL, {chart.BET_STAKES: "stake"}, {chart.WALLET: "stake"}
)
POOL_GIVEN = PostingRule(
    "pool of a bet topped up by another, payer",
    _GENERAL,
    {chart.SUSPENSE_SENT: "pool"},
    {chart.WALLET: "pool"},
)
POOL_RECEIVED = PostingRule(
    "pool of a bet topped up by another, sponsor",
    _GENERAL,
    {chart.BET_STAKES: "pool"},
    {chart.SUSPENSE_RECEIVED: "pool"},
)
SETTLED_PARTY = PostingRule(
    "bet settled, party",
    _GENERAL,
    {chart.BET_PENALTY: "penalty", chart.BET_STAKES: "share less penalty"},
    {chart.VALUE_SHARE_INCOME: "of the value", chart.BET_REWARD: "of the penalties"},
)
SETTLED_SPONSOR = PostingRule(
    "bet settled, sponsor",
    _GENERAL,
    {chart.VALUE_SHARE_EXPENSE: "value"},
    {chart.BET_STAKES: "value less rounding", chart.BET_REWARD: "rounding"},
)
PAID_OUT = PostingRule(
    "paid out of a bet", _GENERAL, {chart.WALLET: "paid"}, {chart.BET_STAKES: "paid"}
)
