"""Operations of escrow and payment. Never commit."""

from __future__ import annotations

from erp.kernel import amounts
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.entry import Ledger
from erp.kernel.log.model import Fields
from erp.ledger import chart
from erp.ledger.rules import entry
from erp.parties.queries import party_of
from erp.payments.errors import AlreadyPaid, DepositTooSmall, NotMatched
from erp.payments.schemas import RecordEscrowDeposit, RecordPayment
from erp.procurement import queries
from erp.procurement.public import expect_status, order_fields
from erp.procurement.rules import DeliveryStatus, OrderStatus
from erp.procurement.tables import Delivery, PurchaseOrder


def record_escrow_deposit(context: Context, command: RecordEscrowDeposit) -> Fields:
    """The order is funded: Dr escrow, Cr wallet of the buyer."""
    order = queries.order(context.session, command.order_id)
    expect_status(order, OrderStatus.OPENED)
    buyer = party_of(context.session, command.buyer).code
    agree("Deposit of order", order.number, buyer=(buyer, order.buyer))
    amount = command.amount_minor
    if amount < order.deposit_minor:
        raise DepositTooSmall(order.number, amount, order.deposit_minor)
    order.status = OrderStatus.FUNDED.value
    order.escrowed_minor = amount
    context.post(
        entry(
            buyer,
            Ledger.GENERAL,
            {chart.ESCROW: amount},
            {chart.WALLET: amount},
            counterparty=order.supplier,
            order=order.number,
        )
    )
    return order_fields(order)


def record_payment(context: Context, command: RecordPayment) -> Fields:
    """The supplier is paid from escrow, less the penalty; the payable is gone."""
    session = context.session
    order = queries.order(session, command.order_id)
    part = queries.delivery(session, order, command.delivery_id)
    name = f"{part.delivery_id} of {order.number}"
    if part.payment is not None:
        raise AlreadyPaid(name)
    if part.status != DeliveryStatus.MATCHED:
        raise NotMatched(order.number, part.delivery_id, part.status)
    expect_status(order, OrderStatus.FUNDED)
    agree(
        "Payment of delivery",
        name,
        supplier=(party_of(session, command.supplier).code, order.supplier),
    )
    _check_payment(command, order, part, name)
    part.status = DeliveryStatus.PAID.value
    part.payment = context.number
    part.penalty_minor, part.paid_minor = command.penalty_minor, command.paid_minor
    order.penalty_minor += command.penalty_minor
    order.paid_minor += command.paid_minor
    order.escrowed_minor -= command.paid_minor
    _post_payment(context, order, command)
    return {
        **order_fields(order),
        "invoice": part.invoice,
        "days_late": part.days_late,
        "settled_by": part.match,
    }


def _check_payment(command: RecordPayment, order: PurchaseOrder, part: Delivery, name: str) -> None:
    gross = part.net_minor + part.tax_minor
    penalty = amounts.penalty(
        part.accepted_amount_minor,
        part.days_late,
        order.lateness_bps_per_day,
        order.lateness_cap_bps,
    )
    penalty = min(penalty, gross)
    expected = part.match if part.claimed is None else "none (claimed by silence)"
    said = command.match if command.match is not None else "none (claimed by silence)"
    agree(
        "Payment of delivery",
        name,
        match=(said, expected or "none"),
        accepted_amount_minor=(command.accepted_amount_minor, part.accepted_amount_minor),
        net_minor=(command.net_minor, part.net_minor),
        tax_minor=(command.tax_minor, part.tax_minor),
        penalty_minor=(command.penalty_minor, penalty),
        paid_minor=(command.paid_minor, gross - penalty),
        escrow_covers=("yes", "yes" if command.paid_minor <= order.escrowed_minor else "no"),
    )


def _post_payment(context: Context, order: PurchaseOrder, command: RecordPayment) -> None:
    paid, penalty = command.paid_minor, command.penalty_minor
    gross = command.net_minor + command.tax_minor
    context.post(
        entry(
            order.buyer,
            Ledger.GENERAL,
            {chart.PAYABLES: gross},
            {chart.ESCROW: paid, chart.PRICE_VARIANCE: penalty},
            counterparty=order.supplier,
            order=order.number,
        ),
        entry(
            order.supplier,
            Ledger.GENERAL,
            {chart.WALLET: paid, chart.REVENUE: penalty},
            {chart.RECEIVABLES: gross},
            counterparty=order.buyer,
            order=order.number,
        ),
    )
