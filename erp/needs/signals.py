"""Needs that sales show: orders of an item far above what was to be expected (销售信号)."""

from __future__ import annotations

from collections.abc import Iterator

from erp.kernel.context import Context
from erp.kernel.operation import FollowUps
from erp.kernel.schema import Command
from erp.needs import queries
from erp.needs.rules import NeedSource
from erp.needs.schemas import RaiseNeed
from erp.sales.public import OpenSalesOrder, signal_of


def after_sale(context: Context, command: OpenSalesOrder) -> Iterator[Command]:
    """Yields the need that an order shows: its item is asked for far more than before, and no such need stands."""
    found = signal_of(context.rows, command.entity, command.item, context.at)
    if found is None or queries.living_for_item(
        context.rows, NeedSource.SALES_SIGNAL, command.item
    ):
        return
    text = f"{command.item}: {found.week} ordered of {command.entity} in a week, {found.weeks_before} in the four before"
    yield RaiseNeed(
        source=NeedSource.SALES_SIGNAL, text=text, item=command.item, about=context.number
    )


FOLLOW_UPS: FollowUps = {OpenSalesOrder: after_sale}
