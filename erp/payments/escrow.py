"""Operations of escrow and payment (托管与付款). Never commit."""

from __future__ import annotations

from dataclasses import dataclass

from erp.kernel import amounts
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.ledger import chart
from erp.parties.queries import party_of
from erp.payments import journals
from erp.payments.errors import AlreadyPaid, DepositTooSmall, NotMatched
from erp.payments.schemas import RecordEscrowDeposit, RecordPayment
from erp.procurement import public as procurement
from erp.procurement.public import Delivery, DeliveryStatus, OrderStatus, PurchaseOrder
from erp.stock.journals import STOCK, USE
from erp.stock.service import change_cost, stock_account, use_account

UNMATCHED = "none (claimed by silence, or ruled)"


def record_escrow_deposit(context: Context, command: RecordEscrowDeposit) -> Fields:
    """Marks the order as funded: buyer Dr escrow, Cr wallet. Refused below the order's least deposit."""
    order = procurement.order(context.rows, command.order_id)
    procurement.expect_status(order, OrderStatus.OPENED)
    buyer = party_of(context.rows, command.buyer).code
    agree("Deposit of order", order.number, buyer=(buyer, order.buyer))
    amount = command.amount_minor
    if amount < order.deposit_minor:
        raise DepositTooSmall(order.number, amount, order.deposit_minor)
    order.status = OrderStatus.FUNDED.value
    order.escrowed_minor = amount
    context.post(
        journals.DEPOSITED.entry(buyer, {"amount": amount}, **procurement.to_supplier(order))
    )
    return procurement.order_fields(order)


def record_payment(context: Context, command: RecordPayment) -> Fields:
    """Marks a matched delivery as paid and clears its payable: the supplier gets net + tax - penalty from escrow.

    Refused unless match, amounts and penalty equal ours (Disagrees), and once (AlreadyPaid). The document's `match` is
    what the payment named, `delivery_match` what the delivery has: they differ where it was claimed after silence or ruled.
    """
    rows = context.rows
    order, delivery, name = procurement.delivery_of(rows, command.order_id, command.delivery_id)
    if delivery.payment is not None:
        raise AlreadyPaid(name)
    if delivery.status != DeliveryStatus.MATCHED or _is_supplemented(context, delivery):
        raise NotMatched(order.number, delivery.delivery_id, delivery.status)
    procurement.expect_status(order, OrderStatus.FUNDED)
    agree(
        "Payment of delivery",
        name,
        supplier=(party_of(rows, command.supplier).code, order.supplier),
    )
    _check_payment(command, order, delivery, name)
    delivery.status = DeliveryStatus.PAID.value
    delivery.payment = context.number
    delivery.penalty_minor, delivery.paid_minor = command.penalty_minor, command.paid_minor
    order.penalty_minor += command.penalty_minor
    order.paid_minor += command.paid_minor
    order.escrowed_minor -= command.paid_minor
    order.contestable_until = max(order.contestable_until, command.contestable_until)
    delivery.penalty_tax_minor = amounts.tax_within(
        command.penalty_minor, command.net_minor, command.tax_minor
    )
    input_tax = chart.INPUT_TAX
    if delivery.certified is not None:
        input_tax = chart.INPUT_TAX_REVERSED
        delivery.reversed_tax_minor += delivery.penalty_tax_minor
    procurement.report_again(order, delivery, context.at)
    post_settled(
        context,
        order,
        delivery,
        Settled(
            gross=delivery.net_minor + delivery.tax_minor,
            paid=delivery.paid_minor,
            penalty=delivery.penalty_minor,
            penalty_tax=delivery.penalty_tax_minor,
        ),
        (
            input_tax,
            chart.OUTPUT_TAX if delivery.invoice is None else chart.OUTPUT_TAX_TO_CORRECT,
        ),
    )
    return {
        **procurement.order_fields(order),
        "deferred": is_deferred(order),
        "invoice": delivery.invoice,
        "days_late": delivery.days_late,
        "delivery_match": delivery.match,
        "penalty_tax_minor": delivery.penalty_tax_minor,
    }


