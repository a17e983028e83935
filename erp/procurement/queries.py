"""Reading requisitions, tenders, orders, deliveries and invoices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, cast, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import Session, aliased
from sqlmodel import col, select

from erp.kernel.base import metadata
from erp.kernel.log.tables import DocumentLog
from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.ledger.tables import JournalEntry
from erp.parties.queries import party
from erp.procurement.errors import (
    UnknownBid,
    UnknownDelivery,
    UnknownInvoice,
    UnknownOrder,
    UnknownReceipt,
    UnknownRequisition,
    UnknownTender,
)
from erp.procurement.rules import (
    DeliveryStatus,
    InvoiceStatus,
    OrderStatus,
    RequisitionStatus,
    invoice_key,
)
from erp.procurement.tables import (
    Delivery,
    PurchaseOrder,
    RedLetterInvoice,
    ReorderHold,
    Requisition,
    RequisitionCandidate,
    SupplierInvoice,
    Tender,
    TenderBid,
)

_ORDER = metadata.tables[PurchaseOrder.__tablename__]
_ENTRY = metadata.tables[JournalEntry.__tablename__]
_LOG = metadata.tables[DocumentLog.__tablename__]
_INVOICE = metadata.tables[SupplierInvoice.__tablename__]
_DELIVERY = metadata.tables[Delivery.__tablename__]
_BLOCKED = (
    select_columns(_INVOICE)
    .join(_ORDER, _ORDER.c.order_id == _INVOICE.c.order_id)
    .join(
        _DELIVERY,
        and_(
            _DELIVERY.c.order_id == _INVOICE.c.order_id,
            _DELIVERY.c.delivery_id == _INVOICE.c.delivery_id,
        ),
    )
    .where(
        _INVOICE.c.status == InvoiceStatus.BLOCKED.value,
        _ORDER.c.buyer == bindparam("of"),
        _DELIVERY.c.status == DeliveryStatus.INSPECTED.value,
    )
    .order_by(_INVOICE.c.number)
)


@dataclass(frozen=True, slots=True)
class PaymentTime:
    """When a delivery was matched, and when it was paid, unix seconds."""

    order: str
    delivery_id: int
    payment: str
    matched_at: int
    paid_at: int


# and the delivery's name in messages: "1 of PO-2026-00001"
Found = tuple[PurchaseOrder, Delivery, str]


def requisition(rows: Rows, number: str) -> Requisition:
    """The requisition with a number. Raises UnknownRequisition."""
    found = rows.get(Requisition, number)
    if found is None:
        raise UnknownRequisition(number)
    return found


def find_requisition(rows: Rows, number: str) -> Requisition | None:
    """The requisition with a number; None when there is none."""
    return rows.get(Requisition, number)


def buyer_account(rows: Rows, requisition: Requisition) -> str:
    """The settlement account of who asks."""
    return party(rows, requisition.buyer).account


def requisition_candidates(rows: Rows, number: str) -> list[RequisitionCandidate]:
    """Whom the requisition's tender may invite; empty: every supplier."""
    return rows.select(RequisitionCandidate, "position", requisition=number)


def holds(rows: Rows) -> list[ReorderHold]:
    """All reorders that are due and cannot be raised, by item."""
    return rows.select(ReorderHold, "item")


def holds_by_item(session: Session, *, after: str = "", limit: int) -> list[ReorderHold]:
    """A page of reorders that are due and cannot be raised, by item."""
    return page(session, ReorderHold, ["item"], [after], limit)


def tender(rows: Rows, tender_id: int) -> Tender:
    """The tender with an id. Raises UnknownTender."""
    found = rows.get(Tender, tender_id)
    if found is None:
        raise UnknownTender(tender_id)
    return found


def requisitions(
    session: Session, *, status: str | None = None, after: str = "", limit: int
) -> list[Requisition]:
    """Requisitions by number, of one status or all."""
    return page(session, Requisition, ["number"], [after], limit, status=status)


