"""Commands of the warehouse."""

from __future__ import annotations

from erp.kernel.schema import AmountMinor, Code, Command, Quantity, Text


class OpenStock(Command):
    """Books stock that was there before the books began: Dr 1403, Cr 4001 (nothing when its value is zero)."""

    entity: Code
    item: Code
    quantity: Quantity
    value_minor: AmountMinor


class IssueStock(Command):
    """Takes goods from stock for use, at moving average cost: Dr 5001, Cr 1403. Sets off the reorder check."""

    entity: Code
    item: Code
    quantity: Quantity
    purpose: Text
