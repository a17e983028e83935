"""A match that counts no more: the outside takes it at no price that the delivery is worth now (匹配作废). Never commits.

A match that was made here alone keeps its price while the order's price, a ruling or a claim values the goods anew. Nobody
pays it then: the goods are accepted, and wait for an invoice that fits.
"""

from __future__ import annotations

from erp.budget.queries import available
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.procurement import queries
from erp.procurement.booking import billing, worth_of
from erp.procurement.budgeting import post_variance
from erp.procurement.errors import AlreadyAttested, MatchStands
from erp.procurement.rules import (
    Claim,
    DeliveryStatus,
    InvoiceStatus,
    OrderStatus,
    expect_status,
    order_fields,
    out_of_bounds,
)
from erp.procurement.schemas import RecordMatchVoid
from erp.procurement.tables import Delivery, PurchaseOrder


def record_match_void(context: Context, command: RecordMatchVoid) -> Fields:
    """Takes a match back that the outside refused; its invoice is blocked with the reason.

    Buyer Dr payables, Cr goods received, input tax to certify, the variance back from stock or use of goods; supplier Dr
    unbilled receivables, output tax, Cr receivables: the mirror images of what was posted. Refused when the delivery was
    settled otherwise (AlreadyAttested, WrongStatus), while its amounts lie within the order's terms (MatchStands), and
    unless it is the match that stands (Disagrees).
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order_id, command.delivery_id)
    expect_status(order, OrderStatus.FUNDED)
    agree("Match of delivery", name, match=(command.match, delivery.match or "none"))
    if delivery.status != DeliveryStatus.MATCHED:
        raise WrongStatus("Delivery", name, delivery.status, DeliveryStatus.MATCHED.value)
    if delivery.claimed is not None or delivery.ruling is not None:
        raise AlreadyAttested(name)
    claim = _claim(context, order, delivery)
    reason = out_of_bounds(claim)
    if reason is None:
        raise MatchStands(command.match, claim.net_minor, claim.accepted_amount_minor)
    grown = -worth_of(delivery).variance
    unbill(context, order, delivery, InvoiceStatus.BLOCKED, reason)
    delivery.status = DeliveryStatus.INSPECTED.value
    return {
        **order_fields(order),
        "net_minor": claim.net_minor,
        "tax_minor": claim.tax_minor,
        "accepted_amount_minor": claim.accepted_amount_minor,
        "reason": reason,
        "unbudgeted_minor": post_variance(context, order, grown),
    }


def unbill(
    context: Context,
    order: PurchaseOrder,
    delivery: Delivery,
    status: InvoiceStatus,
    reason: str | None = None,
) -> None:
    """Nothing is owed for it, and its matched invoice waits again, in this state. A release ends with the match."""
    booked = worth_of(delivery)
    delivery.net_minor, delivery.tax_minor, delivery.match = 0, 0, None
    context.post(*billing(context, order, delivery, booked))
    for invoice in queries.invoices_of(context.rows, delivery.order_id, delivery.delivery_id):
        if invoice.status == InvoiceStatus.MATCHED:
            invoice.status, invoice.reason = status.value, reason
            invoice.release = invoice.released_net_minor = invoice.released_tax_minor = None
    delivery.invoice = None


def _claim(context: Context, order: PurchaseOrder, delivery: Delivery) -> Claim:
    """What was matched, beside what the delivery is worth now."""
    return Claim(
        invoiced_quantity=delivery.accepted,
        accepted_quantity=delivery.accepted,
        net_minor=delivery.net_minor,
        tax_minor=delivery.tax_minor,
        accepted_amount_minor=delivery.accepted_amount_minor,
        tolerance_bps=order.tolerance_bps,
        tax_bps=order.tax_bps,
        available_minor=available(context.rows, order.buyer),
        discount_minor=delivery.discount_minor,
    )
