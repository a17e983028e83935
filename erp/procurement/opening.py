"""How a purchase order begins: of a tender, of an auction, or of what both sides signed. Never commits."""

from __future__ import annotations

from erp.budget.queries import available, has_budget
from erp.kernel.agree import agree
from erp.kernel.amounts import required_deposit
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import NO_REFERENCE
from erp.parties.queries import party_of
from erp.procurement import journals, queries, ranking
from erp.procurement.errors import AlreadyOrdered, OrderExists
from erp.procurement.rules import (
    OrderStatus,
    RequisitionStatus,
    TenderStatus,
    order_fields,
    to_supplier,
)
from erp.procurement.schemas import OpenPurchaseOrder
from erp.procurement.sourcing import ORDER_TERMS, Ground, expect_sourcing, stand_on
from erp.procurement.tables import PurchaseOrder, Requisition, Tender
from erp.stock.service import move


def open_purchase_order(context: Context, command: OpenPurchaseOrder) -> Fields:
    """Creates a purchase order and moves the budget of its requisition from estimate to amount.

    BUD Dr pre-encumbered the estimate; Cr encumbered the amount, Cr available the saving. Of a tender it must have winner,
    price and promise of our own ranking (Disagrees). Without a requisition nothing was set aside: no entry, and
    `unbudgeted_minor` says how much stands without budget.
    """
    rows = context.rows
    _expect_new(rows, command)
    ground = _ground(context, command)
    deposit = required_deposit(command.amount_minor, command.tax_bps, command.tolerance_bps)
    agree("Order", command.order_id, deposit_minor=(command.deposit_minor, deposit))
    order = rows.add(
        PurchaseOrder,
        order_id=command.order_id,
        number=context.number,
        tender_id=command.tender_id,
        auction_id=command.auction_id,
        direct_order_id=command.direct_order_id,
        requisition=ground.number,
        buyer=party_of(rows, command.buyer).code,
        supplier=party_of(rows, command.supplier).code,
        item=ground.item,
        chain_group=ground.chain_group,
        quantity=command.quantity,
        amount_minor=command.amount_minor,
        deposit_minor=command.deposit_minor,
        opened_at=context.at,
        status=OrderStatus.OPENED.value,
        region=command.region,
        scheduled=command.schedule_root != NO_REFERENCE,
        **{name: getattr(command, name) for name in ORDER_TERMS},
    )
    saving = _encumber(context, order, ground.requisition)
    return {
        **order_fields(order),
        **ground.fields(),
        "saving_minor": saving,
        "unbudgeted_minor": order.unbudgeted_minor if has_budget(rows, order.buyer) else 0,
    }


def _expect_new(rows: Rows, command: OpenPurchaseOrder) -> None:
    if queries.find_order(rows, command.order_id) is not None:
        raise OrderExists(command.order_id)
    for name in ("tender_id", "auction_id", "direct_order_id"):
        number = getattr(command, name)
        if number is not None and rows.find(PurchaseOrder, **{name: number}) is not None:
            raise AlreadyOrdered(f"{name} {number}")


def _ground(context: Context, command: OpenPurchaseOrder) -> Ground:
    if command.tender_id is not None:
        return _of_tender(context, command, command.tender_id)
    requisition = _auctioned(context, command) if command.auction_id is not None else None
    if requisition is not None:
        requisition.status = RequisitionStatus.ORDERED.value
        return Ground(requisition, requisition.item, requisition.chain_group)

    def fits(asked: Requisition) -> None:
        if command.auction_id is not None:
            raise WrongStatus(
                "Requisition", asked.number, asked.status, RequisitionStatus.AUCTIONED.value
            )
        expect_sourcing(asked, "direct")
        _expect_parties(context, command, asked)

    return stand_on(context, command.requisition, RequisitionStatus.ORDERED, fits)


def _of_tender(context: Context, command: OpenPurchaseOrder, tender_id: int) -> Ground:
    """What the tender stands on. Refused unless the order is what our own ranking of its bids makes of it."""
    rows = context.rows
    tender = queries.tender(rows, tender_id)
    if tender.status == TenderStatus.VOID:
        raise WrongStatus("Tender", tender.number, tender.status, TenderStatus.AWARDED.value)
    agree(
        "Order",
        command.order_id,
        buyer=(party_of(rows, command.buyer).code, tender.buyer),
        supplier=(party_of(rows, command.supplier).code, tender.leader or "nobody"),
        quantity=(command.quantity, tender.quantity),
        amount_minor=(command.amount_minor, ranking.price(rows, tender)),
        order_id=(
            command.order_id,
            command.order_id if tender.order_id is None else tender.order_id,
        ),
    )
    promised = ranking.promise(rows, tender)
    if promised is not None:
        agree("Order", command.order_id, promised_at=(command.promised_at, promised))
    if tender.requisition is None:
        return Ground(None, tender.item, unasked=f"nobody here asked for tender {tender.number}")
    return _tendered(context, command, tender, promised)


def _tendered(
    context: Context, command: OpenPurchaseOrder, tender: Tender, promised: int | None
) -> Ground:
    requisition = queries.requisition(context.rows, tender.requisition or "")
    terms = [name for name in ORDER_TERMS if name != "promised_at" or promised is None]
    agree(
        "Order",
        command.order_id,
        requisition=(command.requisition or "none", requisition.number),
        **{name: (getattr(command, name), getattr(requisition, name)) for name in terms},
    )
    if requisition.status != RequisitionStatus.TENDERED:
        raise WrongStatus(
            "Requisition", requisition.number, requisition.status, RequisitionStatus.TENDERED.value
        )
    requisition.status = RequisitionStatus.ORDERED.value
    return Ground(requisition, requisition.item, requisition.chain_group)


def _auctioned(context: Context, command: OpenPurchaseOrder) -> Requisition | None:
    """The requisition whose auction stands here and was won; its award, in the same step outside, compares the price."""
    if command.requisition is None:
        return None
    requisition = queries.find_requisition(context.rows, command.requisition)
    if requisition is None or requisition.status != RequisitionStatus.AUCTIONED:
        return None
    _expect_parties(context, command, requisition)
    agree(
        "Order",
        command.order_id,
        **{name: (getattr(command, name), getattr(requisition, name)) for name in ORDER_TERMS},
    )
    return requisition


def _expect_parties(context: Context, command: OpenPurchaseOrder, requisition: Requisition) -> None:
    agree(
        "Order",
        command.order_id,
        buyer=(party_of(context.rows, command.buyer).code, requisition.buyer),
        quantity=(command.quantity, requisition.quantity),
    )


def _encumber(context: Context, order: PurchaseOrder, requisition: Requisition | None) -> int:
    """Takes the amount from what the requisition set aside, then from what is available. Returns what was saved."""
    if requisition is None:
        order.unbudgeted_minor = order.amount_minor
        move(context.rows, order.buyer, order.item, on_order=order.quantity)
        return 0
    estimate = requisition.estimate_minor
    over = order.amount_minor - estimate
    order.unbudgeted_minor = max(over - available(context.rows, order.buyer), 0) if over > 0 else 0
    covered = order.amount_minor - order.unbudgeted_minor
    context.post(
        journals.ORDERED.entry(
            order.buyer,
            {"estimate": estimate, "amount": covered, "saving": estimate - covered},
            **to_supplier(order),
        )
    )
    return estimate - covered
