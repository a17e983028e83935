"""INBOX: the proved events of the chain, in its order, each with what became of it; in the transaction of the caller."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import func, or_, select, update
from sqlmodel import Session, col

from bridge.commitments.canonical import canonical
from bridge.errors import UnreadableEvent
from bridge.events.base import Event, Logged, values_of
from bridge.events.generated import EVENTS
from bridge.intents import InboxStatus
from bridge.store import parking
from bridge.store.bulk import RowsInsert
from bridge.store.tables import Inbox, metadata

EVENTS_MAX = 10_000  # of one class in one aggregate that are looked through for one
NAMES_MAX = 500  # in one list of a statement


@dataclass(frozen=True, slots=True)
class Outcome:
    """New status of a row of INBOX, with the reason or the document that was made."""

    position: str
    status: InboxStatus
    reason: str | None = None
    document_number: str | None = None


E = TypeVar("E", bound=Event)
UNDEALT: Mapping[str, Outcome] = {}
_INSERT = RowsInsert(metadata.tables["bridge_inbox"])


def add_events(
    session: Session, events: Sequence[Logged], dealt: Mapping[str, Outcome] = UNDEALT
) -> None:
    """Stores final events, each with what was done with it already in this transaction (`dealt`, by position).

    Its place is unique: storing one twice is an error, never a doubling.
    """
    rows = [_row(each, dealt) for each in events]
    if rows:
        _INSERT(session.connection(), rows)
        parking.set_aside_new(session, (each.aggregate for each in events))


def next_events(session: Session, limit: int) -> list[Inbox]:
    """Final events whose aggregate is not parked, in chain order."""
    statement = (
        select(Inbox)
        .where(col(Inbox.status) == InboxStatus.FINAL, parking.is_free())
        .order_by(col(Inbox.position))
        .limit(limit)
    )
    return list(session.scalars(statement))


def parked_among(session: Session, aggregates: Iterable[str]) -> set[str]:
    """Which of these aggregates are parked. They are asked for only when any is."""
    is_parked = col(Inbox.status) == InboxStatus.QUARANTINED
    if session.scalar(select(col(Inbox.position)).where(is_parked).limit(1)) is None:
        return set()
    named, found = sorted(set(aggregates)), set[str]()
    for start in range(0, len(named), NAMES_MAX):
        part = named[start : start + NAMES_MAX]
        statement = select(col(Inbox.aggregate)).where(is_parked, col(Inbox.aggregate).in_(part))
        found.update(session.scalars(statement.distinct()))
    return found


def first_event(
    session: Session,
    cls: type[E],
    aggregate: str,
    is_meant: Callable[[Event], bool] | None = None,
) -> E | None:
    """The oldest stored event of a class within an aggregate that is meant, proved when it was stored.

    Raises UnreadableEvent.
    """
    rows = session.scalars(
        select(Inbox)
        .where(col(Inbox.aggregate) == aggregate, col(Inbox.event) == cls.__name__)
        .order_by(col(Inbox.position))
        .limit(1 if is_meant is None else EVENTS_MAX)
    )
    for row in rows:
        try:
            event = cls(**_values(row))
        except (AttributeError, TypeError, ValueError) as error:
            raise UnreadableEvent(f"{row.position} holds no {cls.__name__} any more") from error
        if is_meant is None or is_meant(event):
            return event
    return None


def event_at(session: Session, tx_hash: str, log_index: int) -> Inbox | None:
    """The stored event at a place of a transaction, whatever became of it; None for a log that is not read."""
    statement = select(Inbox).where(
        col(Inbox.tx_hash) == tx_hash, col(Inbox.log_index) == log_index
    )
    return session.scalar(statement)


def events_of(session: Session, aggregate: str, documents: Sequence[str]) -> list[Inbox]:
    """Events of an aggregate, and those that made these documents, in the order of the chain."""
    statement = select(Inbox).where(
        or_(col(Inbox.aggregate) == aggregate, col(Inbox.document_number).in_(documents))
    )
    return list(session.scalars(statement.order_by(col(Inbox.position))))


def waiting_events(session: Session) -> int:
    """Final events that dispatch may still book: those of parked aggregates do not count."""
    statement = select(func.count()).where(
        col(Inbox.status) == InboxStatus.FINAL, parking.is_free()
    )
    return int(session.scalar(statement) or 0)


def mark_events(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Writes status, reason and document number to rows of INBOX; what waits behind a parked one is set aside."""
    session.execute(update(Inbox), [asdict(outcome) for outcome in outcomes])
    parked = [o.position for o in outcomes if o.status == InboxStatus.QUARANTINED]
    parking.set_aside_behind(session, parked)


def events_in(session: Session, tx_hash: str) -> list[Inbox]:
    """The events of a transaction, as they stand now."""
    return list(session.scalars(select(Inbox).where(col(Inbox.tx_hash) == tx_hash)))


def event_of(session: Session, number: str) -> Inbox | None:
    """The event that a document was made for, or None."""
    return session.scalar(select(Inbox).where(col(Inbox.document_number) == number).limit(1))


def _values(row: Inbox) -> dict[str, Any]:
    """Fields of the event in a row of the inbox."""
    return {name: _frozen(value) for name, value in json.loads(row.body).items()}


def _frozen(value: Any) -> Any:
    """Turns JSON lists back into the tuples that they were before they were stored."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def logged_of(row: Inbox, chain_id: int) -> Logged:
    """The event behind a row of the inbox."""
    return Logged(
        event=EVENTS[row.event](**_values(row)),
        contract=row.contract,
        block_number=row.block_number,
        block_hash=row.block_hash,
        block_time=row.block_time,
        tx_hash=row.tx_hash,
        tx_index=row.tx_index,
        log_index=row.log_index,
        chain_id=chain_id,
        retold=row.retold,
    )


def _row(logged: Logged, dealt: Mapping[str, Outcome]) -> tuple[Any, ...]:
    """The columns of INBOX for an event, in the order of the table."""
    position = logged.position
    outcome = dealt.get(position)
    return (
        *(position, logged.contract, logged.name, logged.aggregate),
        *(logged.block_number, logged.block_hash, logged.block_time),
        *(logged.tx_hash, logged.tx_index, logged.log_index),
        canonical(values_of(logged.event)),
        (InboxStatus.FINAL if outcome is None else outcome.status).value,
        None if outcome is None else outcome.reason,
        None if outcome is None else outcome.document_number,
        logged.retold,
    )
