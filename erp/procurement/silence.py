"""Silence of the attester: a delivery that the supplier claimed counts as accepted and matched. Never commits."""

from __future__ import annotations

from erp.kernel import amounts
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.procurement import queries
from erp.procurement.booking import book_acceptance, book_match, next_part_amount
from erp.procurement.public import expect_status, order_fields
from erp.procurement.rules import DeliveryStatus, InvoiceStatus, OrderStatus
from erp.procurement.schemas import RecordSilentAcceptance

CLAIMABLE = (DeliveryStatus.RECEIVED, DeliveryStatus.INSPECTED, DeliveryStatus.MATCHED)


def record_silent_acceptance(context: Context, command: RecordSilentAcceptance) -> Fields:
    """The delivery counts as accepted and matched at the order's price.

    What is booked already must agree.
    """
    session = context.session
    order = queries.order(session, command.order_id)
    part = queries.delivery(session, order, command.delivery_id)
    name = f"{part.delivery_id} of {order.number}"
    if part.status not in CLAIMABLE or part.claimed is not None:
        raise WrongStatus("Delivery", name, part.status, " or ".join(CLAIMABLE))
    expect_status(order, OrderStatus.FUNDED)
    inspected = part.status != DeliveryStatus.RECEIVED
    worth = part.accepted_amount_minor if inspected else next_part_amount(order, command.accepted)
    agree(
        "Claim of delivery",
        name,
        accepted=(command.accepted, part.accepted if inspected else part.received),
        accepted_amount_minor=(command.accepted_amount_minor, worth),
        net_minor=(command.net_minor, part.net_minor if part.match else worth),
        tax_minor=(
            command.tax_minor,
            part.tax_minor if part.match else amounts.claim_tax(worth, order.tax_bps),
        ),
    )
    if not inspected:
        book_acceptance(context, order, part, command.accepted, 0)
    if part.match is None:
        book_match(context, order, part, command.net_minor, command.tax_minor)
    part.claimed = context.number
    for invoice in queries.invoices_of(session, order.order_id, part.delivery_id):
        if invoice.status == InvoiceStatus.OPEN:
            invoice.status = InvoiceStatus.BLOCKED.value
            invoice.reason = (
                f"claimed by silence and settled at the order's price by {context.number}"
            )
    return {**order_fields(order), "stands_for_inspection": not inspected}
