"""Counts what documents of a group show of its things, where a role earns by it. Never commits.

A delivery counts once for each measure, with the quantity that the newest document about it says.
"""

from __future__ import annotations

from collections.abc import Iterator

from erp.groups import queries as groups
from erp.groups.rules import GroupStatus
from erp.groups.tables import ChainGroup
from erp.kernel.context import Context
from erp.kernel.schema import Command
from erp.needs import public as needs
from erp.needs.public import WorkMeasure
from erp.procurement import public as procurement
from erp.procurement.public import (
    CloseOrder,
    Delivery,
    PurchaseOrder,
    RecordDeliveryRuling,
    RecordGoodsReceipt,
    RecordReceiptVoid,
    RecordSilentAcceptance,
)
from erp.quality.schemas import RecordInspection
from erp.sales.public import DeliverSale, ReturnSale
from erp.sales.public import sale as sale_of
from erp.work.progress import due
from erp.work.tables import WorkCount, WorkTotal


def after_receipt(context: Context, command: RecordGoodsReceipt) -> Iterator[Command]:
    """Yields what roles earn by what arrived."""
    order, delivery, _ = procurement.delivery_of(context.rows, command.order, command.delivery_id)
    yield from _delivered_to_us(context, order, delivery)


def after_inspection(context: Context, command: RecordInspection) -> Iterator[Command]:
    """Yields what roles earn by what was accepted."""
    order, delivery, _ = procurement.delivery_of_receipt(context.rows, command.receipt)
    yield from _delivered_to_us(context, order, delivery)


def after_decision(
    context: Context, command: RecordSilentAcceptance | RecordDeliveryRuling | RecordReceiptVoid
) -> Iterator[Command]:
    """Yields what roles earn by what counts as accepted, was ruled to be, or counts no more."""
    order, delivery, _ = procurement.delivery_of(
        context.rows, command.order_id, command.delivery_id
    )
    yield from _delivered_to_us(context, order, delivery)


def after_close(context: Context, command: CloseOrder) -> Iterator[Command]:
    """Yields what is left to count of an order that ended: nothing of what came too late for it."""
    order = procurement.order(context.rows, command.order_id)
    for delivery in procurement.deliveries(context.rows, command.order_id):
        yield from _delivered_to_us(context, order, delivery)


def _delivered_to_us(
    context: Context, order: PurchaseOrder, delivery: Delivery
) -> Iterator[Command]:
    group = _at_work(context, order.chain_group)
    if group is None:
        return
    subject = f"{order.number}/{delivery.delivery_id}"
    for measure, quantity in (
        (WorkMeasure.RECEIVED, delivery.received),
        (WorkMeasure.ACCEPTED, delivery.accepted),
    ):
        yield from _count(
            context, group, (measure, order.item), (order.supplier, subject, quantity)
        )


def after_sale(context: Context, command: DeliverSale | ReturnSale) -> Iterator[Command]:
    """Yields what roles earn by what a customer got, or still has."""
    sale = sale_of(context.rows, command.sales_order)
    group = _at_work(context, sale.chain_group)
    if group is not None:
        kept = (sale.entity, sale.number, sale.quantity - sale.returned)
        yield from _count(context, group, (WorkMeasure.DELIVERED, sale.item), kept)


def _at_work(context: Context, code: str) -> ChainGroup | None:
    """The group of a document while it works; None for all else."""
    found = groups.find_by_code(context.rows, code)
    return found if found is not None and found.status == GroupStatus.FORMED else None


def _count(
    context: Context,
    group: ChainGroup,
    thing: tuple[WorkMeasure, str],
    shown: tuple[str, str, int],
) -> Iterator[Command]:
    """Counts a quantity of a party's delivery, if a role earns by such things, and yields what that brings."""
    measure, item = thing
    roles = [
        role_id
        for role_id, terms in enumerate(needs.earning_of(context.rows, group.proposal), start=1)
        if any((what["measure"], what["item"]) == thing for what in needs.counted_in(terms))
    ]
    if roles and _keep(context, group.code, measure, item, shown):
        for role_id in roles:
            yield from due(context, group, role_id)


def _keep(
    context: Context, code: str, measure: WorkMeasure, item: str, shown: tuple[str, str, int]
) -> bool:
    """Keeps a quantity in place of the one before. False when it is the same."""
    rows, (party, subject, quantity) = context.rows, shown
    known = rows.get(WorkCount, code, measure.value, subject)
    before = known.quantity if known is not None else 0
    if quantity == before:
        return False
    newest = {"quantity": quantity, "document": context.number, "sequence": context.sequence}
    key = {"chain_group": code, "measure": measure.value, "item": item, "party": party}
    rows.put(WorkCount, **key, subject=subject, **newest)
    total = rows.get(WorkTotal, code, measure.value, item, party)
    had = total.quantity if total is not None else 0
    rows.put(WorkTotal, **key, quantity=had + quantity - before)
    return True
