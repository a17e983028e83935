"""The operation of what a ruling adds to a delivery that was settled before (裁定补付). Never commits."""

from __future__ import annotations

from erp.kernel import amounts
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.ledger import chart
from erp.parties.queries import party_of
from erp.payments.errors import AlreadyPaid, NothingRuled
from erp.payments.escrow import Settled, is_deferred, post_settled
from erp.payments.schemas import RecordSupplement
from erp.procurement import public as procurement
from erp.procurement.public import Delivery, DeliveryStatus, OrderStatus


def record_supplement(context: Context, command: RecordSupplement) -> Fields:
    """Pays what the ruling billed, and what it returned of the penalty or added to it.

    The entries are those of a payment; a penalty that returns makes the goods dearer again. Refused unless amounts equal
    those of the ruling (Disagrees), and once (AlreadyPaid).
    """
    rows = context.rows
    order, delivery, name = procurement.delivery_of(rows, command.order_id, command.delivery_id)
    procurement.expect_status(order, OrderStatus.FUNDED)
    if delivery.supplement is not None:
        raise AlreadyPaid(name)
    ruling = context.unit.by_number(delivery.ruling) if delivery.ruling is not None else None
    if ruling is None:
        raise NothingRuled(order.number, delivery.delivery_id)
    ruled = ruling.fields
    agree(
        "Supplement of delivery",
        name,
        supplier=(party_of(rows, command.supplier).code, order.supplier),
        ruling_ref=(command.ruling_ref, ruled["ruling_ref"]),
        accepted_amount_minor=(command.accepted_amount_minor, ruled["added_minor"]),
        net_minor=(command.net_minor, ruled["net_minor"]),
        tax_minor=(command.tax_minor, ruled["tax_minor"]),
        penalty_returned_minor=(command.penalty_returned_minor, ruled["penalty_returned_minor"]),
        penalty_minor=(command.penalty_minor, ruled["penalty_added_minor"]),
        escrow_covers=("yes", "yes" if command.paid_minor <= order.escrowed_minor else "no"),
    )
    gross = command.net_minor + command.tax_minor
    penalty = command.penalty_minor - command.penalty_returned_minor
    agree("Supplement of delivery", name, paid_minor=(command.paid_minor, gross - penalty))
    delivery.supplement = context.number
    delivery.status = DeliveryStatus.PAID.value
    delivery.paid_minor += command.paid_minor
    delivery.penalty_minor += penalty
    order.penalty_minor += penalty
    order.paid_minor += command.paid_minor
    order.escrowed_minor -= command.paid_minor
    within = amounts.tax_within(delivery.penalty_minor, delivery.net_minor, delivery.tax_minor)
    tax = within - delivery.penalty_tax_minor
    delivery.penalty_tax_minor = within
    settled = Settled(gross=gross, paid=command.paid_minor, penalty=penalty, penalty_tax=tax)
    to_correct = delivery.invoice is not None and delivery.red_letter is None
    output_tax = chart.OUTPUT_TAX_TO_CORRECT if to_correct else chart.OUTPUT_TAX
    post_settled(context, order, delivery, settled, (_input_tax(delivery, tax), output_tax))
    return {
        **procurement.order_fields(order),
        "deferred": is_deferred(order),
        "delivery_ruling": delivery.ruling,
        "penalty_tax_minor": tax,
    }


def _input_tax(delivery: Delivery, tax: int) -> str:
    """Where the VAT of a change of the penalty goes, minor units: what was transferred out comes back from there."""
    if delivery.certified is None or delivery.reversed_tax_minor + tax < 0:
        return chart.INPUT_TAX
    delivery.reversed_tax_minor += tax
    return chart.INPUT_TAX_REVERSED
