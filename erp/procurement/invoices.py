"""Supplier invoices and the three-way match (三单匹配). Never commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from erp.budget.queries import available, expect_available
from erp.kernel.actors import doer_of
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.parties.queries import party, party_of
from erp.procurement import queries
from erp.procurement.booking import book_match
from erp.procurement.errors import (
    AlreadyInvoiced,
    DuplicateInvoiceNumber,
    NotInspected,
    ReleasedByItsEnterer,
    ReleaseOutOfTerms,
    UnderTheFloor,
)
from erp.procurement.rules import (
    Claim,
    DeliveryStatus,
    InvoiceStatus,
    expect_invoice,
    invoice_key,
    mismatch,
    order_fields,
    release_terms,
)
from erp.procurement.schemas import (
    MatchInvoice,
    RecordDiscount,
    RecordSupplierInvoice,
    ReleaseInvoice,
    WithdrawInvoice,
)
from erp.procurement.tables import Delivery, PurchaseOrder, SupplierInvoice

INSPECTED = (DeliveryStatus.INSPECTED, DeliveryStatus.REJECTED)
SETTLED = (DeliveryStatus.MATCHED, DeliveryStatus.PAID)
PAST = (InvoiceStatus.BLOCKED, InvoiceStatus.WITHDRAWN)  # another invoice may follow these
UNMATCHED = (InvoiceStatus.OPEN, InvoiceStatus.BLOCKED)


def record_supplier_invoice(context: Context, command: RecordSupplierInvoice) -> Fields:
    """Adds the supplier's invoice for a delivery, as OPEN. No entry before the match.

    Refused when the delivery has an invoice that waits or is matched, or the supplier used the number before.
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order, command.delivery_id)
    if queries.invoice_number_used(rows, order.supplier, command.invoice_number):
        raise DuplicateInvoiceNumber(command.invoice_number)
    others = queries.invoices_of(rows, order.order_id, delivery.delivery_id)
    if delivery.status in SETTLED or any(other.status not in PAST for other in others):
        raise AlreadyInvoiced(name)
    if delivery.status == DeliveryStatus.LOST:
        raise WrongStatus("Delivery", name, delivery.status, DeliveryStatus.RECEIVED.value)
    rows.add(
        SupplierInvoice,
        number=context.number,
        supplier=order.supplier,
        invoice_number=command.invoice_number,
        invoice_key=invoice_key(command.invoice_number),
        order_id=order.order_id,
        delivery_id=delivery.delivery_id,
        quantity=command.quantity,
        net_minor=command.net_minor,
        tax_minor=command.tax_minor,
        status=InvoiceStatus.OPEN.value,
    )
    return {**order_fields(order), "supplier": party(rows, order.supplier).account}


def match_invoice(context: Context, command: MatchInvoice) -> Fields:
    """Compares an invoice with order and acceptance (三单匹配): MATCHED with the entries of `book_match`, or BLOCKED.

    A blocked invoice keeps its reason and posts no entry; a released one is compared on the terms of its release. Refused
    before inspection, when another one is matched, and when it was withdrawn.
    """
    rows = context.rows
    invoice = queries.invoice(rows, command.invoice)
    if invoice.status == InvoiceStatus.WITHDRAWN:
        expect_invoice(invoice, *UNMATCHED)
    order, delivery, name = queries.delivery_of(rows, invoice.order_id, invoice.delivery_id)
    if delivery.status in SETTLED:
        raise AlreadyInvoiced(name)
    if delivery.status not in INSPECTED:
        raise NotInspected(invoice.number, delivery.delivery_id)
    claim = _claim(rows, order, delivery, invoice)
    reason = mismatch(claim)
    invoice.reason = reason
    invoice.status = (InvoiceStatus.MATCHED if reason is None else InvoiceStatus.BLOCKED).value
    if reason is None:
        delivery.invoice = invoice.number
        book_match(context, order, delivery, claim.net_minor, claim.tax_minor)
    return _match_fields(order, delivery, invoice, claim)


def _claim(rows: Rows, order: PurchaseOrder, delivery: Delivery, invoice: SupplierInvoice) -> Claim:
    """The invoice as it stands, or on the terms it was released at, beside what it must agree with."""
    released = invoice.release is not None
    return Claim(
        invoiced_quantity=delivery.accepted if released else invoice.quantity,
        accepted_quantity=delivery.accepted,
        net_minor=invoice.net_minor
        if invoice.released_net_minor is None
        else invoice.released_net_minor,
        tax_minor=invoice.tax_minor
        if invoice.released_tax_minor is None
        else invoice.released_tax_minor,
        accepted_amount_minor=delivery.accepted_amount_minor,
        tolerance_bps=order.tolerance_bps,
        tax_bps=order.tax_bps,
        available_minor=available(rows, order.buyer),
        discount_minor=delivery.discount_minor,
    )


def _match_fields(
    order: PurchaseOrder, delivery: Delivery, invoice: SupplierInvoice, claim: Claim
) -> Fields:
    return {
        **order_fields(order),
        "delivery_id": delivery.delivery_id,
        "status": invoice.status,
        "reason": invoice.reason,
        "quantity": invoice.quantity,
        "net_minor": claim.net_minor,
        "tax_minor": claim.tax_minor,
        "accepted_amount_minor": delivery.accepted_amount_minor,
        "variance": claim.net_minor - delivery.accepted_amount_minor,
        "release": invoice.release,
        "invoice_number": invoice.invoice_number,
        "receipt": delivery.receipt,
        "inspection": delivery.inspection,
    }


