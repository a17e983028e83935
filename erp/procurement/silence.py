"""Silence of the attester: a delivery that the supplier claimed counts as accepted and matched. Never commits."""

from __future__ import annotations

from erp.kernel import amounts
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.procurement import queries
from erp.procurement.ahead import put_back, set_aside
from erp.procurement.anew import bill_anew, block_invoices, move_anew
from erp.procurement.booking import next_delivery_amount, worth_of
from erp.procurement.budgeting import budget_entry, budgeted, post_variance
from erp.procurement.disputes import report_again
from erp.procurement.errors import AlreadyRuled
from erp.procurement.rules import DeliveryStatus, OrderStatus, expect_status, order_fields
from erp.procurement.schemas import RecordSilentAcceptance
from erp.procurement.tables import Delivery, PurchaseOrder

CLAIMABLE = (DeliveryStatus.RECEIVED, DeliveryStatus.INSPECTED, DeliveryStatus.MATCHED)


def record_silent_acceptance(context: Context, command: RecordSilentAcceptance) -> Fields:
    """Books acceptance and match of a claimed delivery at the order's price, whatever of them the clerks have booked.

    Posts what is missing to it. An inspection that was not reported counts as little as a match: all that was received is
    accepted, and `instead_of` names the inspection that said otherwise. Refused unless quantity and amounts are those of
    the receipt, or of the inspection that was reported (Disagrees), and when a ruling has settled the delivery, whose
    units are counted then (AlreadyRuled). An invoice that waits, or was matched at another price, is blocked.
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order_id, command.delivery_id)
    if delivery.ruling is not None:
        raise AlreadyRuled(name)
    if not _is_claimable(delivery):
        raise WrongStatus("Delivery", name, delivery.status, " or ".join(CLAIMABLE))
    expect_status(order, OrderStatus.FUNDED)
    booked, before = worth_of(delivery), budgeted(order)
    waiting = set_aside(rows, order)
    waiting = [one for one in waiting if one.delivery_id != delivery.delivery_id]
    _agree(order, delivery, command, name)
    inspection, accepted = delivery.inspection, delivery.accepted
    if delivery.inspection_attestation is None:
        _accept_all(context, order, delivery, command.accepted_amount_minor)
    delivery.claimed = context.number
    grown = bill_anew(context, order, delivery, booked, command.net_minor, command.tax_minor)
    block_invoices(context, delivery, booked, "claimed by silence")
    grown += put_back(context, order, waiting)
    context.post(budget_entry(order, before))
    short = post_variance(context, order, grown)
    report_again(order, delivery, context.at)
    otherwise = accepted != delivery.accepted
    return {
        **order_fields(order),
        "stands_for_inspection": inspection is None or otherwise,
        "instead_of": inspection if otherwise else None,
        "unbudgeted_minor": short,
    }


def _is_claimable(delivery: Delivery) -> bool:
    """True unless it is settled already: what is wholly rejected is, once that was reported."""
    rejected = delivery.status == DeliveryStatus.REJECTED
    unheard = delivery.inspection_attestation is None
    return delivery.claimed is None and (delivery.status in CLAIMABLE or (rejected and unheard))


def _agree(
    order: PurchaseOrder, delivery: Delivery, command: RecordSilentAcceptance, name: str
) -> None:
    """Compares what the claim says with the last report: the inspection, or else the receipt."""
    reported = delivery.inspection_attestation is not None
    accepted = delivery.accepted if reported else delivery.received
    fits = order.underway + _more_underway(delivery, accepted) <= order.quantity
    agree(
        "Claim of delivery",
        name,
        accepted=(command.accepted, accepted),
        within_the_order=("yes", "yes" if fits else "no"),
    )
    worth = delivery.accepted_amount_minor if reported else next_delivery_amount(order, accepted)
    agree(
        "Claim of delivery",
        name,
        accepted_amount_minor=(command.accepted_amount_minor, worth),
        net_minor=(command.net_minor, worth),
        tax_minor=(command.tax_minor, amounts.claim_tax(worth, order.tax_bps)),
    )


def _accept_all(context: Context, order: PurchaseOrder, delivery: Delivery, worth: int) -> None:
    """Takes what was received as accepted, whatever an inspection here says of it. Its amount is not in the order's sums."""
    accepted = delivery.received
    move_anew(context, order, delivery, accepted, accepted, worth)
    order.underway += _more_underway(delivery, accepted)
    order.accepted += accepted
    order.accepted_amount_minor += worth
    delivery.accepted, delivery.rejected = accepted, 0
    delivery.accepted_amount_minor = worth
    delivery.inspection = delivery.inspection or context.number


def _more_underway(delivery: Delivery, accepted: int) -> int:
    """What an inspection took from the units under way and a claim counts among them again."""
    return accepted - delivery.accepted if delivery.inspection is not None else 0
