"""Routes of the reorder board (补货): each item with a policy, what it has, what is underway, and how its stock moved."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import STAFF
from erp.api.pages import DEFAULT_PAGE, MAX_KEY, AfterKey, Limit, Page, page_of
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.shown import Amount, ClassedView
from erp.auctions.queries import auctions_for
from erp.auctions.tables import Auction
from erp.items import queries as items
from erp.items.tables import SourcingPolicy
from erp.kernel.field_class import classed
from erp.kernel.log.model import Document
from erp.kernel.log.queries import MAX_PAGE, documents_naming, numbered, select_documents
from erp.kernel.rows import Rows
from erp.performance.asked import Asked, Span
from erp.performance.counts.sales import RETURNED
from erp.performance.counts.stock import MOVES, REVERSAL, levels
from erp.procurement import queries
from erp.procurement.tables import PurchaseOrder, ReorderHold, Requisition, Tender
from erp.stock import queries as stock
from erp.stock.rules import reorder_due

ROUTES = RoomRoutes("planning")
MAX_UNDERWAY = 20  # requisitions of one item, the newest
MAX_POINTS = 500  # of one line of movements, the newest
MAX_PRICES = 200  # of one item, the newest
BESIDE = frozenset({RETURNED, REVERSAL})  # move stock without naming the item

CodeText = Annotated[str, Query(min_length=1, max_length=MAX_KEY, pattern=r"^[^\x00]*$")]


class UnderwayView(ClassedView):
    """A requisition that is not yet brought, with the tender or auction and the order that came of it."""

    classes = classed(
        "requisition status quantity raised_at tender tender_status tender_ends auction auction_status auction_ends "
        "order order_status supplier accepted promised_at",
        money="amount_minor",
        confidential="estimate_minor",
    )

    requisition: str
    status: str
    quantity: int
    estimate_minor: Amount
    raised_at: int
    tender: str | None
    tender_status: str | None
    tender_ends: int | None = Field(description="when its reveal ends")
    auction: str | None
    auction_status: str | None
    auction_ends: int | None
    order: str | None
    order_status: str | None
    supplier: str | None
    amount_minor: Amount
    accepted: int | None = Field(description="of the order, so far")
    promised_at: int | None = Field(description="of the order")


class ReorderView(ClassedView):
    """An item that is reordered by itself, and where its reorder stands."""

    classes = classed(
        "item name unit buyer on_hand on_order reorder_point reorder_quantity sourcing due held_since hold underway",
        confidential="hold_reason",
    )

    item: str
    name: str
    unit: str
    buyer: str
    on_hand: int
    on_order: int
    reorder_point: int
    reorder_quantity: int
    sourcing: str
    due: bool = Field(description="on hand and on order are together below the reorder point")
    held_since: int | None = Field(description="null: nothing stands in its way")
    hold: str | None = Field(description="the document that says why it waits")
    hold_reason: str | None = Field(description="null: none, or not shown to you")
    underway: list[UnderwayView] = Field(description="the newest first")


class MovementPoint(ClassedView):
    """How much lay in stock after a document."""

    classes = classed("at on_hand document")

    at: int
    on_hand: int
    document: str


class MovementsView(ClassedView):
    """How much of an item an entity had, as each document moved it."""

    classes = classed("entity item reorder_point complete points")

    entity: str
    item: str
    reorder_point: int | None = Field(description="null: this entity does not reorder it")
    complete: bool = Field(
        description="false: the line begins later, or does not end at what is on hand now"
    )
    points: list[MovementPoint]


class PricePoint(ClassedView):
    """What an item cost when an order for it was placed: the order's net amount, and that of one unit, rounded down."""

    classes = classed("at order tender auction supplier quantity", money="amount_minor each_minor")

    at: int
    order: str
    tender: str | None
    auction: str | None
    supplier: str
    quantity: int
    amount_minor: Amount
    each_minor: Amount


class PricesView(ClassedView):
    """The prices of an item, as each tender, auction or direct order brought them."""

    classes = classed("item complete points")

    item: str
    complete: bool = Field(description="false: the newest orders alone")
    points: list[PricePoint]


@ROUTES.read("/reorders", "Read the reorder board", STAFF)
def list_reorders(
    context: ContextDep, after: AfterKey = "", limit: Limit = DEFAULT_PAGE
) -> Page[ReorderView]:
    """Items with a sourcing policy, by code: stock, reorder point, what is underway, and why a reorder waits."""
    with context.reading() as session:
        found = items.policies_by_item(session, after=after, limit=limit)
        underway = _underway(session, [row.item for row in found])
        rows = Rows.of(session)
        return page_of(
            found,
            lambda row: _board(rows, row, underway.get(row.item, [])),
            lambda row: row.item,
            limit,
        )


