"""Finds document numbers for ids, and stuck rows for document numbers: people know PO-2026-00001, not order:1."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from bridge.intents import STUCK_STATUSES, InboxStatus
from bridge.store.tables import Inbox, Outbox


def numbers_of(session: Session, aggregates: Iterable[str]) -> dict[str, str]:
    """Number of the document by which each aggregate began: order:1 -> PO-2026-00001. Others are left out."""
    statement = (
        select(col(Inbox.aggregate), col(Inbox.document_number))
        .where(col(Inbox.aggregate).in_(set(aggregates)), col(Inbox.document_number).is_not(None))
        .order_by(col(Inbox.position).desc())
    )
    return {aggregate: str(number) for aggregate, number in session.execute(statement)}


def stuck_named(session: Session, name: str) -> list[str]:
    """Keys of stuck calls and positions of quarantined events that a name means, in order.

    A name is the key or position itself; or the number of a document: then the stuck call that it asks for, or else
    everything that is stuck in the orders and tenders that it belongs to.
    """
    exact = _stuck(session, col(Outbox.key) == name, col(Inbox.position) == name)
    mine = exact or _stuck(
        session, col(Outbox.document_number) == name, col(Inbox.document_number) == name
    )
    if mine:
        return mine
    with_it = [
        *session.scalars(select(col(Inbox.aggregate)).where(col(Inbox.document_number) == name)),
        *session.scalars(select(col(Outbox.aggregate)).where(col(Outbox.document_number) == name)),
    ]
    return _stuck(session, col(Outbox.aggregate).in_(with_it), col(Inbox.aggregate).in_(with_it))


def _stuck(
    session: Session, of_calls: ColumnElement[bool], of_events: ColumnElement[bool]
) -> list[str]:
    calls = select(col(Outbox.key)).where(of_calls, col(Outbox.status).in_(STUCK_STATUSES))
    events = select(col(Inbox.position)).where(
        of_events, col(Inbox.status) == InboxStatus.QUARANTINED
    )
    return [
        *session.scalars(events.order_by(col(Inbox.position))),
        *session.scalars(calls.order_by(col(Outbox.id))),
    ]
