"""Reading stock."""

from __future__ import annotations

from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.stock.tables import StockLevel


def level(rows: Rows, entity: str, item: str) -> StockLevel:
    """The stock of an entity in an item; when it never had any, an empty level that is not kept."""
    return rows.get(StockLevel, entity, item) or StockLevel(entity=entity, item=item)


def kept_level(rows: Rows, entity: str, item: str) -> StockLevel:
    """The stock of an entity in an item, to be changed; a new level when it never had any."""
    return rows.get(StockLevel, entity, item) or rows.add(StockLevel, entity=entity, item=item)


def levels(session: Session, entity: str | None = None) -> list[StockLevel]:
    """All stock, of one entity or of all, by entity and item."""
    statement = select(StockLevel).order_by(col(StockLevel.entity), col(StockLevel.item))
    if entity is not None:
        statement = statement.where(col(StockLevel.entity) == entity)
    return list(session.scalars(statement))


def levels_by_item(
    session: Session,
    *,
    entity: str | None = None,
    item: str | None = None,
    after: tuple[str, str] = ("", ""),
    limit: int,
) -> list[StockLevel]:
    """A page of stock by entity and item, of one entity, of one item or of all."""
    return page(session, StockLevel, ["entity", "item"], after, limit, entity=entity, item=item)
