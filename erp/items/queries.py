"""Finding items and their sourcing policies."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.items.errors import NoSourcingPolicy, UnknownItem
from erp.items.tables import Item, SourcingCandidate, SourcingPolicy
from erp.kernel.queries import page
from erp.kernel.rows import Rows


def item(rows: Rows, code: str) -> Item:
    """The item with a code. Refused when unknown."""
    found = rows.get(Item, code)
    if found is None:
        raise UnknownItem(code)
    return found


def policy(rows: Rows, code: str) -> SourcingPolicy:
    """The sourcing policy of an item. Refused when the item is unknown or has none."""
    found = rows.get(SourcingPolicy, item(rows, code).code)
    if found is None:
        raise NoSourcingPolicy(code)
    return found


def candidates(rows: Rows, code: str) -> list[str]:
    """The parties invited for an item, in the policy's order; empty: open to every supplier."""
    return [row.party for row in rows.select(SourcingCandidate, "position", item=code)]


def forget_candidates(rows: Rows, code: str) -> None:
    """Deletes the candidates of the item's policy, before new ones are named."""
    for row in rows.select(SourcingCandidate, item=code):
        rows.delete(row)


def units_of(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The unit in which each of these items is counted, by its code."""
    statement = select(col(Item.code), col(Item.unit)).where(col(Item.code).in_(set(codes)))
    return {row.code: row.unit for row in session.execute(statement)}


def items_by_code(session: Session, *, after: str = "", limit: int) -> list[Item]:
    """A page of items by code."""
    return page(session, Item, ["code"], [after], limit)


def policies(rows: Rows) -> list[SourcingPolicy]:
    """All sourcing policies, by item."""
    return rows.select(SourcingPolicy, "item")


def policies_by_item(session: Session, *, after: str = "", limit: int) -> list[SourcingPolicy]:
    """A page of sourcing policies by item."""
    return page(session, SourcingPolicy, ["item"], [after], limit)