def underway(
    session: Session, items: Iterable[str], *, each: int
) -> list[tuple[Requisition, Tender | None, PurchaseOrder | None]]:
    """Requisitions of these items that are not yet brought, with tender and order; of an item the newest `each`."""
    waits = (RequisitionStatus.RAISED, RequisitionStatus.TENDERED, RequisitionStatus.AUCTIONED)
    ordered = and_(
        col(Requisition.status) == RequisitionStatus.ORDERED.value,
        col(PurchaseOrder.status).in_([OrderStatus.OPENED.value, OrderStatus.FUNDED.value]),
    )
    newest = (col(Requisition.raised_at).desc(), col(Requisition.number).desc())
    place = func.row_number().over(partition_by=col(Requisition.item), order_by=newest)
    found = (
        select_columns(col(Requisition.number).label("number"), place.label("place"))
        .outerjoin(PurchaseOrder, col(PurchaseOrder.requisition) == col(Requisition.number))
        .where(
            col(Requisition.item).in_(list(items)),
            or_(col(Requisition.status).in_([one.value for one in waits]), ordered),
        )
        .subquery()
    )
    statement = (
        select_columns(Requisition, Tender, PurchaseOrder)
        .join(found, found.c.number == col(Requisition.number))
        .outerjoin(Tender, col(Tender.requisition) == col(Requisition.number))
        .outerjoin(PurchaseOrder, col(PurchaseOrder.requisition) == col(Requisition.number))
        .where(found.c.place <= each)
        .order_by(col(Requisition.item), *newest)
    )
    return [(one, tender, order) for one, tender, order in session.execute(statement)]


def orders_for(
    session: Session, item: str, *, limit: int
) -> list[tuple[PurchaseOrder, str | None]]:
    """Orders for an item, the newest first, each with the number of the tender that it came of."""
    statement = (
        select_columns(PurchaseOrder, col(Tender.number))
        .outerjoin(Tender, col(Tender.tender_id) == col(PurchaseOrder.tender_id))
        .where(col(PurchaseOrder.item) == item)
        .order_by(col(PurchaseOrder.opened_at).desc(), col(PurchaseOrder.order_id).desc())
        .limit(limit)
    )
    return [(order, tender) for order, tender in session.execute(statement)]


def payment_times(session: Session, limit: int) -> list[PaymentTime]:
    """When deliveries were matched and when they were paid, the newest payments first."""
    matched, paid = aliased(_LOG), aliased(_LOG)
    statement = (
        select_columns(
            _ORDER.c.number, _DELIVERY.c.delivery_id, _DELIVERY.c.payment,
            matched.c.at.label("matched_at"), paid.c.at.label("paid_at"),
        )
        .join_from(_DELIVERY, _ORDER, _ORDER.c.order_id == _DELIVERY.c.order_id)
        .join(matched, matched.c.number == _DELIVERY.c.match)
        .join(paid, paid.c.number == _DELIVERY.c.payment)
        .order_by(paid.c.sequence.desc())
        .limit(limit)
    )  # fmt: skip
    return [PaymentTime(*row) for row in session.execute(statement)]


def tender_of(rows: Rows, key: int | str) -> Tender:
    """The tender with an id or a number, TND-2026-00001. Raises UnknownTender."""
    if isinstance(key, int):
        return tender(rows, key)
    found = rows.find(Tender, number=key)
    if found is None:
        raise UnknownTender(key)
    return found


def tenders(session: Session, *, after: int = 0, limit: int) -> list[Tender]:
    """Tenders by id."""
    return page(session, Tender, ["tender_id"], [after], limit)


def tender_numbers(session: Session, tender_ids: Iterable[int]) -> dict[int, str]:
    """The number of each of these tenders, by id."""
    statement = select(Tender.tender_id, Tender.number).where(
        col(Tender.tender_id).in_(list(tender_ids))
    )
    return {row.tender_id: row.number for row in session.execute(statement)}


def bid(rows: Rows, tender_id: int, supplier: str) -> TenderBid:
    """A supplier's bid in a tender. Raises UnknownBid."""
    found = rows.get(TenderBid, tender_id, supplier)
    if found is None:
        raise UnknownBid(f"of {supplier} in tender {tender_id}")
    return found


def bids(rows: Rows, tender_id: int) -> list[TenderBid]:
    """All bids of a tender, in order of commitment."""
    return rows.select(TenderBid, "bid_index", tender_id=tender_id)


def order(rows: Rows, order_id: int) -> PurchaseOrder:
    """The order with an id, as external events name it. Raises UnknownOrder."""
    found = rows.get(PurchaseOrder, order_id)
    if found is None:
        raise UnknownOrder(order_id)
    return found


def order_by_number(rows: Rows, number: str) -> PurchaseOrder:
    """The order with a number, PO-2026-00001. Raises UnknownOrder."""
    found = rows.find(PurchaseOrder, number=number)
    if found is None:
        raise UnknownOrder(number)
    return found


