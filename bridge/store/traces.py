"""How far the trace of each intent is told: all SQL of traces. Looked at only while traces are on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlmodel import Session, col

from bridge.intents import OPEN_STATUSES, InboxStatus, OutboxStatus
from bridge.store.tables import Attempt, Inbox, Outbox


class Step(IntEnum):
    """States of an intent's trace. Each is reached from any before it."""

    NONE = 0  # it has no trace
    STORED = 1  # the intent stands in OUTBOX
    SIGNED = 2  # an attempt stands beside it
    SENT = 3  # its bytes were given to a node
    PROVED = 4  # ingest proved an event of its transaction
    ENDED = 5  # its events are dealt with, or there will be none


ENDS = (OutboxStatus.REFUSED, OutboxStatus.REVERTED, OutboxStatus.GIVEN_UP, OutboxStatus.MOOT)
UNDECIDED = (InboxStatus.FINAL, InboxStatus.WAITING, InboxStatus.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Seen:
    """How far an intent that is traced has come."""

    row: Outbox
    attempt: Attempt | None  # the one that holds its slot
    events: tuple[Inbox, ...]  # of that transaction

    @property
    def step(self) -> Step:
        """The step that its trace may be told up to."""
        attempt = self.attempt
        if self.row.status in ENDS:
            return Step.ENDED
        if attempt is None:
            return Step.STORED
        if self.events:
            undecided = any(event.status in UNDECIDED for event in self.events)
            return Step.PROVED if undecided else Step.ENDED
        if self.row.status == OutboxStatus.CONFIRMED and attempt.witnessed:
            return Step.ENDED  # a call that leaves no event
        return Step.SENT if attempt.sent_at > 0 else Step.SIGNED


def newest(session: Session) -> int:
    """The id of the newest intent; 0 when there is none."""
    return int(session.scalar(select(func.max(col(Outbox.id)))) or 0)


def untraced(session: Session, after: int, limit: int) -> Sequence[Outbox]:
    """Intents after an id that have no trace, oldest first."""
    statement = select(Outbox).where(col(Outbox.id) > after, col(Outbox.traced) == Step.NONE)
    return session.scalars(statement.order_by(col(Outbox.id)).limit(limit)).all()


def under_way(session: Session, limit: int) -> Sequence[Outbox]:
    """Intents that have not ended and have no trace."""
    statement = select(Outbox).where(
        col(Outbox.status).in_(OPEN_STATUSES), col(Outbox.traced) == Step.NONE
    )
    return session.scalars(statement.order_by(col(Outbox.id)).limit(limit)).all()


def advanced(session: Session, limit: int) -> list[Seen]:
    """Intents whose trace may be told further, oldest first."""
    attempt, event = Attempt, Inbox
    its_own = col(event.tx_hash) == col(attempt.tx_hash)
    undecided = exists().where(its_own, col(event.status).in_(UNDECIDED))
    further = or_(
        col(Outbox.status).in_(ENDS),
        and_(col(Outbox.traced) < Step.SIGNED, col(attempt.id).is_not(None)),
        and_(col(Outbox.traced) < Step.SENT, col(attempt.sent_at) > 0),
        and_(
            col(Outbox.traced) < Step.PROVED,
            exists().where(its_own),
        ),
        and_(exists().where(its_own), ~undecided),
        and_(col(Outbox.status) == OutboxStatus.CONFIRMED, col(attempt.witnessed), ~undecided),
    )
    held = and_(col(attempt.outbox_id) == col(Outbox.id), ~col(attempt.lost))
    statement = (
        select(Outbox, attempt)
        .outerjoin(attempt, held)
        .where(col(Outbox.traced).between(Step.STORED, Step.PROVED), further)
        .order_by(col(Outbox.id))
        .limit(limit)
    )
    pairs = session.execute(statement).all()
    hashes = [found.tx_hash for _, found in pairs if found is not None]
    events: dict[str, list[Inbox]] = {}
    of_these = select(event).where(col(event.tx_hash).in_(hashes)).order_by(col(event.position))
    for one in session.scalars(of_these) if hashes else ():
        events.setdefault(one.tx_hash, []).append(one)
    return [
        Seen(row, found, tuple(events.get(found.tx_hash, ())) if found is not None else ())
        for row, found in pairs
    ]


def causes(session: Session, numbers: Sequence[str]) -> dict[str, str]:
    """Traces of the intents whose events made these documents, by the document's number."""
    statement = (
        select(col(Inbox.document_number), col(Outbox.traceparent))
        .join(Attempt, col(Attempt.tx_hash) == col(Inbox.tx_hash))
        .join(Outbox, col(Outbox.id) == col(Attempt.outbox_id))
        .where(col(Inbox.document_number).in_(numbers), col(Outbox.traceparent).is_not(None))
    )
    return {str(number): str(trace) for number, trace in session.execute(statement)}


def tell(session: Session, row: Outbox, step: Step, traceparent: str | None) -> bool:
    """Notes how far the trace of an intent is told, and which it is; False when somebody else did."""
    changed = session.execute(
        update(Outbox)
        .where(col(Outbox.id) == row.id, col(Outbox.traced) == row.traced)
        .values(traced=step, traceparent=traceparent)
        .execution_options(synchronize_session=False)
    )
    return isinstance(changed, CursorResult) and changed.rowcount == 1
