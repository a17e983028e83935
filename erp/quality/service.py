"""Operations of incoming inspection. Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.schema import Command
from erp.procurement import queries
from erp.procurement.booking import book_acceptance
from erp.procurement.errors import AlreadyAttested
from erp.procurement.public import expect_status, order_fields
from erp.procurement.rules import DeliveryStatus, InvoiceStatus, OrderStatus
from erp.procurement.schemas import MatchInvoice
from erp.quality.errors import AlreadyInspected, InspectionIncomplete, ReasonMissing
from erp.quality.schemas import AttestInspection, RecordInspection


def record_inspection(context: Context, command: RecordInspection) -> Fields:
    """What is good is stock, valued at the order's price.

    What is not is counted and nothing else.
    """
    session = context.session
    part = queries.delivery_of_receipt(session, command.receipt)
    order = queries.order(session, part.order_id)
    name = f"{part.delivery_id} of {order.number}"
    if part.inspection is not None:
        raise AlreadyInspected(name)
    if part.status != DeliveryStatus.RECEIVED:
        raise WrongStatus("Delivery", name, part.status, DeliveryStatus.RECEIVED.value)
    expect_status(order, OrderStatus.FUNDED)
    if command.accepted + command.rejected != part.received:
        raise InspectionIncomplete(
            command.receipt, command.accepted, command.rejected, part.received
        )
    if command.rejected and command.reason is None:
        raise ReasonMissing(command.receipt, command.rejected)
    amount = book_acceptance(context, order, part, command.accepted, command.rejected)
    return {
        **order_fields(order),
        "delivery_id": part.delivery_id,
        "received": part.received,
        "accepted_amount_minor": amount,
    }


def attest_inspection(context: Context, command: AttestInspection) -> Fields:
    """The settlement side holds the inspection, and it is ours to the unit."""
    session = context.session
    order = queries.order(session, command.order_id)
    part = queries.delivery(session, order, command.delivery_id)
    name = f"{part.delivery_id} of {order.number}"
    if part.inspection_attestation is not None:
        raise AlreadyAttested(name)
    agree(
        "Inspection of delivery",
        name,
        inspection=(command.inspection, part.inspection or "none"),
        accepted=(command.accepted, part.accepted),
        rejected=(command.rejected, part.rejected),
        accepted_amount_minor=(command.accepted_amount_minor, part.accepted_amount_minor),
    )
    part.inspection_attestation = context.number
    return order_fields(order)


def after_inspection(context: Context, command: RecordInspection) -> Iterator[Command]:
    """Goods inspected: the invoice that waited for it is matched."""
    part = queries.delivery_of_receipt(context.session, command.receipt)
    for invoice in queries.invoices_of(context.session, part.order_id, part.delivery_id):
        if invoice.status == InvoiceStatus.OPEN:
            yield MatchInvoice(invoice=invoice.number)
