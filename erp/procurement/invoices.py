"""Supplier invoices and the three-way match (三单匹配). Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from erp.budget.queries import available
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.schema import Command
from erp.parties.queries import party
from erp.procurement import queries
from erp.procurement.booking import book_match
from erp.procurement.errors import AlreadyInvoiced, DuplicateInvoiceNumber, NotInspected
from erp.procurement.rules import Claim, DeliveryStatus, InvoiceStatus, mismatch, order_fields
from erp.procurement.schemas import MatchInvoice, RecordSupplierInvoice
from erp.procurement.tables import Delivery, PurchaseOrder, SupplierInvoice

INSPECTED = (DeliveryStatus.INSPECTED, DeliveryStatus.REJECTED)
SETTLED = (DeliveryStatus.MATCHED, DeliveryStatus.PAID)


def record_supplier_invoice(context: Context, command: RecordSupplierInvoice) -> Fields:
    """Adds the supplier's invoice for a delivery, as OPEN. No entry before the match.

    Refused when the delivery has an invoice that waits or is matched, or the supplier used the number before.
    """
    session = context.session
    order, delivery, name = queries.delivery_of(session, command.order, command.delivery_id)
    if queries.invoice_number_used(session, order.supplier, command.invoice_number):
        raise DuplicateInvoiceNumber(command.invoice_number)
    others = queries.invoices_of(session, order.order_id, delivery.delivery_id)
    if delivery.status in SETTLED or any(other.status != InvoiceStatus.BLOCKED for other in others):
        raise AlreadyInvoiced(name)
    if delivery.status == DeliveryStatus.LOST:
        raise WrongStatus("Delivery", name, delivery.status, DeliveryStatus.RECEIVED.value)
    session.add(
        SupplierInvoice(
            number=context.number,
            supplier=order.supplier,
            invoice_number=command.invoice_number,
            order_id=order.order_id,
            delivery_id=delivery.delivery_id,
            quantity=command.quantity,
            net_minor=command.net_minor,
            tax_minor=command.tax_minor,
            status=InvoiceStatus.OPEN.value,
        )
    )
    session.flush()
    return {**order_fields(order), "supplier": party(session, order.supplier).account}


def match_invoice(context: Context, command: MatchInvoice) -> Fields:
    """Compares an invoice with order and acceptance (三单匹配): MATCHED with the entries of `book_match`, or BLOCKED.

    A blocked invoice keeps its reason and posts no entry. Refused before inspection, and when another one is matched.
    """
    session = context.session
    invoice = queries.invoice(session, command.invoice)
    order, delivery, name = queries.delivery_of(session, invoice.order_id, invoice.delivery_id)
    if delivery.status in SETTLED:
        raise AlreadyInvoiced(name)
    if delivery.status not in INSPECTED:
        raise NotInspected(invoice.number, delivery.delivery_id)
    reason = mismatch(
        Claim(
            invoiced_quantity=invoice.quantity,
            accepted_quantity=delivery.accepted,
            net_minor=invoice.net_minor,
            tax_minor=invoice.tax_minor,
            accepted_amount_minor=delivery.accepted_amount_minor,
            tolerance_bps=order.tolerance_bps,
            tax_bps=order.tax_bps,
            available_minor=available(session, order.buyer),
        )
    )
    invoice.reason = reason
    invoice.status = (InvoiceStatus.MATCHED if reason is None else InvoiceStatus.BLOCKED).value
    if reason is None:
        delivery.invoice = invoice.number
        book_match(context, order, delivery, invoice.net_minor, invoice.tax_minor)
    return _match_fields(order, delivery, invoice)


def _match_fields(order: PurchaseOrder, delivery: Delivery, invoice: SupplierInvoice) -> Fields:
    return {
        **order_fields(order),
        "delivery_id": delivery.delivery_id,
        "status": invoice.status,
        "reason": invoice.reason,
        "quantity": invoice.quantity,
        "net_minor": invoice.net_minor,
        "tax_minor": invoice.tax_minor,
        "accepted_amount_minor": delivery.accepted_amount_minor,
        "variance": invoice.net_minor - delivery.accepted_amount_minor,
        "invoice_number": invoice.invoice_number,
        "receipt": delivery.receipt,
        "inspection": delivery.inspection,
    }


def after_invoice(context: Context, command: RecordSupplierInvoice) -> Iterator[Command]:
    """Yields the match of an invoice whose delivery is already inspected."""
    _order, delivery, _name = queries.delivery_of(
        context.session, command.order, command.delivery_id
    )
    if delivery.status in INSPECTED:
        yield MatchInvoice(invoice=context.number)
