"""Operations of despatch and goods receipt. Never commit. The buyer values nothing before acceptance."""

from __future__ import annotations

from erp.kernel import amounts
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.parties.queries import party, party_of
from erp.procurement import goods, queries
from erp.procurement.disputes import end_dispute
from erp.procurement.errors import (
    AlreadyAttested,
    AlreadyReceived,
    DeliveryExists,
    OverDespatch,
    OverReceipt,
    ReceiptTooLate,
    ReceivedOutOfTime,
    TooManyDeliveries,
)
from erp.procurement.lateness import days_late
from erp.procurement.rules import DeliveryStatus, OrderStatus, expect_status, order_fields
from erp.procurement.schemas import AttestReceipt, RecordDespatch, RecordGoodsReceipt
from erp.procurement.tables import Delivery
from erp.procurement.voids import is_lost, lost_at


def record_despatch(context: Context, command: RecordDespatch) -> Fields:
    """Adds a delivery that the supplier has sent: Dr goods despatched, Cr stock, as far as its stock is kept here.

    Refused beyond what the order still asks for, and beyond 64 deliveries. `cost_unknown` says how many units came from
    elsewhere.
    """
    rows = context.rows
    order = queries.order(rows, command.order_id)
    expect_status(order, OrderStatus.FUNDED)
    agree(
        "Despatch of order",
        order.number,
        supplier=(party_of(rows, command.supplier).code, order.supplier),
    )
    if rows.get(Delivery, order.order_id, command.delivery_id) is not None:
        raise DeliveryExists(f"{command.delivery_id} of {order.number}")
    if order.deliveries >= amounts.MAX_DELIVERIES:
        raise TooManyDeliveries(order.number, amounts.MAX_DELIVERIES)
    if command.quantity > order.quantity - order.underway:
        raise OverDespatch(order.number, command.quantity, order.quantity - order.underway)
    order.deliveries += 1
    order.underway += command.quantity
    delivery = rows.add(
        Delivery,
        order_id=order.order_id,
        delivery_id=command.delivery_id,
        status=DeliveryStatus.SHIPPED.value,
        shipped=command.quantity,
        shipped_at=command.shipped_at,
        promised_at=command.promised_at,
        own_promise=order.scheduled,
        despatch=context.number,
    )
    unknown = goods.despatch(context, order, delivery)
    return {**order_fields(order), "cost_unknown": unknown}


def record_goods_receipt(context: Context, command: RecordGoodsReceipt) -> Fields:
    """Records what arrived of a delivery, when, and how many days late. What is missing may be sent again.

    The buyer books nothing yet. Supplier Dr property to be settled, Cr goods despatched the cost of what is missing.
    Refused when the outside takes no receipt of the order any more (ReceiptTooLate).
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order, command.delivery_id)
    if delivery.receipt is not None:
        raise AlreadyReceived(name)
    if delivery.status != DeliveryStatus.SHIPPED:
        raise WrongStatus("Delivery", name, delivery.status, DeliveryStatus.SHIPPED.value)
    expect_status(order, OrderStatus.FUNDED)
    if is_lost(order, delivery, context.at):
        raise ReceiptTooLate(name, lost_at(order))
    if command.quantity > delivery.shipped:
        raise OverReceipt(order.number, delivery.delivery_id, command.quantity, delivery.shipped)
    if not delivery.shipped_at <= command.received_at <= context.at:
        raise ReceivedOutOfTime(
            order.number, delivery.delivery_id, command.received_at, delivery.shipped_at, context.at
        )
    delivery.status = DeliveryStatus.RECEIVED.value
    delivery.received = command.quantity
    delivery.received_at = command.received_at
    delivery.days_late = days_late(rows, order, command.received_at, delivery.promised_at)
    delivery.receipt = context.number
    order.underway -= delivery.shipped - command.quantity
    goods.lose(context, order, delivery, arrived=command.quantity)
    return {
        **order_fields(order),
        "supplier": party(rows, order.supplier).account,
        "shipped": delivery.shipped,
        "days_late": delivery.days_late,
    }


def attest_receipt(context: Context, command: AttestReceipt) -> Fields:
    """Marks the receipt as recorded outside. Refused unless number, quantity, time and lateness equal ours; once.

    Days of force majeure count as they stand when it is recorded there. A dispute over the silence is over.
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order_id, command.delivery_id)
    if delivery.receipt_attestation is not None:
        raise AlreadyAttested(name)
    if delivery.received_at is not None:
        delivery.days_late = days_late(rows, order, delivery.received_at, delivery.promised_at)
    agree(
        "Receipt of delivery",
        name,
        receipt=(command.receipt, delivery.receipt or "none"),
        quantity=(command.quantity, delivery.received),
        received_at=(command.received_at, delivery.received_at or 0),
        days_late=(command.days_late, delivery.days_late),
    )
    delivery.receipt_attestation = context.number
    end_dispute(delivery)
    return order_fields(order)
