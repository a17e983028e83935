"""VAT of invoices (增值税): certification of input VAT, and the red-letter invoice of a penalty. Never commit."""

from __future__ import annotations

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.parties.queries import own_party
from erp.procurement import journals, queries
from erp.procurement.errors import (
    AlreadyCertified,
    AlreadyCorrected,
    DuplicateInvoiceNumber,
    NothingToCorrect,
)
from erp.procurement.rules import (
    DeliveryStatus,
    InvoiceStatus,
    expect_invoice,
    invoice_key,
    order_fields,
    to_buyer,
    to_supplier,
)
from erp.procurement.schemas import CertifyInputVat, RecordRedLetterInvoice
from erp.procurement.tables import RedLetterInvoice


def certify_input_vat(context: Context, command: CertifyInputVat) -> Fields:
    """Makes the input VAT of matched invoices deductible: Dr input VAT, Cr input VAT to certify; an entry an invoice.

    What a penalty took off the tax already is not certified. Refused unless each invoice is matched, the entity's own, and
    not certified before.
    """
    buyer = own_party(context.rows, command.entity).code
    taxes: list[int] = []
    for number in command.invoices:
        invoice = queries.invoice(context.rows, number)
        expect_invoice(invoice, InvoiceStatus.MATCHED)
        order, delivery, _name = queries.delivery_of(
            context.rows, invoice.order_id, invoice.delivery_id
        )
        agree("Invoice", number, buyer=(buyer, order.buyer))
        if delivery.certified is not None:
            raise AlreadyCertified(number)
        delivery.certified = context.number
        tax = delivery.tax_minor - delivery.uninvoiced_tax_minor - delivery.penalty_tax_minor
        delivery.certified_tax_minor = tax
        context.post(journals.CERTIFIED.entry(buyer, {"tax": tax}, **to_supplier(order)))
        taxes.append(tax)
    return {"tax_minor": sum(taxes)}


def record_red_letter_invoice(context: Context, command: RecordRedLetterInvoice) -> Fields:
    """Adds the supplier's correction of an invoice by a penalty: its output VAT falls by the tax that waited for it.

    Supplier Dr output VAT, Cr output VAT to be turned. Refused unless the delivery was paid less a penalty, an invoice of
    it was matched, and the amounts are those of the penalty; once.
    """
    rows = context.rows
    order, delivery, name = queries.delivery_of(rows, command.order, command.delivery_id)
    if delivery.status != DeliveryStatus.PAID:
        raise WrongStatus("Delivery", name, delivery.status, DeliveryStatus.PAID.value)
    if delivery.invoice is None or not delivery.penalty_minor:
        raise NothingToCorrect(order.number, delivery.delivery_id)
    if delivery.red_letter is not None:
        raise AlreadyCorrected(name)
    if queries.invoice_number_used(rows, order.supplier, command.invoice_number):
        raise DuplicateInvoiceNumber(command.invoice_number)
    agree(
        "Red-letter invoice of delivery",
        name,
        net_minor=(command.net_minor, delivery.penalty_minor - delivery.penalty_tax_minor),
        tax_minor=(command.tax_minor, delivery.penalty_tax_minor),
    )
    delivery.red_letter = context.number
    rows.add(
        RedLetterInvoice,
        number=context.number,
        supplier=order.supplier,
        invoice_number=command.invoice_number,
        invoice_key=invoice_key(command.invoice_number),
        order_id=order.order_id,
        delivery_id=delivery.delivery_id,
        net_minor=command.net_minor,
        tax_minor=command.tax_minor,
    )
    context.post(
        journals.RED_LETTER.entry(order.supplier, {"tax": command.tax_minor}, **to_buyer(order))
    )
    return {**order_fields(order), "corrects": delivery.invoice}
