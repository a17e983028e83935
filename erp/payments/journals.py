"""Posting rules of capital, settlement tokens, escrow and payment."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import Choice, PostingRule
from erp.ledger import chart
from erp.stock.journals import STOCK, USE

_GENERAL = Ledger.GENERAL

CONTRIBUTED = PostingRule(
    "capital paid in", _GENERAL, {chart.BANK: "amount"}, {chart.CAPITAL: "amount"}
)

# ---- settlement tokens ------------------------------------------------------------------------

TOKENS_BOUGHT = PostingRule(
    "tokens bought, holder",
    _GENERAL,
    {chart.WALLET: "amount"},
    {chart.BANK: "from bank", chart.SUSPENSE_RECEIVED: "unexplained"},
)
TOKENS_SOLD = PostingRule(
    "tokens redeemed, holder", _GENERAL, {chart.BANK: "amount"}, {chart.WALLET: "amount"}
)
TOKENS_BOUGHT_OUTSIDE = PostingRule(
    "tokens bought, outside partner",
    _GENERAL,
    {chart.WALLET: "amount"},
    {chart.OPENING: "amount"},
)
TOKENS_ISSUED = PostingRule(
    "tokens issued, treasury", _GENERAL, {chart.BANK: "amount"}, {chart.TOKENS_ISSUED: "amount"}
)
TRANSFER_SENT = PostingRule(
    "direct transfer, sender", _GENERAL, {chart.SUSPENSE_SENT: "amount"}, {chart.WALLET: "amount"}
)
TRANSFER_RECEIVED = PostingRule(
    "direct transfer, receiver",
    _GENERAL,
    {chart.WALLET: "amount"},
    {chart.SUSPENSE_RECEIVED: "amount"},
)

# ---- what direct transfers and unexplained money were for -------------------------------------

PURPOSE_SENT = Choice(
    "purpose of the sender",
    (
        chart.ADVANCES_PAID,
        chart.EQUITY_INVESTMENTS,
        chart.SUSPENSE_RECEIVED,
    ),
    below=("6601", "6602", "6603", "6711"),
)
PURPOSE_RECEIVED = Choice(
    "purpose of the receiver",
    (
        chart.BANK,
        chart.ADVANCES_RECEIVED,
        chart.CAPITAL,
        chart.SUSPENSE_SENT,
    ),
    below=("6051", "6301"),
)
EXPLAINED_SENT = PostingRule(
    "transfer explained, sender",
    _GENERAL,
    {PURPOSE_SENT: "amount"},
    {chart.SUSPENSE_SENT: "amount"},
)
EXPLAINED_RECEIVED = PostingRule(
    "transfer explained, receiver",
    _GENERAL,
    {chart.SUSPENSE_RECEIVED: "amount"},
    {PURPOSE_RECEIVED: "amount"},
)

# ---- escrow and payment -----------------------------------------------------------------------

DEPOSITED = PostingRule(
    "deposit into escrow, buyer", _GENERAL, {chart.ESCROW: "amount"}, {chart.WALLET: "amount"}
)
# a certified invoice's tax is transferred out, another's is not there to be certified any more
PENALTY_INPUT_TAX = Choice("input VAT of a penalty", (chart.INPUT_TAX, chart.INPUT_TAX_REVERSED))
# an invoice that was issued needs its red letter first; where none was, there is nothing to correct
PENALTY_OUTPUT_TAX = Choice(
    "output VAT of a penalty", (chart.OUTPUT_TAX_TO_CORRECT, chart.OUTPUT_TAX)
)
PAID = PostingRule(
    "delivery paid from escrow, buyer",
    _GENERAL,
    # paid later: the debt stays, as a claim, and the money that covers it
    {chart.PAYABLES: "gross", chart.CLAIM_COVER: "deferred"},
    {
        chart.ESCROW: "paid",
        chart.CLAIMS_ISSUED: "deferred",
        STOCK: "penalty on hand",
        USE: "penalty gone",
        PENALTY_INPUT_TAX: "penalty tax",
    },
)
RECEIVED = PostingRule(
    "delivery paid from escrow, supplier",
    _GENERAL,
    {
        chart.WALLET: "paid at once",
        chart.CLAIMS_HELD: "deferred",
        chart.REVENUE: "penalty",
        PENALTY_OUTPUT_TAX: "penalty tax",
    },
    {chart.RECEIVABLES: "gross"},
)
