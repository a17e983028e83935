"""Operations of defects found after acceptance, from the report to the payment (质保). Never commit."""

from __future__ import annotations

from erp.guarantees import journals, queries
from erp.guarantees.errors import (
    DefectOutOfBounds,
    DefectPending,
    UnknownDefect,
    WarrantyOver,
    WarrantyRunning,
)
from erp.guarantees.rules import DefectStatus, GuaranteeStatus, defect_worth
from erp.guarantees.schemas import (
    AttestDefect,
    RecordDefectDispute,
    RecordDefectDisputeWithdrawal,
    RecordDefectSettlement,
    RecordDefectVoid,
    ReportDefect,
)
from erp.guarantees.tables import Defect, Guarantee
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.ledger import chart
from erp.ledger.queries import balance
from erp.parties.queries import party_of
from erp.procurement import public as procurement
from erp.procurement.public import Delivery, DeliveryStatus, PurchaseOrder
from erp.stock.journals import STOCK, USE
from erp.stock.service import stock_account, take, use_account


def report_defect(context: Context, command: ReportDefect) -> Fields:
    """Adds a defect of a paid delivery. Refused without a guarantee, after the warranty, and while another one waits.

    No more can be defective than was accepted and was not found defective before.
    """
    rows = context.rows
    order, delivery, name = procurement.delivery_of(rows, command.order, command.delivery_id)
    found = queries.guarantee(rows, order.order_id)
    if found.status != GuaranteeStatus.PLEDGED:
        raise WrongStatus("Guarantee of", order.number, found.status, GuaranteeStatus.PLEDGED.value)
    if delivery.status != DeliveryStatus.PAID:
        raise WrongStatus("Delivery", name, delivery.status, DeliveryStatus.PAID.value)
    if queries.open_defect(rows, order.order_id, delivery.delivery_id) is not None:
        raise DefectPending(name)
    sound = delivery.accepted - _defective(rows, delivery)
    if command.quantity > sound:
        raise DefectOutOfBounds(name, command.quantity, sound)
    if _is_over(found, context.at):
        raise WarrantyOver(order.number, context.at, found.release_at)
    rows.add(
        Defect,
        number=context.number,
        order_id=order.order_id,
        delivery_id=delivery.delivery_id,
        quantity=command.quantity,
        status=DefectStatus.REPORTED.value,
    )
    return procurement.order_fields(order)


def record_defect_void(context: Context, command: RecordDefectVoid) -> Fields:
    """Takes a report back that the outside refused: nobody answers for the defect. Entries: none.

    Refused unless it is of this delivery (Disagrees) and known here alone (WrongStatus), and while the warranty runs by
    the dates of the order (WarrantyRunning).
    """
    rows = context.rows
    order = procurement.order(rows, command.order_id)
    found = queries.defect(rows, command.defect)
    agree(
        "Defect",
        found.number,
        order_id=(command.order_id, found.order_id),
        delivery_id=(command.delivery_id, found.delivery_id),
    )
    if found.status != DefectStatus.REPORTED:
        raise WrongStatus("Defect", found.number, found.status, DefectStatus.REPORTED.value)
    held = queries.guarantee(rows, order.order_id)
    if held.status == GuaranteeStatus.PLEDGED and not _is_over(held, context.at):
        raise WarrantyRunning(found.number, context.at, held.release_at)
    found.status = DefectStatus.VOID.value
    return {**procurement.order_fields(order), "release_at": held.release_at}


def attest_defect(context: Context, command: AttestDefect) -> Fields:
    """Marks the defect as recorded outside. Refused unless delivery and quantity equal ours; once."""
    rows = context.rows
    order = procurement.order(rows, command.order_id)
    found = queries.defect(rows, command.defect)
    agree(
        "Defect",
        found.number,
        order_id=(command.order_id, found.order_id),
        delivery_id=(command.delivery_id, found.delivery_id),
        quantity=(command.quantity, found.quantity),
    )
    if found.status != DefectStatus.REPORTED:
        raise WrongStatus("Defect", found.number, found.status, DefectStatus.REPORTED.value)
    found.status, found.attestation = DefectStatus.PENDING.value, context.number
    found.dispute_by = command.dispute_by
    return procurement.order_fields(order)


def record_defect_dispute(context: Context, command: RecordDefectDispute) -> Fields:
    """Marks the pending defect of a delivery as disputed. Entries: none."""
    order, found = _pending(context.rows, command, DefectStatus.PENDING)
    agree(
        "Defect",
        found.number,
        supplier=(party_of(context.rows, command.supplier).code, order.supplier),
    )
    found.status, found.rule_by = DefectStatus.DISPUTED.value, command.rule_by
    return {**procurement.order_fields(order), "defect": found.number}


