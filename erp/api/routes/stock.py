"""Routes of the warehouse: opening stock, issues and levels."""

from __future__ import annotations

from erp.api.access import STAFF
from erp.api.pages import (
    DEFAULT_PAGE,
    AfterKey,
    CodeFilter,
    Limit,
    Page,
    joined_key,
    page_of,
    split_key,
)
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.stock import queries
from erp.stock.schemas import IssueStock, OpenStock

ROUTES = RoomRoutes("stock")

ROUTES.write(
    Write(
        "/stock-openings",
        OpenStock,
        "Book opening stock",
        "Stock that was there before the books began, at its total value: Dr 1403 (kind raw) or "
        "1405 (kind finished), Cr 4104.01.",
        {
            "entity": "HEFEI",
            "item": "STEEL-3MM",
            "quantity": 250,
            "value_minor": 2_875_000,
            "kind": "raw",
        },
    )
)
ROUTES.write(
    Write(
        "/goods-issues",
        IssueStock,
        "Issue stock",
        "Goods leave the stock at moving average cost: Dr the account of the purpose (production 5001, sale 6401, "
        "research 5301, maintenance 5101, selling 6601.02, administration 6602.04, scrap 6711.04), Cr 1403 or 1405. "
        "The reorder check follows: a requisition, or a hold with its reason, is among `follow_ups`.",
        {
            "entity": "HEFEI",
            "item": "STEEL-3MM",
            "quantity": 60,
            "purpose": "production",
            "note": "production order 4711",
        },
    )
)


class StockView(Row):
    """What an entity has of an item, what is on its way, and its value in minor units."""

    classes = classed("entity item kind on_hand on_order", money="value_minor")

    entity: str
    item: str
    kind: str
    on_hand: int
    on_order: int
    value_minor: Amount


@ROUTES.read("/stock", "Read stock levels", STAFF)
def list_stock(
    context: ContextDep,
    entity: CodeFilter = None,
    item: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[StockView]:
    """On hand, on order and value, by entity and item."""
    with context.reading() as session:
        found = queries.levels_by_item(
            session, entity=entity, item=item, after=split_key(after), limit=limit
        )
        return page_of(
            found,
            StockView.model_validate,
            lambda row: joined_key(row.entity, row.item),
            limit,
        )
