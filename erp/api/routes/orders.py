"""Tenders, orders and invoices, read.

And the page that shows an order's three flows as one (三流合一).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.api.desk import AtDesk, Caller
from erp.api.openapi import problems
from erp.api.own_orders import own_order
from erp.api.reads.documents import DocumentNumber
from erp.api.reads.order_views import (
    BidView,
    DeliveryView,
    InvoiceView,
    MoneyView,
    OrderView,
    TenderView,
)
from erp.api.reads.pages import DEFAULT_PAGE, AfterId, AfterKey, Limit, Page, next_after
from erp.api.tokens import Principal
from erp.api.views import DocumentView, told_reason, views
from erp.kernel.log.queries import by_number, select_documents
from erp.kernel.roles import Role
from erp.kernel.schema import MAX_BIGINT
from erp.procurement import queries
from erp.procurement.rules import InvoiceStatus, OrderStatus
from erp.procurement.tables import PurchaseOrder, SupplierInvoice

router = APIRouter(tags=["procurement"])
MAX_DOCUMENTS = 2_000  # of one order: 64 deliveries with a dozen documents each stay far below

TenderId = Annotated[int, Path(ge=1, le=MAX_BIGINT)]


class TenderPage(BaseModel):
    """A tender and its bids, in order of commitment. Amounts show once they are revealed."""

    tender: TenderView
    bids: list[BidView]


class ThreeFlows(BaseModel):
    """Order flow, goods flow and cash flow of one order, and every document behind them."""

    order: OrderView
    goods: list[DeliveryView]
    money: MoneyView
    invoices: list[InvoiceView]
    documents: list[DocumentView] = Field(description="in sequence, as the caller may see them")


@router.get(
    "/tenders",
    operation_id="list_tenders",
    summary="List tenders",
    response_model=Page[TenderView],
    responses=problems(),
)
def list_tenders(
    desk: AtDesk, caller: Caller, after: AfterId = 0, limit: Limit = DEFAULT_PAGE
) -> Page[TenderView]:
    """Tenders by id, with the winner when there is one."""
    with desk.reading() as session:
        found = queries.tenders(session, after=after, limit=limit)
        rows = [TenderView.model_validate(row) for row in found]
    return Page(items=rows, next_after=next_after([row.tender_id for row in rows], limit))


@router.get(
    "/tenders/{tender_id}",
    operation_id="read_tender",
    summary="Read one tender",
    response_model=TenderPage,
    responses=problems(404),
)
def read_tender(desk: AtDesk, caller: Caller, tender_id: TenderId) -> TenderPage:
    """A tender with all its bids."""
    with desk.reading() as session:
        tender = TenderView.model_validate(queries.tender(session, tender_id))
        bids = [BidView.model_validate(bid) for bid in queries.bids(session, tender_id)]
    return TenderPage(tender=tender, bids=bids)


@router.get(
    "/orders",
    operation_id="list_orders",
    summary="List orders",
    response_model=Page[OrderView],
    responses=problems(),
)
def list_orders(
    desk: AtDesk,
    caller: Caller,
    status: Annotated[OrderStatus | None, Query(description="only orders that stand so")] = None,
    after: AfterId = 0,
    limit: Limit = DEFAULT_PAGE,
) -> Page[OrderView]:
    """Orders by id. A supplier sees its own."""
    supplier = caller.party if caller.role is Role.SUPPLIER else None
    with desk.reading() as session:
        found = queries.orders(
            session,
            status=status.value if status else None,
            supplier=supplier,
            after=after,
            limit=limit,
        )
        rows = [OrderView.model_validate(row) for row in found]
    return Page(items=rows, next_after=next_after([row.order_id for row in rows], limit))


@router.get(
    "/orders/{number}",
    operation_id="read_order",
    summary="Read an order: three flows in one",
    response_model=ThreeFlows,
    responses=problems(404),
)
def read_order(desk: AtDesk, caller: Caller, number: DocumentNumber) -> ThreeFlows:
    """One page for one order.

    Its terms, its goods delivery by delivery, its money from escrow to refund, and every document
    of it, from requisition to close. A supplier sees its own orders, and its own side of their
    entries.
    """
    with desk.reading() as session:
        order = own_order(session, caller, number)
        goods = queries.deliveries(session, order.order_id)
        return ThreeFlows(
            order=OrderView.model_validate(order),
            goods=[DeliveryView.model_validate(delivery) for delivery in goods],
            money=MoneyView.of(order),
            invoices=[invoice_view(row, caller) for row in invoices(session, order)],
            documents=order_documents(session, order, caller),
        )


def invoice_view(row: SupplierInvoice, caller: Principal) -> InvoiceView:
    """An invoice as this caller may see it."""
    shown = InvoiceView.model_validate(row)
    return shown.model_copy(update={"reason": told_reason(shown.reason, caller)})


def invoices(session: Session, order: PurchaseOrder) -> list[SupplierInvoice]:
    """All invoices of an order, by number."""
    query = select(SupplierInvoice).where(col(SupplierInvoice.order_id) == order.order_id)
    return list(session.scalars(query.order_by(col(SupplierInvoice.number))))


def order_documents(
    session: Session, order: PurchaseOrder, caller: Principal
) -> list[DocumentView]:
    """The documents of an order, those before it (requisition, tender) first."""
    tender = queries.tender(session, order.tender_id)
    before = [by_number(session, number) for number in (order.requisition, tender.number)]
    since = select_documents(session, order=order.number, limit=MAX_DOCUMENTS)
    found = {document.sequence: document for document in [*before, *since] if document}
    return views([found[sequence] for sequence in sorted(found)], caller)


@router.get(
    "/blocked-invoices",
    operation_id="list_blocked_invoices",
    summary="List blocked invoices",
    response_model=Page[InvoiceView],
    responses=problems(),
)
def list_blocked_invoices(
    desk: AtDesk, caller: Caller, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[InvoiceView]:
    """Invoices that agree with no order and acceptance, each with the reason.

    They are never paid as they are.
    """
    query = (
        select(SupplierInvoice)
        .where(
            col(SupplierInvoice.status) == InvoiceStatus.BLOCKED.value,
            col(SupplierInvoice.number) > after,
        )
        .order_by(col(SupplierInvoice.number))
        .limit(limit)
    )
    with desk.reading() as session:
        rows = [InvoiceView.model_validate(row) for row in session.scalars(query)]
    return Page(items=rows, next_after=next_after([row.number for row in rows], limit))