def _check_payment(
    command: RecordPayment, order: PurchaseOrder, delivery: Delivery, name: str
) -> None:
    gross = delivery.net_minor + delivery.tax_minor
    penalty = procurement.penalty_of(
        order, delivery.accepted_amount_minor, delivery.days_late, gross
    )
    matched = delivery.claimed is None and delivery.ruling is None
    expected = delivery.match if matched else UNMATCHED
    said = command.match if command.match is not None else UNMATCHED
    agree(
        "Payment of delivery",
        name,
        match=(said, expected or "none"),
        accepted_amount_minor=(command.accepted_amount_minor, delivery.accepted_amount_minor),
        net_minor=(command.net_minor, delivery.net_minor),
        tax_minor=(command.tax_minor, delivery.tax_minor),
        penalty_minor=(command.penalty_minor, penalty),
        paid_minor=(command.paid_minor, gross - penalty),
        escrow_covers=("yes", "yes" if command.paid_minor <= order.escrowed_minor else "no"),
    )


def _is_supplemented(context: Context, delivery: Delivery) -> bool:
    """True when a ruling added to what was settled without a payment: a supplement pays it."""
    ruling = context.unit.by_number(delivery.ruling) if delivery.ruling is not None else None
    return ruling is not None and bool(ruling.fields["settled_before"])


def is_deferred(order: PurchaseOrder) -> bool:
    """True when the supplier of an order is paid by claims that are due later, not in tokens at once."""
    return bool(order.payment_seconds)


def defer(order: PurchaseOrder, delivery: Delivery, paid: int) -> int:
    """How much of a payment is due later, minor units: all or nothing. A claim about it follows as an event of its own."""
    deferred = paid if is_deferred(order) else 0
    delivery.unclaimed_minor += deferred
    return deferred


@dataclass(frozen=True)
class Settled:
    """What a payment settles of a delivery, minor units: gross = paid + penalty. A penalty that returns is below zero."""

    gross: int
    paid: int
    penalty: int
    penalty_tax: int  # the VAT within the penalty


def post_settled(
    context: Context,
    order: PurchaseOrder,
    delivery: Delivery,
    settled: Settled,
    tax_accounts: tuple[str, str],  # input VAT of the penalty, output VAT
) -> None:
    """Buyer Dr payables; Cr escrow, and the penalty to the goods and their input VAT.

    Supplier Dr wallet, and the penalty to revenue and output VAT; Cr receivables. Paid later: buyer Dr cover of claims, Cr
    claims issued as well, and the supplier has a claim instead of tokens.
    """
    rows, paid, tax = context.rows, settled.paid, settled.penalty_tax
    penalty = settled.penalty - tax
    share = change_cost(rows, order.buyer, order.item, delivery.accepted, -penalty)
    deferred = defer(order, delivery, paid)
    amounts_paid = {"gross": settled.gross, "deferred": deferred, "penalty tax": tax}
    input_tax, output_tax = tax_accounts
    context.post(
        journals.PAID.entry(
            order.buyer,
            {
                **amounts_paid,
                "paid": paid,
                "penalty on hand": -share.kept,
                "penalty gone": -share.gone,
            },
            chosen={
                STOCK: stock_account(rows, order.buyer, order.item),
                USE: use_account(rows, order.buyer, order.item),
                journals.PENALTY_INPUT_TAX: input_tax,
            },
            **procurement.to_supplier(order),
        ),
        journals.RECEIVED.entry(
            order.supplier,
            {**amounts_paid, "paid at once": paid - deferred, "penalty": penalty},
            chosen={journals.PENALTY_OUTPUT_TAX: output_tax},
            **procurement.to_buyer(order),
        ),
    )
