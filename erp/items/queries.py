"""Finding items and their sourcing policies."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.items.errors import NoSourcingPolicy, UnknownItem
from erp.items.tables import Item, SourcingCandidate, SourcingPolicy
from erp.kernel.queries import page


def item(session: Session, code: str) -> Item:
    """The item with a code. Refused when unknown."""
    found = session.get(Item, code)
    if found is None:
        raise UnknownItem(code)
    return found


def policy(session: Session, code: str) -> SourcingPolicy:
    """The sourcing policy of an item. Refused when the item is unknown or has none."""
    found = session.get(SourcingPolicy, item(session, code).code)
    if found is None:
        raise NoSourcingPolicy(code)
    return found


def candidates(session: Session, code: str) -> list[str]:
    """The parties invited for an item, in the policy's order; empty: open to every supplier."""
    statement = (
        select(SourcingCandidate.party)
        .where(col(SourcingCandidate.item) == code)
        .order_by(col(SourcingCandidate.position))
    )
    return list(session.scalars(statement))


def forget_candidates(session: Session, code: str) -> None:
    """Deletes the candidates of the item's policy, before new ones are named."""
    session.execute(delete(SourcingCandidate).where(col(SourcingCandidate.item) == code))


def items_by_code(session: Session, *, after: str = "", limit: int) -> list[Item]:
    """A page of items by code."""
    return page(session, Item, ["code"], [after], limit)


def policies(session: Session) -> list[SourcingPolicy]:
    """All sourcing policies, by item."""
    return list(session.scalars(select(SourcingPolicy).order_by(col(SourcingPolicy.item))))


def policies_by_item(session: Session, *, after: str = "", limit: int) -> list[SourcingPolicy]:
    """A page of sourcing policies by item."""
    return page(session, SourcingPolicy, ["item"], [after], limit)
