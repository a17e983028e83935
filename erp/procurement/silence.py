"""Silence of the attester: a delivery that the supplier claimed counts as accepted and matched. Never commits."""

from __future__ import annotations

from erp.kernel import amounts
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.procurement import queries
from erp.procurement.booking import book_acceptance, book_match, next_delivery_amount
from erp.procurement.disputes import report_again
from erp.procurement.rules import (
    DeliveryStatus,
    InvoiceStatus,
    OrderStatus,
    expect_status,
    order_fields,
)
from erp.procurement.schemas import RecordSilentAcceptance

CLAIMABLE = (DeliveryStatus.RECEIVED, DeliveryStatus.INSPECTED, DeliveryStatus.MATCHED)


def record_silent_acceptance(context: Context, command: RecordSilentAcceptance) -> Fields:
    """Books what is missing of acceptance and match of a claimed delivery, at the order's price.

    Posts the entries of `book_acceptance` and `book_match` as far as they are not booked. Refused when an inspection or a
    match booked here has other numbers (Disagrees). An invoice that still waits is blocked.
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order_id, command.delivery_id)
    if delivery.status not in CLAIMABLE or delivery.claimed is not None:
        raise WrongStatus("Delivery", name, delivery.status, " or ".join(CLAIMABLE))
    expect_status(order, OrderStatus.FUNDED)
    inspected = delivery.status != DeliveryStatus.RECEIVED
    worth = (
        delivery.accepted_amount_minor
        if inspected
        else next_delivery_amount(order, command.accepted)
    )
    agree(
        "Claim of delivery",
        name,
        accepted=(command.accepted, delivery.accepted if inspected else delivery.received),
        accepted_amount_minor=(command.accepted_amount_minor, worth),
        net_minor=(command.net_minor, delivery.net_minor if delivery.match else worth),
        tax_minor=(
            command.tax_minor,
            delivery.tax_minor if delivery.match else amounts.claim_tax(worth, order.tax_bps),
        ),
    )
    if not inspected:
        book_acceptance(context, order, delivery, command.accepted, 0)
    if delivery.match is None:
        book_match(context, order, delivery, command.net_minor, command.tax_minor)
    delivery.claimed = context.number
    report_again(order, delivery, context.at)
    for invoice in queries.invoices_of(rows, order.order_id, delivery.delivery_id):
        if invoice.status == InvoiceStatus.OPEN:
            invoice.status = InvoiceStatus.BLOCKED.value
            invoice.reason = (
                f"claimed by silence and settled at the order's price by {context.number}"
            )
    return {**order_fields(order), "stands_for_inspection": not inspected}