@ROUTES.read("/stock-movements", "Read how stock moved", STAFF)
def read_stock_movements(context: ContextDep, entity: CodeText, item: CodeText) -> MovementsView:
    """What lay in an entity's stock of an item after each document that moved it; of many, the newest."""
    with context.reading() as session:
        types = sorted(MOVES - BESIDE)
        named = documents_naming(session, types, "item", item, limit=MAX_PAGE)
        beside = select_documents(session, types=sorted(BESIDE), limit=MAX_PAGE)
        asked = Asked(Span(0, 0), frozenset({entity}), items=frozenset({item}))
        documents = sorted((*named, *beside), key=lambda each: each.sequence)
        line = _changes(documents, asked)
        on_hand = stock.level(Rows.of(session), entity, item).on_hand or 0
        policy = Rows.of(session).get(SourcingPolicy, item)
    return MovementsView(
        entity=entity,
        item=item,
        reorder_point=policy.reorder_point if policy and policy.buyer == entity else None,
        complete=len(line) <= MAX_POINTS and on_hand == (line[-1].on_hand if line else 0),
        points=line[-MAX_POINTS:],
    )


@ROUTES.read("/item-prices", "Read what an item cost", STAFF)
def read_item_prices(context: ContextDep, item: CodeText) -> PricesView:
    """The price of each order for an item, as it was awarded or signed, the oldest first; of many, the newest."""
    with context.reading() as session:
        found = queries.orders_for(session, item, limit=MAX_PRICES + 1)
        opened = numbered(session, [order.number for order, _ in found])
        asked = [order.requisition for order, _ in found if order.requisition is not None]
        auctioned = auctions_for(session, asked)
        points = [
            _price(opened[order.number], order, tender, auctioned.get(order.requisition or ""))
            for order, tender in reversed(found[:MAX_PRICES])
            if order.number in opened
        ]
    return PricesView(item=item, complete=len(found) <= MAX_PRICES, points=points)


def _price(
    opened: Document, order: PurchaseOrder, tender: str | None, auction: Auction | None
) -> PricePoint:
    """As the order was opened: what changed it later is no price of a tender."""
    quantity, amount = opened.fields["quantity"], opened.fields["amount_minor"]
    return PricePoint(
        at=opened.at,
        order=order.number,
        tender=tender,
        auction=None if auction is None else auction.number,
        supplier=order.supplier,
        quantity=quantity,
        amount_minor=amount,
        each_minor=amount // quantity,
    )


def _changes(documents: list[Document], asked: Asked) -> list[MovementPoint]:
    """The points of a line at which it changes, each with the document that changed it."""
    found: list[MovementPoint] = []
    for document, (at, count) in zip(documents, levels(documents, asked), strict=True):
        if count != (found[-1].on_hand if found else 0):
            found.append(MovementPoint(at=at, on_hand=count, document=document.number))
    return found


def _underway(session: Session, codes: list[str]) -> dict[str, list[UnderwayView]]:
    found = queries.underway(session, codes, each=MAX_UNDERWAY)
    auctioned = auctions_for(session, [requisition.number for requisition, _, _ in found])
    by_item: dict[str, list[UnderwayView]] = {}
    for requisition, tender, order in found:
        told = _chain(requisition, tender, auctioned.get(requisition.number), order)
        by_item.setdefault(requisition.item, []).append(told)
    return by_item


def _chain(
    requisition: Requisition,
    tender: Tender | None,
    auction: Auction | None,
    order: PurchaseOrder | None,
) -> UnderwayView:
    return UnderwayView(
        requisition=requisition.number,
        status=requisition.status,
        quantity=requisition.quantity,
        estimate_minor=requisition.estimate_minor,
        raised_at=requisition.raised_at,
        tender=tender.number if tender else None,
        tender_status=tender.status if tender else None,
        tender_ends=tender.reveal_end if tender else None,
        auction=auction.number if auction else None,
        auction_status=auction.status if auction else None,
        auction_ends=auction.ends_at if auction else None,
        order=order.number if order else None,
        order_status=order.status if order else None,
        supplier=order.supplier if order else None,
        amount_minor=order.amount_minor if order else None,
        accepted=order.accepted if order else None,
        promised_at=order.promised_at if order else None,
    )


def _board(rows: Rows, policy: SourcingPolicy, underway: list[UnderwayView]) -> ReorderView:
    level = stock.level(rows, policy.buyer, policy.item)
    on_hand, on_order = level.on_hand or 0, level.on_order or 0
    hold = rows.get(ReorderHold, policy.item)
    item = items.item(rows, policy.item)
    return ReorderView(
        item=policy.item,
        name=item.name,
        unit=item.unit,
        buyer=policy.buyer,
        on_hand=on_hand,
        on_order=on_order,
        reorder_point=policy.reorder_point,
        reorder_quantity=policy.reorder_quantity,
        sourcing=policy.sourcing,
        due=reorder_due(on_hand, on_order, policy.reorder_point),
        held_since=None if hold is None else hold.since,
        hold=None if hold is None else hold.document,
        hold_reason=None if hold is None else hold.reason,
        underway=underway,
    )
