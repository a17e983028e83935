"""Posting rules of procurement, from requisition to match."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import PostingRule
from erp.ledger import chart
from erp.stock.journals import STOCK, USE

_GENERAL, _BUDGET = Ledger.GENERAL, Ledger.BUDGET

# ---- budget of the buyer ----------------------------------------------------------------------

RESERVED = PostingRule(
    "estimate of a requisition set aside",
    _BUDGET,
    {chart.AVAILABLE: "estimate"},
    {chart.PRE_ENCUMBERED: "estimate"},
)
ORDERED = PostingRule(
    "order placed, its saving returned",
    _BUDGET,
    {chart.PRE_ENCUMBERED: "estimate"},
    {chart.ENCUMBERED: "amount", chart.AVAILABLE: "saving"},
)
RELEASED = PostingRule(
    "rest of an ended order freed",
    _BUDGET,
    {chart.ENCUMBERED: "rest"},
    {chart.AVAILABLE: "rest"},
)
EXPENDED = PostingRule(
    "budget of accepted goods spent",
    _BUDGET,
    {chart.ENCUMBERED: "accepted"},
    {chart.EXPENDED: "accepted"},
)
REBUDGETED = PostingRule(
    "budget of a changed order",
    _BUDGET,
    {chart.ENCUMBERED: "no longer encumbered"},
    {chart.EXPENDED: "spent", chart.AVAILABLE: "freed"},
)
VARIED = PostingRule(
    "budget of a price variance spent",
    _BUDGET,
    {chart.AVAILABLE: "variance"},
    {chart.EXPENDED: "variance"},
)

# ---- bonds of bids ----------------------------------------------------------------------------

BOND_STAKED = PostingRule(
    "bond of a bid staked, bidder", _GENERAL, {chart.STAKES: "bond"}, {chart.WALLET: "bond"}
)
BOND_RETURNED = PostingRule(
    "bond of a bid returned, bidder", _GENERAL, {chart.WALLET: "bond"}, {chart.STAKES: "bond"}
)
BOND_LOST = PostingRule(
    "bond of a bid forfeited, bidder", _GENERAL, {chart.BET_PENALTY: "bond"}, {chart.STAKES: "bond"}
)
BOND_TAKEN = PostingRule(
    "bond of a bid forfeited, buyer", _GENERAL, {chart.WALLET: "bond"}, {chart.FORFEITS: "bond"}
)

# ---- goods ------------------------------------------------------------------------------------

DESPATCHED = PostingRule(
    "goods despatched, supplier", _GENERAL, {chart.GOODS_DESPATCHED: "cost"}, {STOCK: "cost"}
)
MISSING = PostingRule(
    "despatched goods missing, supplier",
    _GENERAL,
    {chart.UNSETTLED_PROPERTY: "cost"},
    {chart.GOODS_DESPATCHED: "cost"},
)
RETURNED = PostingRule(
    "rejected goods back in stock, supplier",
    _GENERAL,
    {STOCK: "cost"},
    {chart.GOODS_DESPATCHED: "cost"},
)
ACCEPTED = PostingRule(
    "goods accepted, buyer", _GENERAL, {STOCK: "accepted"}, {chart.GOODS_RECEIVED: "accepted"}
)
REVALUED = PostingRule(
    "accepted goods counted or valued anew, buyer",
    _GENERAL,
    {STOCK: "on hand", USE: "gone"},
    {chart.GOODS_RECEIVED: "change"},
)
EARNED = PostingRule(
    "goods accepted, revenue of the supplier",
    _GENERAL,
    {chart.UNBILLED: "accepted"},
    {chart.REVENUE: "accepted"},
)
COST_OF_SALE = PostingRule(
    "goods accepted, cost of the supplier",
    _GENERAL,
    {chart.COST_OF_SALES: "cost"},
    {chart.GOODS_DESPATCHED: "cost"},
)

# ---- invoices ---------------------------------------------------------------------------------

MATCHED = PostingRule(
    "invoice matched, buyer",
    _GENERAL,
    {
        chart.GOODS_RECEIVED: "accepted",
        STOCK: "variance on hand",
        USE: "variance gone",
        chart.INPUT_TAX: "tax",
    },
    {chart.PAYABLES: "gross"},
)
BILLED = PostingRule(
    "invoice matched, supplier",
    _GENERAL,
    {chart.RECEIVABLES: "gross"},
    {chart.UNBILLED: "accepted", chart.REVENUE: "variance", chart.OUTPUT_TAX: "tax"},
)
CERTIFIED = PostingRule(
    "input VAT certified, buyer",
    _GENERAL,
    {chart.CERTIFIED_INPUT_TAX: "tax"},
    {chart.INPUT_TAX: "tax"},
)
RED_LETTER = PostingRule(
    "red-letter invoice of a penalty, supplier",
    _GENERAL,
    {chart.OUTPUT_TAX: "tax"},
    {chart.OUTPUT_TAX_TO_CORRECT: "tax"},
)

# ---- an order that changes, and its end ----------------------------------------------------------------------

TOPPED_UP = PostingRule(
    "escrow of a changed order topped up, buyer",
    _GENERAL,
    {chart.ESCROW: "top-up"},
    {chart.WALLET: "top-up"},
)
REFUNDED = PostingRule(
    "rest of the escrow returned, buyer",
    _GENERAL,
    {chart.WALLET: "refund"},
    {chart.ESCROW: "refund"},
)
