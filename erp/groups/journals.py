"""Posting rules of chain groups."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import PostingRule
from erp.ledger import chart

_GENERAL, _BUDGET = Ledger.GENERAL, Ledger.BUDGET

# ---- budget ledger of the leader ----------------------------------------------------------------

SPENT = PostingRule(
    "budget of earned pay spent",
    _BUDGET,
    {chart.ENCUMBERED: "earned"},
    {chart.EXPENDED: "earned"},
)
FREED = PostingRule(
    "budget that nobody earned freed",
    _BUDGET,
    {chart.ENCUMBERED: "rest"},
    {chart.AVAILABLE: "rest"},
)

# ---- money in custody ---------------------------------------------------------------------------

BUDGET_PAID_IN = PostingRule(
    "pay of a group's roles paid in, leader",
    _GENERAL,
    {chart.GROUP_FUNDS: "pay"},
    {chart.WALLET: "pay"},
)
STAKE_PAID_IN = PostingRule(
    "stake of a grab paid in, candidate",
    _GENERAL,
    {chart.GROUP_FUNDS: "stake"},
    {chart.WALLET: "stake"},
)
PAY_SPENT = PostingRule(
    "pay of a role earned, leader",
    _GENERAL,
    {chart.ROLE_COST: "earned"},
    {chart.GROUP_FUNDS: "earned"},
)
PAY_EARNED = PostingRule(
    "pay of a role earned, holder",
    _GENERAL,
    {chart.GROUP_FUNDS: "earned"},
    {chart.ROLE_INCOME: "earned"},
)
STAKE_RETURNED = PostingRule(
    "stake of a grab returned, candidate",
    _GENERAL,
    {chart.WALLET: "stake"},
    {chart.GROUP_FUNDS: "stake"},
)
PAY_RECEIVED = PostingRule(
    "earned pay paid out, holder",
    _GENERAL,
    {chart.WALLET: "earned"},
    {chart.GROUP_FUNDS: "earned"},
)
BUDGET_RETURNED = PostingRule(
    "unearned pay returned, leader",
    _GENERAL,
    {chart.WALLET: "rest"},
    {chart.GROUP_FUNDS: "rest"},
)
