"""Posting rules of the warehouse."""

from __future__ import annotations

from erp.kernel.entry import Ledger
from erp.kernel.journal import Choice, PostingRule
from erp.ledger import chart
from erp.stock.rules import COST_ACCOUNT, STOCK_ACCOUNT, USE_ACCOUNT

STOCK = Choice("stock account", tuple(STOCK_ACCOUNT.values()))  # by the kind of the stock level
USE = Choice("use of goods", tuple(USE_ACCOUNT.values()))  # by the kind of the stock level
COST = Choice("cost account", tuple(COST_ACCOUNT.values()))  # by the purpose of the issue

OPENED = PostingRule("stock opened", Ledger.GENERAL, {STOCK: "value"}, {chart.OPENING: "value"})
ISSUED = PostingRule("stock issued", Ledger.GENERAL, {COST: "cost"}, {STOCK: "cost"})
