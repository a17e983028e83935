"""Posting rules of claims."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import Choice, PostingRule
from erp.ledger import chart

_GENERAL = Ledger.GENERAL
CLAIM = "claim"  # what a claim stands at: its lines are against the buyer who owes it, whoever the entry is with

SOLD = PostingRule(
    "claim sold, seller",
    _GENERAL,
    {chart.WALLET: "price", chart.DISCOUNT_EXPENSE: "loss"},
    {chart.CLAIMS_HELD: CLAIM, chart.DISCOUNT_INCOME: "gain"},
)
BOUGHT = PostingRule(
    "claim bought, financier", _GENERAL, {chart.CLAIMS_HELD: CLAIM}, {chart.WALLET: "price"}
)
# who holds a claim is whom its buyer owes
OWED_TO_ANOTHER = PostingRule(
    "claim passed on, buyer",
    _GENERAL,
    {chart.CLAIMS_ISSUED: "to the former holder"},
    {chart.CLAIMS_ISSUED: "to the next holder"},
)
COLLECTED = PostingRule(
    "claim paid when due, holder",
    _GENERAL,
    {chart.WALLET: "amount"},
    {chart.CLAIMS_HELD: "carrying", chart.DISCOUNT_INCOME: "discount"},
)
DISCHARGED = PostingRule(
    "claim paid when due, buyer",
    _GENERAL,
    {chart.CLAIMS_ISSUED: "amount"},
    {chart.CLAIM_COVER: "amount"},
)

# ---- claims handed on for a reason that nobody has told ----------------------------------------

HANDED_ON = PostingRule(
    "claim handed on, sender",
    _GENERAL,
    {chart.SUSPENSE_SENT: "carrying"},
    {chart.CLAIMS_HELD: CLAIM},
)
TAKEN_ON = PostingRule(
    "claim handed on, receiver",
    _GENERAL,
    {chart.CLAIMS_HELD: CLAIM},
    {chart.SUSPENSE_RECEIVED: "amount"},
)
SOLD_PRIVATELY = PostingRule(
    "claim handed on for tokens, sender",
    _GENERAL,
    {chart.SUSPENSE_RECEIVED: "paid", chart.DISCOUNT_EXPENSE: "loss"},
    {chart.SUSPENSE_SENT: "carrying", chart.DISCOUNT_INCOME: "gain"},
)
# what was paid for it, less or more than its amount, is what a claim still held stands at
BOUGHT_PRIVATELY = PostingRule(
    "claim handed on for tokens, receiver",
    _GENERAL,
    {chart.SUSPENSE_RECEIVED: "amount"},
    {
        chart.SUSPENSE_SENT: "paid",
        chart.CLAIMS_HELD: "discount on hand",
        chart.DISCOUNT_INCOME: "discount gone",
    },
)
PURPOSE_SENT = Choice(
    "purpose of the sender",
    (chart.ADVANCES_PAID, chart.EQUITY_INVESTMENTS),
    below=("6601", "6602", "6603", "6711"),
)
PURPOSE_RECEIVED = Choice(
    "purpose of the receiver",
    (chart.ADVANCES_RECEIVED, chart.CAPITAL),
    below=("6051", "6301"),
)
GIVEN = PostingRule(
    "claim handed on for a purpose, sender",
    _GENERAL,
    {PURPOSE_SENT: "amount"},
    {chart.SUSPENSE_SENT: "carrying", chart.DISCOUNT_INCOME: "gain"},
)
ACCEPTED = PostingRule(
    "claim handed on for a purpose, receiver",
    _GENERAL,
    {chart.SUSPENSE_RECEIVED: "amount"},
    {PURPOSE_RECEIVED: "amount"},
)
