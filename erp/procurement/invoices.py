"""Supplier invoices and the three-way match (三单匹配). Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import col, select

from erp.budget.queries import available
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.schema import Command
from erp.parties.queries import party
from erp.procurement import queries
from erp.procurement.booking import book_match
from erp.procurement.errors import AlreadyInvoiced, DuplicateInvoiceNumber, NotInspected
from erp.procurement.public import order_fields
from erp.procurement.rules import Claim, DeliveryStatus, InvoiceStatus, mismatch
from erp.procurement.schemas import MatchInvoice, RecordSupplierInvoice
from erp.procurement.tables import Delivery, PurchaseOrder, SupplierInvoice

INSPECTED = (DeliveryStatus.INSPECTED, DeliveryStatus.REJECTED)
SETTLED = (DeliveryStatus.MATCHED, DeliveryStatus.PAID)


def record_supplier_invoice(context: Context, command: RecordSupplierInvoice) -> Fields:
    """The claim is on file.

    One waiting or matched invoice per delivery; the supplier's number is new.
    """
    session = context.session
    order = queries.order_by_number(session, command.order)
    part = queries.delivery(session, order, command.delivery_id)
    name = f"{part.delivery_id} of {order.number}"
    used = select(SupplierInvoice.number).where(
        col(SupplierInvoice.supplier) == order.supplier,
        col(SupplierInvoice.invoice_number) == command.invoice_number,
    )
    if session.scalars(used).first() is not None:
        raise DuplicateInvoiceNumber(command.invoice_number)
    others = queries.invoices_of(session, order.order_id, part.delivery_id)
    if part.status in SETTLED or any(other.status != InvoiceStatus.BLOCKED for other in others):
        raise AlreadyInvoiced(name)
    if part.status == DeliveryStatus.LOST:
        raise WrongStatus("Delivery", name, part.status, DeliveryStatus.RECEIVED.value)
    session.add(
        SupplierInvoice(
            number=context.number,
            supplier=order.supplier,
            invoice_number=command.invoice_number,
            order_id=order.order_id,
            delivery_id=part.delivery_id,
            quantity=command.quantity,
            net_minor=command.net_minor,
            tax_minor=command.tax_minor,
            status=InvoiceStatus.OPEN.value,
        )
    )
    session.flush()
    return {**order_fields(order), "supplier": party(session, order.supplier).account}


def match_invoice(context: Context, command: MatchInvoice) -> Fields:
    """The invoice is matched and booked, or blocked with its reason and without any entry."""
    session = context.session
    invoice = queries.invoice(session, command.invoice)
    order = queries.order(session, invoice.order_id)
    part = queries.delivery(session, order, invoice.delivery_id)
    if part.status in SETTLED:
        raise AlreadyInvoiced(f"{part.delivery_id} of {order.number}")
    if part.status not in INSPECTED:
        raise NotInspected(invoice.number, part.delivery_id)
    reason = mismatch(
        Claim(
            invoiced_quantity=invoice.quantity,
            accepted_quantity=part.accepted,
            net_minor=invoice.net_minor,
            tax_minor=invoice.tax_minor,
            accepted_amount_minor=part.accepted_amount_minor,
            tolerance_bps=order.tolerance_bps,
            tax_bps=order.tax_bps,
            available_minor=available(session, order.buyer),
        )
    )
    invoice.reason = reason
    invoice.status = (InvoiceStatus.MATCHED if reason is None else InvoiceStatus.BLOCKED).value
    if reason is None:
        part.invoice = invoice.number
        book_match(context, order, part, invoice.net_minor, invoice.tax_minor)
    return _match_fields(order, part, invoice)


def _match_fields(order: PurchaseOrder, part: Delivery, invoice: SupplierInvoice) -> Fields:
    return {
        **order_fields(order),
        "delivery_id": part.delivery_id,
        "status": invoice.status,
        "reason": invoice.reason,
        "quantity": invoice.quantity,
        "net_minor": invoice.net_minor,
        "tax_minor": invoice.tax_minor,
        "accepted_amount_minor": part.accepted_amount_minor,
        "variance": invoice.net_minor - part.accepted_amount_minor,
        "invoice_number": invoice.invoice_number,
        "receipt": part.receipt,
        "inspection": part.inspection,
    }


def after_invoice(context: Context, command: RecordSupplierInvoice) -> Iterator[Command]:
    """An invoice for goods already inspected is matched at once."""
    order = queries.order_by_number(context.session, command.order)
    if queries.delivery(context.session, order, command.delivery_id).status in INSPECTED:
        yield MatchInvoice(invoice=context.number)
