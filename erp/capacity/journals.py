"""Posting rules of machine-minutes."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import PostingRule
from erp.ledger import chart

_GENERAL = Ledger.GENERAL
MINUTES = "minutes"  # what they stand at: lines against the plant that owes them, whoever the entry is with

BOUGHT = PostingRule(
    "machine-minutes bought, holder",
    _GENERAL,
    {chart.PREPAID_CAPACITY: "amount"},
    {chart.WALLET: "amount"},
)
SOLD = PostingRule(
    "machine-minutes sold, plant",
    _GENERAL,
    {chart.CAPACITY_FUNDS: "amount"},
    {chart.CONTRACT_LIABILITIES: "amount"},
)
MINUTES_SENT = PostingRule(
    "machine-minutes transferred, sender",
    _GENERAL,
    {chart.SUSPENSE_SENT: "carrying"},
    {chart.PREPAID_CAPACITY: MINUTES},
)
MINUTES_RECEIVED = PostingRule(
    "machine-minutes transferred, receiver",
    _GENERAL,
    {chart.PREPAID_CAPACITY: MINUTES},
    {chart.SUSPENSE_RECEIVED: "face"},
)
# who holds minutes is whom their plant owes them
OWED_TO_ANOTHER = PostingRule(
    "machine-minutes transferred, plant",
    _GENERAL,
    {chart.CONTRACT_LIABILITIES: "to the former holder"},
    {chart.CONTRACT_LIABILITIES: "to the next holder"},
)
MINUTES_SOLD_ON = PostingRule(
    "transfer of machine-minutes explained, sender",
    _GENERAL,
    {chart.SUSPENSE_RECEIVED: "paid"},
    {chart.SUSPENSE_SENT: "carrying", chart.TOKEN_GAIN: "gain"},
)
MINUTES_ACQUIRED = PostingRule(
    "transfer of machine-minutes explained, receiver",
    _GENERAL,
    {
        chart.SUSPENSE_RECEIVED: "face",
        chart.PREPAID_CAPACITY: "on minutes held",
        chart.TOKEN_GAIN: "on minutes gone",
    },
    {chart.SUSPENSE_SENT: "paid"},
)
RUN_EARNED = PostingRule(
    "run settled, plant",
    _GENERAL,
    {chart.CONTRACT_LIABILITIES: "amount"},
    {chart.CAPACITY_REVENUE: "earned", chart.CAPACITY_FUNDS: "returned"},
)
RUN_USED = PostingRule(
    "run settled, holder",
    _GENERAL,
    {chart.PRODUCTION_COST: "cost", chart.CAPACITY_FUNDS: "returned"},
    {chart.PREPAID_CAPACITY: "carrying", chart.TOKEN_GAIN: "gain"},
)
EXPIRED_EARNED = PostingRule(
    "machine-minutes expired, plant",
    _GENERAL,
    {chart.CONTRACT_LIABILITIES: "amount"},
    {chart.CAPACITY_REVENUE: "amount"},
)
EXPIRED_LOST = PostingRule(
    "machine-minutes expired, holder",
    _GENERAL,
    {chart.EXPIRED_CAPACITY: "carrying"},
    {chart.PREPAID_CAPACITY: "carrying"},
)
REFUND_OWED = PostingRule(
    "machine-minutes refunded, plant",
    _GENERAL,
    {chart.CONTRACT_LIABILITIES: "amount"},
    {chart.CAPACITY_FUNDS: "amount"},
)
REFUND_DUE = PostingRule(
    "machine-minutes refunded, holder",
    _GENERAL,
    {chart.CAPACITY_FUNDS: "amount"},
    {chart.PREPAID_CAPACITY: "carrying", chart.TOKEN_GAIN: "gain"},
)
WITHDRAWN = PostingRule(
    "withdrawn from the capacity market",
    _GENERAL,
    {chart.WALLET: "amount"},
    {chart.CAPACITY_FUNDS: "amount"},
)
