"""Counts and lists of the bridge's tables for whoever watches the ring. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from bridge.intents import EXCLUDED, OPEN_STATUSES, STUCK_STATUSES, InboxStatus, OutboxStatus
from bridge.store.parking import is_free
from bridge.store.tables import Alarm, Commitment, Hold, Inbox, Outbox

SHOWN_MAX = 50  # rows of a list


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits, what is stuck, and how many rows of INBOX and OUTBOX stand in each status."""

    unanchored: int  # documents
    inbox: Mapping[str, int]  # status -> rows
    outbox: Mapping[str, int]
    waiting_for_time: int  # calls whose chain time has not come
    waiting: Sequence[Outbox]  # those of them whose time comes first
    quarantined: Sequence[Inbox]  # at most SHOWN_MAX of each, the oldest
    stuck: Sequence[Outbox]  # not acts of people who were told: these wait for nobody here
    excluding: Sequence[Outbox]  # calls that leave accounts out, the newest first
    holds: Sequence[Hold]
    alarms: Sequence[Alarm]  # the newest, in the order in which they were first raised


def overview(session: Session, chain_time: int) -> Overview:
    """Reads the tables in one snapshot; `chain_time` is that of the newest block read, unix seconds."""
    return Overview(
        unanchored=_count(session, Commitment, col(Commitment.anchor).is_(None)),
        inbox=_by_status(session, Inbox),
        outbox=_by_status(session, Outbox),
        waiting_for_time=_count(
            session,
            Outbox,
            col(Outbox.status).in_(OPEN_STATUSES),
            col(Outbox.not_before) > chain_time,
        ),
        waiting=_rows(
            session,
            Outbox,
            col(Outbox.not_before),
            col(Outbox.status).in_(OPEN_STATUSES),
            col(Outbox.not_before) > chain_time,
        ),
        quarantined=_rows(
            session, Inbox, col(Inbox.position), col(Inbox.status) == InboxStatus.QUARANTINED
        ),
        stuck=_rows(
            session,
            Outbox,
            col(Outbox.id),
            col(Outbox.status).in_(STUCK_STATUSES),
            col(Outbox.told).is_(None),
        ),
        excluding=_rows(
            session, Outbox, col(Outbox.id).desc(), col(Outbox.note).contains(f'"{EXCLUDED}"')
        ),
        holds=_rows(session, Hold, col(Hold.aggregate)),
        alarms=_rows(session, Alarm, col(Alarm.id).desc())[::-1],
    )


def events_to_book(session: Session) -> int:
    """Counts final events whose aggregate is not parked."""
    return _count(session, Inbox, *_to_book())


def next_to_book(session: Session) -> str | None:
    """Position of the oldest final event whose aggregate is not parked; None when there is none."""
    statement = select(col(Inbox.position)).where(*_to_book())
    return session.scalar(statement.order_by(col(Inbox.position)).limit(1))


def _to_book() -> tuple[ColumnElement[bool], ...]:
    return col(Inbox.status) == InboxStatus.FINAL, is_free()


def alarms_by_kind(session: Session) -> dict[str, int]:
    """How often each kind of alarm was raised."""
    statement = select(col(Alarm.kind), func.sum(col(Alarm.times))).group_by(col(Alarm.kind))
    return {kind: int(times) for kind, times in session.execute(statement)}


def calls_under_way(session: Session) -> int:
    """Counts calls that were sent and are not confirmed."""
    return _count(session, Outbox, col(Outbox.status) == OutboxStatus.SUBMITTED)


def _count(session: Session, table: Any, *conditions: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)


def _by_status(session: Session, table: Any) -> dict[str, int]:
    rows = session.execute(select(table.status, func.count()).group_by(table.status))
    return {str(name): int(count) for name, count in rows}


def _rows(session: Session, table: Any, order: Any, *conditions: Any) -> list[Any]:
    """At most SHOWN_MAX rows, the first in this order."""
    statement = select(table).where(*conditions).order_by(order).limit(SHOWN_MAX)
    return list(session.scalars(statement))
