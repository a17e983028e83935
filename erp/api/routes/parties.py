"""Parties, items, sourcing policies and stock, read."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, tuple_
from sqlmodel import col

from erp.api.desk import AtDesk, Caller
from erp.api.openapi import problems
from erp.api.reads.pages import (
    DEFAULT_PAGE,
    SEPARATOR,
    AfterKey,
    CodeFilter,
    Limit,
    Page,
    next_after,
    split_key,
)
from erp.items.queries import candidates
from erp.items.schemas import SetSourcingPolicy
from erp.items.tables import Item, SourcingPolicy
from erp.parties.tables import Party
from erp.stock.tables import StockLevel

router = APIRouter()
FROM_ROW = ConfigDict(from_attributes=True)


class PartyView(BaseModel):
    """A party and its standing with the settlement side."""

    model_config = FROM_ROW

    code: str
    name: str
    kind: str
    account: str
    status: str = Field(examples=["ENROLLED"])
    capabilities: int = Field(description="bit set: 1 buyer, 2 supplier")
    credit_bps: int | None = Field(description="credit score, basis points; null: no outcome yet")
    outcomes: int = Field(description="deliveries counted in the score")


class ItemView(BaseModel):
    """An item."""

    model_config = FROM_ROW

    code: str
    name: str
    unit: str


class StockView(BaseModel):
    """What an entity has of an item, what is on its way, and its value in minor units."""

    model_config = FROM_ROW

    entity: str
    item: str
    on_hand: int
    on_order: int
    value_minor: int


@router.get(
    "/parties",
    operation_id="list_parties",
    tags=["master data"],
    summary="List parties",
    response_model=Page[PartyView],
    responses=problems(),
)
def list_parties(
    desk: AtDesk,
    caller: Caller,
    code: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[PartyView]:
    """Parties by code, each with its credit score; `code` picks one."""
    query = select(Party).where(col(Party.code) > after).order_by(col(Party.code)).limit(limit)
    if code is not None:
        query = query.where(col(Party.code) == code)
    with desk.reading() as session:
        rows = [PartyView.model_validate(row) for row in session.scalars(query)]
    return Page(items=rows, next_after=next_after([row.code for row in rows], limit))


@router.get(
    "/items",
    operation_id="list_items",
    tags=["master data"],
    summary="List items",
    response_model=Page[ItemView],
    responses=problems(),
)
def list_items(
    desk: AtDesk, caller: Caller, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[ItemView]:
    """Items by code, each with the unit its quantities are counted in."""
    query = select(Item).where(col(Item.code) > after).order_by(col(Item.code)).limit(limit)
    with desk.reading() as session:
        rows = [ItemView.model_validate(row) for row in session.scalars(query)]
    return Page(items=rows, next_after=next_after([row.code for row in rows], limit))


@router.get(
    "/sourcing-policies",
    operation_id="list_sourcing_policies",
    tags=["master data"],
    summary="List sourcing policies",
    response_model=Page[SetSourcingPolicy],
    responses=problems(),
)
def list_policies(
    desk: AtDesk, caller: Caller, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[SetSourcingPolicy]:
    """How each item is reordered, by item.

    The policy in force, in the shape in which it was set.
    """
    item = col(SourcingPolicy.item)
    query = select(SourcingPolicy).where(item > after).order_by(item).limit(limit)
    with desk.reading() as session:
        rows = [
            SetSourcingPolicy(**row.model_dump(), candidates=tuple(candidates(session, row.item)))
            for row in session.scalars(query)
        ]
    return Page(items=rows, next_after=next_after([row.item for row in rows], limit))


@router.get(
    "/stock",
    operation_id="list_stock",
    tags=["stock"],
    summary="Read stock levels",
    response_model=Page[StockView],
    responses=problems(),
)
def list_stock(
    desk: AtDesk,
    caller: Caller,
    entity: CodeFilter = None,
    item: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[StockView]:
    """On hand, on order and value, by entity and item."""
    key_columns = col(StockLevel.entity), col(StockLevel.item)
    query = (
        select(StockLevel)
        .where(tuple_(*key_columns) > split_key(after))
        .order_by(*key_columns)
        .limit(limit)
    )
    if entity is not None:
        query = query.where(col(StockLevel.entity) == entity)
    if item is not None:
        query = query.where(col(StockLevel.item) == item)
    with desk.reading() as session:
        rows = [StockView.model_validate(row) for row in session.scalars(query)]
    keys = [f"{row.entity}{SEPARATOR}{row.item}" for row in rows]
    return Page(items=rows, next_after=next_after(keys, limit))
