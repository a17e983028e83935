"""Commands of the warehouse."""

from __future__ import annotations

from erp.kernel.schema import AmountMinor, Code, Command, Quantity, Text
from erp.stock.rules import Purpose, StockKind


class OpenStock(Command):
    """Books stock that was there before the books began: Dr 1403 or 1405 by its kind, Cr 4104.01.

    No entry when its value is zero.
    """

    entity: Code
    item: Code
    quantity: Quantity
    value_minor: AmountMinor
    kind: StockKind = StockKind.RAW


class IssueStock(Command):
    """Takes goods from stock at moving average cost: Dr the account of the purpose, Cr 1403 or 1405.

    5001 production, 6401 sale, 5301 research, 5101 maintenance, 6601.02 selling, 6602.04 administration, 6711.04 scrap. Sets
    off the reorder check.
    """

    entity: Code
    item: Code
    quantity: Quantity
    purpose: Purpose
    chain_group: Code | None = None  # for whose work
    note: Text | None = None  # for what in particular: an order of production, say
