"""Posting rules of sales: goods on their way, income, returns, money of customers, bad debts."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import Choice, PostingRule
from erp.ledger import chart
from erp.sales.rules import INCOME_ACCOUNT
from erp.stock.journals import STOCK

_GENERAL = Ledger.GENERAL

INCOME = Choice("income of what is sold", tuple(INCOME_ACCOUNT.values()))  # by the kind of the sale

DESPATCHED = PostingRule(
    "goods on their way to a customer", _GENERAL, {chart.GOODS_DESPATCHED: "cost"}, {STOCK: "cost"}
)
SOLD = PostingRule(
    "sale delivered",
    _GENERAL,
    {chart.RECEIVABLES: "gross"},
    {INCOME: "net", chart.OUTPUT_TAX: "tax"},
)
COST_OF_GOODS = PostingRule(
    "cost of goods delivered",
    _GENERAL,
    {chart.COST_OF_SALES: "cost"},
    {chart.GOODS_DESPATCHED: "cost"},
)
COST_OF_SERVICE = PostingRule(
    "cost of a service delivered",
    _GENERAL,
    {chart.COST_OF_SALES: "cost"},
    {chart.PRODUCTION_COST: "cost"},
)
RETURNED = PostingRule(
    "sale returned",
    _GENERAL,
    {INCOME: "net", chart.OUTPUT_TAX: "tax"},
    {chart.RECEIVABLES: "gross"},
)
RESTOCKED = PostingRule(
    "good units of a return", _GENERAL, {STOCK: "cost"}, {chart.COST_OF_SALES: "cost"}
)
RECEIVED = PostingRule(
    "money of a customer received", _GENERAL, {chart.BANK: "amount"}, {chart.RECEIVABLES: "amount"}
)
REFUNDED = PostingRule(
    "money paid back to a customer", _GENERAL, {chart.RECEIVABLES: "amount"}, {chart.BANK: "amount"}
)
PROVIDED = PostingRule(
    "bad debts provided for",
    _GENERAL,
    {chart.CREDIT_IMPAIRMENT: "change"},
    {chart.BAD_DEBT_PROVISION: "change"},
)
