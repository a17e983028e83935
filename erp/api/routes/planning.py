"""Requisitions, and the reorders that wait for something, read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlmodel import col

from erp.api.desk import AtDesk, Caller
from erp.api.openapi import problems
from erp.api.reads.order_views import Row
from erp.api.reads.pages import DEFAULT_PAGE, AfterKey, Limit, Page, next_after
from erp.procurement.rules import RequisitionStatus
from erp.procurement.tables import ReorderHold, Requisition

router = APIRouter(tags=["planning"])


class RequisitionView(Row):
    """A wish for an item, with what was set aside for it in minor units."""

    number: str
    item: str
    buyer: str
    quantity: int
    estimate_minor: int
    status: str
    raised_at: int
    promised_at: int


class HoldView(Row):
    """A reorder that is due and cannot be raised, and why."""

    item: str
    reason: str
    since: int
    document: str


@router.get(
    "/requisitions",
    operation_id="list_requisitions",
    summary="List requisitions",
    response_model=Page[RequisitionView],
    responses=problems(),
)
def list_requisitions(
    desk: AtDesk,
    caller: Caller,
    status: Annotated[
        RequisitionStatus | None, Query(description="only those that stand so")
    ] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[RequisitionView]:
    """Requisitions by number, raised by the reorder check or by a clerk."""
    number = col(Requisition.number)
    query = select(Requisition).where(number > after).order_by(number).limit(limit)
    if status is not None:
        query = query.where(col(Requisition.status) == status.value)
    with desk.reading() as session:
        rows = [RequisitionView.model_validate(row) for row in session.scalars(query)]
    return Page(items=rows, next_after=next_after([row.number for row in rows], limit))


@router.get(
    "/reorder-holds",
    operation_id="list_reorder_holds",
    summary="List reorders on hold",
    response_model=Page[HoldView],
    responses=problems(),
)
def list_holds(
    desk: AtDesk, caller: Caller, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[HoldView]:
    """Items below their reorder point whose requisition was refused, by item, with the reason."""
    item = col(ReorderHold.item)
    query = select(ReorderHold).where(item > after).order_by(item).limit(limit)
    with desk.reading() as session:
        rows = [HoldView.model_validate(row) for row in session.scalars(query)]
    return Page(items=rows, next_after=next_after([row.item for row in rows], limit))
