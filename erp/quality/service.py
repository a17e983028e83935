"""Operations of incoming inspection. Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.schema import Command
from erp.procurement import public as procurement
from erp.procurement.public import DeliveryStatus, InvoiceStatus, OrderStatus
from erp.quality.errors import AlreadyInspected, InspectionIncomplete, ReasonMissing
from erp.quality.schemas import AttestInspection, RecordInspection


def record_inspection(context: Context, command: RecordInspection) -> Fields:
    """Takes the accepted units of a receipt into stock at the order's price and counts the rejected ones.

    Posts the entries of `book_acceptance`. Refused unless the delivery is received, its order funded, and accepted +
    rejected = received; rejected units need a reason.
    """
    order, delivery, name = procurement.delivery_of_receipt(context.rows, command.receipt)
    if delivery.inspection is not None:
        raise AlreadyInspected(name)
    if delivery.status != DeliveryStatus.RECEIVED:
        raise WrongStatus("Delivery", name, delivery.status, DeliveryStatus.RECEIVED.value)
    procurement.expect_status(order, OrderStatus.FUNDED)
    if command.accepted + command.rejected != delivery.received:
        raise InspectionIncomplete(
            command.receipt, command.accepted, command.rejected, delivery.received
        )
    if command.rejected and command.reason is None:
        raise ReasonMissing(command.receipt, command.rejected)
    amount = procurement.book_acceptance(
        context, order, delivery, command.accepted, command.rejected
    )
    return {
        **procurement.order_fields(order),
        "delivery_id": delivery.delivery_id,
        "received": delivery.received,
        "accepted_amount_minor": amount,
    }


def attest_inspection(context: Context, command: AttestInspection) -> Fields:
    """Marks the inspection as recorded outside. Refused unless number, quantities and amount equal ours; once."""
    order, delivery, name = procurement.delivery_of(
        context.rows, command.order_id, command.delivery_id
    )
    if delivery.inspection_attestation is not None:
        raise procurement.AlreadyAttested(name)
    agree(
        "Inspection of delivery",
        name,
        inspection=(command.inspection, delivery.inspection or "none"),
        accepted=(command.accepted, delivery.accepted),
        rejected=(command.rejected, delivery.rejected),
        accepted_amount_minor=(command.accepted_amount_minor, delivery.accepted_amount_minor),
    )
    delivery.inspection_attestation = context.number
    procurement.report_again(order, delivery, context.at)
    if not command.accepted:  # settled by it, and the supplier may dispute it
        order.contestable_until = max(order.contestable_until, context.at + order.silence_seconds)
    return procurement.order_fields(order)


def after_inspection(context: Context, command: RecordInspection) -> Iterator[Command]:
    """Yields the match of the invoice that waited for this inspection, if one did."""
    _order, delivery, _name = procurement.delivery_of_receipt(context.rows, command.receipt)
    for invoice in procurement.invoices_of(context.rows, delivery.order_id, delivery.delivery_id):
        if invoice.status == InvoiceStatus.OPEN:
            yield procurement.MatchInvoice(invoice=invoice.number)
