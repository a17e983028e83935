"""The operation of a ruling over a delivery (裁定): stock, price and VAT as the arbiter has them. Never commits."""

from __future__ import annotations

from dataclasses import dataclass

from erp.kernel import amounts
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.procurement import queries
from erp.procurement.ahead import put_back, rebase, set_aside
from erp.procurement.anew import bill_anew, block_invoices, move_anew
from erp.procurement.booking import next_delivery_amount, worth_of
from erp.procurement.budgeting import budget_entry, budgeted, post_variance
from erp.procurement.disputes import end_dispute
from erp.procurement.errors import AlreadyRuled
from erp.procurement.lateness import days_late
from erp.procurement.rules import (
    DeliveryStatus,
    OrderStatus,
    expect_status,
    order_fields,
)
from erp.procurement.schemas import RecordDeliveryRuling
from erp.procurement.supplements import Supplement, supplement
from erp.procurement.tables import Delivery, PurchaseOrder


@dataclass(frozen=True)
class Outside:
    """How far the outside had come with a delivery when it was ruled: the clerks may be ahead of it."""

    reported: bool  # its receipt
    settled: bool
    accepted: int
    accepted_minor: int

    @staticmethod
    def of(delivery: Delivery) -> Outside:
        """What was told of it."""
        ended = delivery.claimed is not None or delivery.payment is not None
        inspected = ended or delivery.inspection_attestation is not None
        rejected = inspected and not delivery.accepted
        return Outside(
            reported=ended or delivery.receipt_attestation is not None,
            settled=rejected or delivery.payment is not None,
            accepted=delivery.accepted if inspected else 0,
            accepted_minor=delivery.accepted_amount_minor if inspected else 0,
        )


def record_delivery_ruling(context: Context, command: RecordDeliveryRuling) -> Fields:
    """Gives the delivery the quantities, the amount and the lateness that were ruled, and bills what that adds.

    Buyer Dr stock, Cr goods received, and Dr goods received, input tax, Cr payables; BUD Dr encumbered, Cr expended. The
    supplier the same in its receivables, revenue and cost. Less than was accepted: the other way round. `net_minor` and
    `tax_minor` are what is billed by the ruling: a delivery that was not settled is billed anew at the order's price, one
    that was by what the ruling adds. `closable_at` is when an order that is complete ends, when something else of it may be
    disputed until then; 0 otherwise. Refused unless amount and lateness equal ours (Disagrees), and once.
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order_id, command.delivery_id)
    expect_status(order, OrderStatus.FUNDED)
    if delivery.ruling is not None:
        raise AlreadyRuled(name)
    more_underway = command.accepted - _underway(delivery)
    fits = order.underway + more_underway <= order.quantity
    agree("Ruling of delivery", name, within_the_order=("yes", "yes" if fits else "no"))
    outside, booked, before = Outside.of(delivery), worth_of(delivery), budgeted(order)
    kept = not outside.settled or command.accepted >= outside.accepted
    agree("Ruling of delivery", name, keeps_what_was_paid=("yes", "yes" if kept else "no"))
    waiting = set_aside(rows, order)
    waiting = [one for one in waiting if one.delivery_id != delivery.delivery_id]
    worth = _accept(order, outside, command.accepted)
    late = _late(context, order, delivery, outside, command.received_at)
    agree(
        "Ruling of delivery",
        name,
        accepted_amount_minor=(command.accepted_amount_minor, worth),
        days_late=(command.days_late, late),
    )
    added = supplement(order, delivery, worth, late) if outside.settled else None
    net, tax = _price(order, delivery, added, worth)
    move_anew(context, order, delivery, command.received, command.accepted, worth)
    order.underway += more_underway
    delivery.received, delivery.received_at = command.received, command.received_at
    delivery.accepted, delivery.rejected = command.accepted, command.received - command.accepted
    delivery.accepted_amount_minor, delivery.days_late = worth, late
    delivery.ruling = context.number
    dispute = end_dispute(delivery)
    if delivery.inspection is None:
        delivery.inspection = context.number
    grown = bill_anew(context, order, delivery, booked, net, tax)
    if outside.settled:
        delivery.uninvoiced_tax_minor += delivery.tax_minor - booked.tax_minor
    else:
        block_invoices(context, delivery, booked, "ruled")
    grown += put_back(context, order, waiting)
    context.post(budget_entry(order, before))
    short = post_variance(context, order, grown)
    complete = order.accepted == order.quantity
    settled_net, settled_tax = (booked.net_minor, booked.tax_minor) if outside.settled else (0, 0)
    return {
        **order_fields(order),
        "dispute": dispute,
        "settled_before": outside.settled,
        "net_minor": net - settled_net,
        "tax_minor": tax - settled_tax,
        "added_minor": worth - (outside.accepted_minor if outside.settled else 0),
        "penalty_returned_minor": added.penalty_returned if added else 0,
        "penalty_added_minor": added.penalty if added else 0,
        "unbudgeted_minor": short,
        "closable_at": order.contestable_until
        if complete and context.at < order.contestable_until
        else 0,
    }


def _accept(order: PurchaseOrder, outside: Outside, accepted: int) -> int:
    """Counts what is accepted of the delivery from now on, and returns what it is worth, minor units.

    More is worth its part of the rest. Of less, each unit is worth what it was: others were valued on top of it, and keep
    their amounts.
    """
    if accepted >= outside.accepted:
        more = accepted - outside.accepted
        added = next_delivery_amount(order, more)
        order.accepted += more
        order.accepted_amount_minor += added
        return outside.accepted_minor + added
    worth = amounts.cumulative_amount(outside.accepted_minor, accepted, outside.accepted)
    order.accepted -= outside.accepted - accepted
    order.accepted_amount_minor -= outside.accepted_minor - worth
    rebase(order)
    return worth


def _late(
    context: Context, order: PurchaseOrder, delivery: Delivery, outside: Outside, received_at: int
) -> int:
    """What was reported in time stays in time, and what was late gets no later."""
    if outside.reported and not delivery.days_late:
        return 0
    late = days_late(context.rows, order, received_at, delivery.promised_at)
    return min(late, delivery.days_late) if outside.reported else late


def _price(
    order: PurchaseOrder, delivery: Delivery, added: Supplement | None, worth: int
) -> tuple[int, int]:
    """Net and tax of the whole delivery from now on."""
    if added is None:
        return worth, amounts.claim_tax(worth, order.tax_bps)
    if added.is_nothing:
        return delivery.net_minor, delivery.tax_minor
    return delivery.net_minor + added.net, delivery.tax_minor + added.tax


def _underway(delivery: Delivery) -> int:
    """What of the delivery counts as under way, and so cannot be sent again."""
    if delivery.status == DeliveryStatus.SHIPPED:
        return delivery.shipped
    if delivery.status == DeliveryStatus.RECEIVED:
        return delivery.received
    return delivery.accepted