def record_defect_dispute_withdrawal(
    context: Context, command: RecordDefectDisputeWithdrawal
) -> Fields:
    """The report stands as if it had never been disputed. Entries: none."""
    order, found = _pending(context.rows, command, DefectStatus.DISPUTED)
    found.status, found.rule_by = DefectStatus.PENDING.value, 0
    return {
        **procurement.order_fields(order),
        "defect": found.number,
        "dispute_by": found.dispute_by,
    }


def record_defect_settlement(context: Context, command: RecordDefectSettlement) -> Fields:
    """Pays for a defect out of the guarantee: supplier Dr guarantee loss, Cr guarantees pledged.

    Buyer Dr wallet; the defective units still on hand leave the stock, and those that are gone have cost less. Refused
    unless amount and payment are what we compute (Disagrees). `uncovered_minor` is what the guarantee had not enough for.
    """
    rows = context.rows
    order, found = _pending(rows, command, DefectStatus.PENDING, DefectStatus.DISPUTED)
    held = queries.guarantee(rows, order.order_id)
    _order, delivery, _name = procurement.delivery_of(rows, order.order_id, found.delivery_id)
    amount = defect_worth(
        delivery.accepted_amount_minor,
        delivery.accepted,
        _defective(rows, delivery),
        command.quantity,
    )
    agree(
        "Defect",
        found.number,
        within_report=("yes", "yes" if command.quantity <= found.quantity else "no"),
        amount_minor=(command.amount_minor, amount),
        paid_minor=(command.paid_minor, min(amount, held.left_minor)),
    )
    found.status = DefectStatus.SETTLED.value
    found.settled_quantity = command.quantity
    found.amount_minor, found.paid_minor = command.amount_minor, command.paid_minor
    held.left_minor -= command.paid_minor
    units = _post(context, order, command.quantity, command.paid_minor)
    context.post(
        journals.UNSPENT.entry(
            order.buyer, {"paid": _spent(rows, order, found)}, **procurement.to_supplier(order)
        )
    )
    return {
        **procurement.order_fields(order),
        "defect": found.number,
        "uncovered_minor": command.amount_minor - command.paid_minor,
        "on_hand": units,
        "release_at": _released_at(held),
    }


def _post(context: Context, order: PurchaseOrder, quantity: int, paid: int) -> int:
    """Posts a settlement on both sides; how many of the defective units were still on hand."""
    rows = context.rows
    chosen = {
        STOCK: stock_account(rows, order.buyer, order.item),
        USE: use_account(rows, order.buyer, order.item),
    }
    units, worth = take(rows, order.buyer, order.item, quantity) if quantity else (0, 0)
    for_units = paid * units // quantity if quantity else 0
    context.post(
        journals.LOST.entry(order.supplier, {"paid": paid}, **procurement.to_buyer(order)),
        journals.COMPENSATED.entry(
            order.buyer,
            {
                "paid": paid,
                "on hand": worth,
                "uncompensated": worth - for_units,
                "paid for gone": paid - for_units,
            },
            chosen=chosen,
            **procurement.to_supplier(order),
        ),
    )
    return units


def _spent(rows: Rows, order: PurchaseOrder, found: Defect) -> int:
    """How much of a payment a budget has spent on these goods, minor units: no more is free again, all defects together."""
    before = queries.paid_for_defects(rows, order.order_id) - found.paid_minor
    of_order = procurement.budgeted(order).expended - before
    return max(min(found.paid_minor, of_order, -balance(rows, order.buyer, chart.EXPENDED)), 0)


def _is_over(held: Guarantee, at: int) -> bool:
    """True when the guarantee answers for no further defect at `at`, unix seconds."""
    return bool(held.release_at) and at >= held.release_at


def _released_at(held: Guarantee) -> int:
    """When the rest may return, if the order has ended and nothing of it is left to wait for but time; else 0."""
    return held.release_at if held.status == GuaranteeStatus.PLEDGED else 0


def _defective(rows: Rows, delivery: Delivery) -> int:
    return queries.found_defective(rows, delivery.order_id, delivery.delivery_id)


def _pending(
    rows: Rows,
    command: RecordDefectDispute | RecordDefectDisputeWithdrawal | RecordDefectSettlement,
    *statuses: DefectStatus,
) -> tuple[PurchaseOrder, Defect]:
    order = procurement.order(rows, command.order_id)
    found = queries.open_defect(rows, order.order_id, command.delivery_id)
    if found is None:
        raise UnknownDefect(f"{command.delivery_id} of {order.number}")
    if found.status not in statuses:
        raise WrongStatus("Defect", found.number, found.status, " or ".join(statuses))
    return order, found
