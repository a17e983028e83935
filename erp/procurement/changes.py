"""Operations of orders that change while they run: amended by both sides, or given up in part. Never commit."""

from __future__ import annotations

from erp.budget.queries import has_budget
from erp.kernel.agree import agree
from erp.kernel.amounts import delivery_amount, required_deposit
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import NO_REFERENCE
from erp.parties.queries import party_of
from erp.procurement import journals, queries
from erp.procurement.ahead import put_back, rebase, set_aside
from erp.procurement.budgeting import Budgeted, budget_entry, budgeted, post_variance, reprice
from erp.procurement.lateness import days_late
from erp.procurement.rules import OrderStatus, expect_status, order_fields, to_supplier
from erp.procurement.schemas import RecordOrderAmendment, RecordOrderPartCancel
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.stock.service import move


def record_order_amendment(context: Context, command: RecordOrderAmendment) -> Fields:
    """Gives the order the quantity, amount, promise and schedule that both sides signed.

    Buyer Dr escrow, Cr wallet the top-up, or the reverse; BUD Dr available, Cr encumbered by how much the amount grew, or
    the reverse. What no budget covers is marked (`unbudgeted_minor`): the parties are bound all the same. Refused unless
    revision and money equal ours and what is under way and what was accepted stay in it (Disagrees).
    """
    rows = context.rows
    order = queries.order(rows, command.order_id)
    expect_status(order, OrderStatus.FUNDED)
    deposit = _deposit(order, command.amount_minor) - _deposit(order, order.amount_minor)
    _agree(context, command, order)
    agree(
        "Amendment of order",
        order.number,
        topped_up_minor=(command.topped_up_minor, max(deposit, 0)),
        refunded_minor=(command.refunded_minor, max(-deposit, 0)),
        covers_what_is_under_way=("yes", "yes" if command.quantity >= order.underway else "no"),
    )
    before = budgeted(order)
    waiting = set_aside(rows, order)
    rebase(order)
    agree(
        "Amendment of order",
        order.number,
        covers_what_was_accepted=("yes", "yes" if _covers(command, order) else "no"),
    )
    move(rows, order.buyer, order.item, on_order=command.quantity - order.quantity)
    short = reprice(rows, order, command.amount_minor)
    order.quantity = command.quantity
    order.revision = command.revision
    order.scheduled = command.schedule_root != NO_REFERENCE
    order.promised_at = command.promised_at
    for delivery in queries.deliveries(rows, order.order_id):
        _promise(rows, order, delivery)
    short += _book(
        context, order, before, waiting, command.topped_up_minor - command.refunded_minor
    )
    return {
        **order_fields(order),
        "unbudgeted_minor": short if has_budget(rows, order.buyer) else 0,
    }


def record_order_part_cancel(context: Context, command: RecordOrderPartCancel) -> Fields:
    """Takes what the supplier gave up out of the order, with its part of the amount and of the deposit.

    Buyer Dr wallet, Cr escrow the refund; BUD Dr encumbered, Cr available the amount. Refused unless revision, amount and
    refund equal ours (Disagrees).
    """
    rows = context.rows
    order = queries.order(rows, command.order_id)
    expect_status(order, OrderStatus.FUNDED)
    _agree(context, command, order)
    still_open = command.quantity <= order.quantity - order.underway
    agree("Part cancel of order", order.number, still_open=("yes", "yes" if still_open else "no"))
    before = budgeted(order)
    waiting = set_aside(rows, order)
    rebase(order)
    rest, worth = order.quantity - order.base_quantity, order.amount_minor - order.base_amount_minor
    lost = worth - delivery_amount(worth, rest, 0, rest - command.quantity)
    deposit = _deposit(order, order.amount_minor) - _deposit(order, order.amount_minor - lost)
    agree(
        "Part cancel of order",
        order.number,
        amount_minor=(command.amount_minor, lost),
        refunded_minor=(command.refunded_minor, deposit),
    )
    move(rows, order.buyer, order.item, on_order=-command.quantity)
    reprice(rows, order, order.amount_minor - lost)
    order.quantity -= command.quantity
    order.revision = command.revision
    order.defaulted_minor += lost
    short = _book(context, order, before, waiting, -command.refunded_minor)
    return {**order_fields(order), "unbudgeted_minor": short}


def _agree(
    context: Context, command: RecordOrderAmendment | RecordOrderPartCancel, order: PurchaseOrder
) -> None:
    agree(
        "Change of order",
        order.number,
        buyer=(party_of(context.rows, command.buyer).code, order.buyer),
        supplier=(party_of(context.rows, command.supplier).code, order.supplier),
        revision=(command.revision, order.revision + 1),
    )


def _covers(command: RecordOrderAmendment, order: PurchaseOrder) -> bool:
    """True when what was accepted keeps its amount, and an order with nothing left to come costs just that."""
    if command.quantity == order.base_quantity:
        return command.amount_minor == order.base_amount_minor
    return command.amount_minor >= order.base_amount_minor


def _deposit(order: PurchaseOrder, amount: int) -> int:
    return required_deposit(amount, order.tax_bps, order.tolerance_bps)


def _promise(rows: Rows, order: PurchaseOrder, delivery: Delivery) -> None:
    """What was reported keeps the promise that it was measured by; what has one of its own keeps that."""
    reported = delivery.receipt_attestation is not None or delivery.ruling is not None
    if delivery.own_promise or reported:
        return
    delivery.promised_at = order.promised_at
    if delivery.received_at is not None:
        delivery.days_late = days_late(rows, order, delivery.received_at, order.promised_at)


def _book(
    context: Context, order: PurchaseOrder, before: Budgeted, waiting: list[Delivery], paid_in: int
) -> int:
    """Escrow, what was not reported yet, budget. Returns what has no budget and had some, minor units."""
    order.escrowed_minor += paid_in
    order.deposit_minor += paid_in
    rule, name = (journals.TOPPED_UP, "top-up") if paid_in > 0 else (journals.REFUNDED, "refund")
    context.post(rule.entry(order.buyer, {name: abs(paid_in)}, **to_supplier(order)))
    grown = put_back(context, order, waiting)
    context.post(budget_entry(order, before))
    return post_variance(context, order, grown)
