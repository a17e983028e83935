"""Finding items and their sourcing policies."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.items.errors import NoSourcingPolicy, UnknownItem
from erp.items.tables import Item, SourcingCandidate, SourcingPolicy


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


def items(session: Session) -> list[Item]:
    """All items, by code."""
    return list(session.scalars(select(Item).order_by(col(Item.code))))


def policies(session: Session) -> list[SourcingPolicy]:
    """All sourcing policies, by item."""
    return list(session.scalars(select(SourcingPolicy).order_by(col(SourcingPolicy.item))))
