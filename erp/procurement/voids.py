"""A receipt that counts no more: the outside takes none when the order's goods are lost (收货作废). Never commits.

Nobody outside has accepted such goods, and nobody pays for them. They stay the supplier's, wherever they stand: the delivery
is on its way again, as it still is outside, and what inspection and match booked of it is taken out of the books.
"""

from __future__ import annotations

from dataclasses import dataclass

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.procurement import goods, queries
from erp.procurement.ahead import put_back, set_aside
from erp.procurement.anew import move_stock_anew
from erp.procurement.booking import worth_of
from erp.procurement.budgeting import budget_entry, budgeted, post_variance
from erp.procurement.errors import AlreadyAttested, NotLostYet
from erp.procurement.rules import (
    DeliveryStatus,
    InvoiceStatus,
    OrderStatus,
    expect_status,
    order_fields,
)
from erp.procurement.schemas import RecordReceiptVoid
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.procurement.unmatching import unbill


@dataclass(frozen=True)
class Voided:
    """What counts no more."""

    numbers: list[str]  # of receipts, inspections and matches
    unbudgeted: int  # of what others of the order are worth more, what has no budget; minor units


def lost_at(order: PurchaseOrder) -> int:
    """From here on the outside takes no receipt of the order, unless its silence is disputed: unix seconds."""
    return order.promised_at + order.grace_seconds + 2 * order.silence_seconds


def is_lost(order: PurchaseOrder, delivery: Delivery, at: int) -> bool:
    """True when the outside takes no receipt of the delivery at `at`, unix seconds, unless it has one already."""
    return delivery.dispute is None and at >= lost_at(order)


def record_receipt_void(context: Context, command: RecordReceiptVoid) -> Fields:
    """Takes a receipt back that the outside refused, and what followed from it here: `voided` names all of it.

    Buyer Dr goods received, Cr stock; supplier Dr revenue, Cr unbilled receivables, and its goods are despatched again: the
    mirror images of what was posted. An invoice that was matched waits again. Refused when the receipt is known outside
    (AlreadyAttested), before its time is over (NotLostYet), and unless it is the one that stands (Disagrees).
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order_id, command.delivery_id)
    expect_status(order, OrderStatus.FUNDED)
    if _is_known_outside(delivery):
        raise AlreadyAttested(name)
    agree("Receipt of delivery", name, receipt=(command.receipt, delivery.receipt or "none"))
    if not is_lost(order, delivery, context.at):
        raise NotLostYet(name, context.at, lost_at(order))
    done = void(context, order, [delivery])
    return {**order_fields(order), "voided": done.numbers, "unbudgeted_minor": done.unbudgeted}


def lost_receipts(order: PurchaseOrder, found: list[Delivery], at: int) -> list[Delivery]:
    """Those of an order's deliveries whose receipts the outside has not taken, and takes no more at `at`."""
    return [
        delivery
        for delivery in found
        if delivery.receipt is not None
        and not _is_known_outside(delivery)
        and is_lost(order, delivery, at)
    ]


def void(context: Context, order: PurchaseOrder, lost: list[Delivery]) -> Voided:
    """Takes their receipts back, with all that was booked of them, and values the others of the order without them.

    Refused when what was sent has no room any more (Disagrees).
    """
    if not lost:
        return Voided([], 0)
    fits = order.underway + sum(_more_underway(delivery) for delivery in lost) <= order.quantity
    agree("Receipts of order", order.number, within_the_order=("yes", "yes" if fits else "no"))
    before, grown, numbers = budgeted(order), 0, list[str]()
    names = {delivery.delivery_id for delivery in lost}
    waiting = [one for one in set_aside(context.rows, order) if one.delivery_id not in names]
    for delivery in lost:
        named = delivery.receipt, delivery.inspection, delivery.match
        numbers += [number for number in named if number is not None]
        grown -= worth_of(delivery).variance
        order.underway += _more_underway(delivery)
        unbill(context, order, delivery, InvoiceStatus.OPEN)
        move_stock_anew(context, order, delivery, 0, 0)
        goods.send_again(context, order, delivery)
        _forget(delivery)
    grown += put_back(context, order, waiting)
    context.post(budget_entry(order, before))
    return Voided(numbers, post_variance(context, order, grown))


def _forget(delivery: Delivery) -> None:
    """It was sent, and nothing else is known of it."""
    delivery.status = DeliveryStatus.SHIPPED.value
    delivery.receipt, delivery.received, delivery.received_at, delivery.days_late = None, 0, None, 0
    delivery.inspection, delivery.accepted, delivery.rejected = None, 0, 0
    delivery.accepted_amount_minor = 0


def _is_known_outside(delivery: Delivery) -> bool:
    """True when the outside has its receipt, or settled it without one."""
    told = delivery.receipt_attestation, delivery.inspection_attestation
    settled = delivery.claimed, delivery.ruling, delivery.payment
    return any(document is not None for document in (*told, *settled))


def _more_underway(delivery: Delivery) -> int:
    """What receipt and inspection took from the units under way, and counts among them again."""
    if delivery.status == DeliveryStatus.SHIPPED:
        return 0
    received = delivery.status == DeliveryStatus.RECEIVED
    return delivery.shipped - (delivery.received if received else delivery.accepted)