def find_order(rows: Rows, order_id: int) -> PurchaseOrder | None:
    """The order with an id; None when it is not recorded."""
    return rows.get(PurchaseOrder, order_id)


def find_numbered(rows: Rows, number: str) -> PurchaseOrder | None:
    """The order with a number, PO-2026-00001; None when there is none."""
    return rows.find(PurchaseOrder, number=number)


def order_of(rows: Rows, key: int | str) -> PurchaseOrder:
    """The order with an id or a number, PO-2026-00001. Raises UnknownOrder."""
    return order(rows, key) if isinstance(key, int) else order_by_number(rows, key)


def orders(
    session: Session,
    *,
    status: str | None = None,
    sides: Iterable[str] | None = None,
    chain_groups: Iterable[str] = (),
    after: int = 0,
    limit: int,
) -> list[PurchaseOrder]:
    """Orders by id, of one status or all; `sides`: those that these parties buy or supply, and those of these groups."""
    statement = select(PurchaseOrder).where(col(PurchaseOrder.order_id) > after)
    if status is not None:
        statement = statement.where(PurchaseOrder.status == status)
    if sides is not None:
        statement = statement.where(_of(sides, chain_groups))
    return list(session.scalars(statement.order_by(col(PurchaseOrder.order_id)).limit(limit)))


def deliveries_standing(
    session: Session,
    *,
    statuses: Iterable[str],
    sides: Iterable[str] | None = None,
    chain_groups: Iterable[str] = (),
    limit: int,
) -> list[tuple[PurchaseOrder, Delivery]]:
    """Deliveries of funded orders that stand so, each with its order, the oldest first; `sides` as in `orders`."""
    statement = (
        select(PurchaseOrder, Delivery)
        .join(Delivery, col(Delivery.order_id) == col(PurchaseOrder.order_id))
        .where(
            col(PurchaseOrder.status) == OrderStatus.FUNDED.value,
            col(Delivery.status).in_(list(statuses)),
        )
    )
    if sides is not None:
        statement = statement.where(_of(sides, chain_groups))
    place = col(Delivery.shipped_at), col(Delivery.order_id), col(Delivery.delivery_id)
    found = session.execute(statement.order_by(*place).limit(limit))
    return [(order, delivery) for order, delivery in found]


def orders_of(
    sides: Iterable[str] | None, chain_groups: Iterable[str] = ()
) -> list[ColumnElement[bool]]:
    """What a list of orders is narrowed to: those that these parties buy or supply, and those of these groups."""
    return [] if sides is None else [_of(sides, chain_groups)]


def _of(sides: Iterable[str], chain_groups: Iterable[str]) -> ColumnElement[bool]:
    """Orders that these parties buy or supply, and those of these groups."""
    own = list(sides)
    return or_(
        col(PurchaseOrder.supplier).in_(own),
        col(PurchaseOrder.buyer).in_(own),
        col(PurchaseOrder.chain_group).in_(list(chain_groups)),
    )


def under_way(
    session: Session, *where: ColumnElement[bool], limit: int
) -> list[tuple[PurchaseOrder, list[Delivery]]]:
    """Orders that are neither closed nor cancelled, those promised first, each with its deliveries, at most `limit`."""
    statement = (
        select(PurchaseOrder)
        .where(col(PurchaseOrder.status).in_([OrderStatus.OPENED.value, OrderStatus.FUNDED.value]))
        .where(*where)
        .order_by(col(PurchaseOrder.promised_at), col(PurchaseOrder.order_id))
        .limit(limit)
    )
    found = {order.order_id: (order, list[Delivery]()) for order in session.scalars(statement)}
    of_them = select(Delivery).where(col(Delivery.order_id).in_(found))
    for delivery in session.scalars(of_them.order_by(col(Delivery.delivery_id))):
        found[delivery.order_id][1].append(delivery)
    return list(found.values())


def order_numbers(session: Session, order_ids: Iterable[int]) -> dict[int, str]:
    """The number of each of these orders, by id; an id of no recorded order is left out."""
    statement = select(PurchaseOrder.order_id, PurchaseOrder.number).where(
        col(PurchaseOrder.order_id).in_(list(order_ids))
    )
    return {row.order_id: row.number for row in session.execute(statement)}


