"""How purchase orders end. Never commit."""

from __future__ import annotations

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.parties.queries import find_account, party_of
from erp.procurement import goods, journals, queries
from erp.procurement.budgeting import budgeted
from erp.procurement.errors import (
    CloseAlreadyRequested,
    DeliveriesUnsettled,
    NotYetClosable,
    SupplierDisputes,
)
from erp.procurement.rules import (
    DeliveryStatus,
    OrderStatus,
    expect_status,
    order_fields,
    to_supplier,
)
from erp.procurement.schemas import (
    CancelOrder,
    CloseOrder,
    RequestOrderClose,
)
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.procurement.voids import lost_receipts, void
from erp.stock.service import move


def cancel_order(context: Context, command: CancelOrder) -> Fields:
    """Ends an order that was not funded: BUD Dr encumbered, Cr available. The caller need not be a party."""
    order = queries.order(context.rows, command.order_id)
    expect_status(order, OrderStatus.OPENED)
    order.status = OrderStatus.CANCELLED.value
    caller = find_account(context.rows, command.caller)
    move(context.rows, order.buyer, order.item, on_order=-order.quantity)
    context.post(
        journals.RELEASED.entry(
            order.buyer, {"rest": budgeted(order).encumbered}, **to_supplier(order)
        )
    )
    return {**order_fields(order), "caller_code": caller.code if caller else None}


def request_order_close(context: Context, command: RequestOrderClose) -> Fields:
    """Asks that the order be ended outside. Refused before its time has run out, and while goods or a dispute wait."""
    order = queries.order_by_number(context.rows, command.order)
    expect_status(order, OrderStatus.FUNDED)
    if order.close_request is not None:
        raise CloseAlreadyRequested(order.number)
    found = queries.deliveries(context.rows, order.order_id)
    closable_at = order.promised_at + order.grace_seconds + order.silence_seconds
    if any(delivery.status == DeliveryStatus.SHIPPED for delivery in found):
        # the supplier's time to dispute that nobody reports its goods
        closable_at += order.silence_seconds
    closable_at = max(closable_at, order.contestable_until)
    if context.at < closable_at:
        raise NotYetClosable(order.number, context.at, closable_at)
    waiting = queries.unsettled(found)
    if waiting:
        raise DeliveriesUnsettled(order.number, waiting)
    disputed = sum(delivery.disputed_by == order.supplier for delivery in found)
    if disputed:
        raise SupplierDisputes(order.number, disputed)
    order.close_request = context.number
    return {**order_fields(order), "closable_at": closable_at}


def close_order(context: Context, command: CloseOrder) -> Fields:
    """Ends a funded order: the rest of escrow returns to the wallet, the rest of the budget becomes available.

    Dr wallet, Cr escrow; BUD Dr encumbered, Cr available. Deliveries under way become LOST, their cost is the supplier's
    to settle (`goods.lose`); refused while accepted ones are unpaid. What was received here, and too late for the outside,
    is taken back first (`voids`): `voided` names it.
    """
    rows = context.rows
    order = queries.order(rows, command.order_id)
    expect_status(order, OrderStatus.FUNDED)
    found = queries.deliveries(rows, order.order_id)
    voided = void(context, order, lost_receipts(order, found, context.at)).numbers
    agree(
        "Order",
        order.number,
        buyer=(party_of(rows, command.buyer).code, order.buyer),
        accepted=(command.accepted, order.accepted),
        accepted_amount_minor=(command.accepted_amount_minor, order.accepted_amount_minor),
        refunded_minor=(command.refunded_minor, order.escrowed_minor),
    )
    lost = _lose_underway(order, found)
    order.status = OrderStatus.CLOSED.value
    order.escrowed_minor = 0
    order.refunded_minor = command.refunded_minor
    move(rows, order.buyer, order.item, on_order=order.accepted - order.quantity)
    rest, refund = budgeted(order).encumbered, command.refunded_minor
    context.post(
        journals.REFUNDED.entry(order.buyer, {"refund": refund}, **to_supplier(order)),
        journals.RELEASED.entry(order.buyer, {"rest": rest}, **to_supplier(order)),
    )
    for delivery in lost:
        goods.lose(context, order, delivery, arrived=0)
    return {
        **order_fields(order),
        "released_minor": rest,
        "lost": [delivery.delivery_id for delivery in lost],
        "voided": voided,
    }


def _lose_underway(order: PurchaseOrder, found: list[Delivery]) -> list[Delivery]:
    valued = [
        delivery
        for delivery in found
        if delivery.status in (DeliveryStatus.INSPECTED, DeliveryStatus.MATCHED)
    ]
    if valued:
        raise DeliveriesUnsettled(order.number, len(valued))
    lost = [
        delivery
        for delivery in found
        if delivery.status in (DeliveryStatus.SHIPPED, DeliveryStatus.RECEIVED)
    ]
    for delivery in lost:
        delivery.status = DeliveryStatus.LOST.value
    return lost