def after_invoice(context: Context, command: RecordSupplierInvoice) -> Iterator[Command]:
    """Yields the match of an invoice whose delivery is already inspected."""
    _order, delivery, _name = queries.delivery_of(context.rows, command.order, command.delivery_id)
    if delivery.status in INSPECTED:
        yield MatchInvoice(invoice=context.number)


def release_invoice(context: Context, command: ReleaseInvoice) -> Fields:
    """Keeps the terms on which a blocked invoice is to be paid; the match follows. No entry before it.

    Refused to whoever entered the invoice, outside of the order's terms, over budget, and unless the delivery is accepted
    and not settled.
    """
    rows = context.rows
    invoice = queries.invoice(rows, command.invoice)
    expect_invoice(invoice, InvoiceStatus.BLOCKED)
    order, delivery, name = queries.delivery_of(rows, invoice.order_id, invoice.delivery_id)
    if delivery.status != DeliveryStatus.INSPECTED:
        raise WrongStatus("Delivery", name, delivery.status, DeliveryStatus.INSPECTED.value)
    entered = context.unit.by_number(invoice.number)
    if entered is not None and doer_of(entered.actor) == doer_of(context.actor):
        raise ReleasedByItsEnterer(invoice.number, context.actor)
    net = invoice.net_minor if command.net_minor is None else command.net_minor
    tax = invoice.tax_minor if command.tax_minor is None else command.tax_minor
    claim = _claim(rows, order, delivery, invoice)
    if net < claim.floor:
        raise UnderTheFloor(invoice.number, net, claim.floor)
    terms = release_terms(claim, net)
    if not terms.allow(net, tax):
        raise ReleaseOutOfTerms(invoice.number, net, tax, **asdict(terms))
    expect_available(rows, order.buyer, net - delivery.accepted_amount_minor)
    blocked_for = invoice.reason
    invoice.release = context.number
    invoice.released_net_minor, invoice.released_tax_minor = net, tax
    return {
        **_invoice_fields(order, invoice),
        "net_minor": net,
        "tax_minor": tax,
        "blocked_for": blocked_for,
    }


def withdraw_invoice(context: Context, command: WithdrawInvoice) -> Fields:
    """Ends an invoice that is not matched: its number is free, the row and its documents stay. No entry."""
    rows = context.rows
    invoice = queries.invoice(rows, command.invoice)
    expect_invoice(invoice, *UNMATCHED)
    invoice.status = InvoiceStatus.WITHDRAWN.value
    invoice.reason = command.reason
    invoice.invoice_key = None
    return _invoice_fields(queries.order(rows, invoice.order_id), invoice)


def _invoice_fields(order: PurchaseOrder, invoice: SupplierInvoice) -> Fields:
    return {
        **order_fields(order),
        "delivery_id": invoice.delivery_id,
        "invoice_number": invoice.invoice_number,
    }


def record_discount(context: Context, command: RecordDiscount) -> Fields:
    """Keeps the price below the floor that the supplier granted for a delivery. No entry before the match."""
    order, delivery, name = queries.delivery_of(context.rows, command.order_id, command.delivery_id)
    supplier = party_of(context.rows, command.supplier).code
    agree("Discount of delivery", name, supplier=(supplier, order.supplier))
    delivery.discount_minor = command.net_minor
    return order_fields(order)


def after_discount(context: Context, command: RecordDiscount) -> Iterator[Command]:
    """Yields the match of the delivery's blocked invoice, where the discount was all that it lacked."""
    rows = context.rows
    order, delivery, _name = queries.delivery_of(rows, command.order_id, command.delivery_id)
    if delivery.status != DeliveryStatus.INSPECTED:
        return
    for invoice in queries.invoices_of(rows, order.order_id, delivery.delivery_id):
        blocked = invoice.status == InvoiceStatus.BLOCKED
        if blocked and mismatch(_claim(rows, order, delivery, invoice)) is None:
            yield MatchInvoice(invoice=invoice.number)
            return


def after_release(_context: Context, command: ReleaseInvoice) -> Iterator[Command]:
    """Yields the match of the released invoice."""
    yield MatchInvoice(invoice=command.invoice)


def payable_again(context: Context, buyer: str) -> Iterator[Command]:
    """Yields the match of each of the buyer's blocked invoices that only budget kept from matching, and no longer does.

    All else that a match compares stays as it was when the invoice was blocked. One is matched before the next is looked
    at: they share the budget, and perhaps the delivery.
    """
    rows = context.rows
    for invoice in queries.blocked_invoices_to_pay(rows, buyer):
        order, delivery, _name = queries.delivery_of(rows, invoice.order_id, invoice.delivery_id)
        if delivery.status != DeliveryStatus.INSPECTED:
            continue  # another invoice of this delivery was matched a moment ago
        if mismatch(_claim(rows, order, delivery, invoice)) is None:
            yield MatchInvoice(invoice=invoice.number)