def delivery_of(rows: Rows, key: int | str, delivery_id: int) -> Found:
    """An order, by its id or its number, one of its deliveries, and that delivery's name.

    Raises UnknownOrder, UnknownDelivery.
    """
    owner = order_of(rows, key)
    delivery = rows.get(Delivery, owner.order_id, delivery_id)
    if delivery is None:
        raise UnknownDelivery(_name(owner, delivery_id))
    return owner, delivery, _name(owner, delivery_id)


def delivery_of_receipt(rows: Rows, receipt: str) -> Found:
    """The order and the delivery that a goods receipt is about, and that delivery's name. Raises UnknownReceipt."""
    delivery = rows.find(Delivery, receipt=receipt)
    if delivery is None:
        raise UnknownReceipt(receipt)
    owner = order(rows, delivery.order_id)
    return owner, delivery, _name(owner, delivery.delivery_id)


def _name(owner: PurchaseOrder, delivery_id: int) -> str:
    return f"{delivery_id} of {owner.number}"


def deliveries(rows: Rows, order_id: int) -> list[Delivery]:
    """All deliveries of an order, by id."""
    return rows.select(Delivery, "delivery_id", order_id=order_id)


def unsettled(found: list[Delivery]) -> int:
    """How many deliveries were received and neither paid nor wholly rejected."""
    waiting = {DeliveryStatus.RECEIVED, DeliveryStatus.INSPECTED, DeliveryStatus.MATCHED}
    return sum(delivery.status in waiting for delivery in found)


def invoice_number_used(rows: Rows, supplier: str, invoice_number: str) -> bool:
    """True when the supplier already used its own invoice number, in whatever spelling, and did not withdraw it."""
    key = invoice_key(invoice_number)
    return any(
        rows.find(table, supplier=supplier, invoice_key=key) is not None
        for table in (SupplierInvoice, RedLetterInvoice)
    )


def blocked_invoices_to_pay(rows: Rows, buyer: str) -> list[SupplierInvoice]:
    """The buyer's blocked invoices for deliveries that are accepted and not settled, by number."""
    return rows.query(SupplierInvoice, _BLOCKED, of=buyer)


def invoice(rows: Rows, number: str) -> SupplierInvoice:
    """The invoice with our number, SI-2026-00001. Raises UnknownInvoice."""
    found = rows.get(SupplierInvoice, number)
    if found is None:
        raise UnknownInvoice(number)
    return found


def invoices_of(rows: Rows, order_id: int, delivery_id: int) -> list[SupplierInvoice]:
    """All invoices for a delivery, by number."""
    return rows.select(SupplierInvoice, "number", order_id=order_id, delivery_id=delivery_id)


def invoices_of_order(rows: Rows, order_id: int) -> list[SupplierInvoice]:
    """All invoices of an order, by number."""
    return rows.select(SupplierInvoice, "number", order_id=order_id)


def invoices(
    session: Session, *, status: str | None = None, after: str = "", limit: int
) -> list[SupplierInvoice]:
    """Invoices by number, of one status or all."""
    return page(session, SupplierInvoice, ["number"], [after], limit, status=status)


# ---- which order a row of the books belongs to ------------------------------------------------

# How an order is found from a column of another table: (that column, the order's column).
_LINKS = (("order_id", "order_id"), ("order_number", "number"), ("tender_id", "tender_id"))


def order_of_row(session: Session, table: str, key: Mapping[str, str]) -> int | None:
    """The id of the order that a row of the books belongs to, by table and primary key; None when it belongs to none."""
    if not key.keys() <= set(metadata.tables[table].columns.keys()):
        return None
    statement = _trace(table, key)
    return None if statement is None else session.scalar(statement)


def _trace(table: str, key: Mapping[str, str]) -> Select[Any] | None:
    source = metadata.tables[table]
    joined: FromClause
    if table == "journal_entry":
        joined = _ENTRY.join(_LOG, _LOG.c.sequence == _ENTRY.c.document_sequence).join(
            _ORDER, _ORDER.c.number == _LOG.c.order_number
        )
    elif table == "purchase_order":
        joined = _ORDER
    elif table.startswith("requisition"):
        own = source.c.number if table == "requisition" else source.c.requisition
        joined = source.join(_ORDER, _ORDER.c.requisition == own)
    else:
        link = next((pair for pair in _LINKS if pair[0] in source.c), None)
        if link is None:
            return None
        joined = source.join(_ORDER, _ORDER.c[link[1]] == source.c[link[0]])
    conditions = [
        source.c[column] == cast(value, source.c[column].type) for column, value in key.items()
    ]
    return select_columns(_ORDER.c.order_id).select_from(joined).where(*conditions)
