"""Despatch and goods receipt.

Never commit. Quantities only: nothing is valued before acceptance.
"""

from __future__ import annotations

from erp.kernel import amounts
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.parties.queries import party, party_of
from erp.procurement import queries
from erp.procurement.errors import (
    AlreadyAttested,
    AlreadyReceived,
    DeliveryExists,
    OverDespatch,
    OverReceipt,
    ReceivedOutOfTime,
    TooManyDeliveries,
)
from erp.procurement.public import expect_status, order_fields
from erp.procurement.rules import DeliveryStatus, OrderStatus
from erp.procurement.schemas import AttestReceipt, RecordDespatch, RecordGoodsReceipt
from erp.procurement.tables import Delivery


def record_despatch(context: Context, command: RecordDespatch) -> Fields:
    """A part delivery is on its way.

    Together with what is accepted or on its way it fits the order.
    """
    session = context.session
    order = queries.order(session, command.order_id)
    expect_status(order, OrderStatus.FUNDED)
    agree(
        "Despatch of order",
        order.number,
        supplier=(party_of(session, command.supplier).code, order.supplier),
    )
    if session.get(Delivery, (order.order_id, command.delivery_id)) is not None:
        raise DeliveryExists(f"{command.delivery_id} of {order.number}")
    if order.deliveries >= amounts.MAX_DELIVERIES:
        raise TooManyDeliveries(order.number, amounts.MAX_DELIVERIES)
    if command.quantity > order.quantity - order.underway:
        raise OverDespatch(order.number, command.quantity, order.quantity - order.underway)
    order.deliveries += 1
    order.underway += command.quantity
    session.add(
        Delivery(
            order_id=order.order_id,
            delivery_id=command.delivery_id,
            status=DeliveryStatus.SHIPPED.value,
            shipped=command.quantity,
            shipped_at=command.shipped_at,
            despatch=context.number,
        )
    )
    session.flush()
    return order_fields(order)


def record_goods_receipt(context: Context, command: RecordGoodsReceipt) -> Fields:
    """The goods are at the dock; what is missing may be despatched again."""
    session = context.session
    order = queries.order_by_number(session, command.order)
    part = queries.delivery(session, order, command.delivery_id)
    name = f"{part.delivery_id} of {order.number}"
    if part.receipt is not None:
        raise AlreadyReceived(name)
    if part.status != DeliveryStatus.SHIPPED:
        raise WrongStatus("Delivery", name, part.status, DeliveryStatus.SHIPPED.value)
    expect_status(order, OrderStatus.FUNDED)
    if command.quantity > part.shipped:
        raise OverReceipt(order.number, part.delivery_id, command.quantity, part.shipped)
    if not part.shipped_at <= command.received_at <= context.at:
        raise ReceivedOutOfTime(
            order.number, part.delivery_id, command.received_at, part.shipped_at, context.at
        )
    part.status = DeliveryStatus.RECEIVED.value
    part.received = command.quantity
    part.received_at = command.received_at
    part.days_late = amounts.days_late(command.received_at, order.promised_at)
    part.receipt = context.number
    order.underway -= part.shipped - command.quantity
    return {
        **order_fields(order),
        "supplier": party(session, order.supplier).account,
        "shipped": part.shipped,
        "days_late": part.days_late,
    }


def attest_receipt(context: Context, command: AttestReceipt) -> Fields:
    """The settlement side holds the receipt, and it is ours to the unit."""
    session = context.session
    order = queries.order(session, command.order_id)
    part = queries.delivery(session, order, command.delivery_id)
    name = f"{part.delivery_id} of {order.number}"
    if part.receipt_attestation is not None:
        raise AlreadyAttested(name)
    agree(
        "Receipt of delivery",
        name,
        receipt=(command.receipt, part.receipt or "none"),
        quantity=(command.quantity, part.received),
        received_at=(command.received_at, part.received_at or 0),
        days_late=(command.days_late, part.days_late),
    )
    part.receipt_attestation = context.number
    return order_fields(order)
