"""All reading and writing of the bridge's tables. A unit is one database transaction; the caller opens and ends it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from bridge.commitments.canonical import canonical
from bridge.errors import BadConfiguration, Retryable
from bridge.events import EVENTS, Logged, values_of
from bridge.intents import OPEN_STATUSES, STUCK_STATUSES, Call, InboxStatus, OutboxStatus
from bridge.store.tables import (
    Alarm,
    Anchor,
    Attempt,
    Binding,
    Commitment,
    Cursor,
    Hold,
    Inbox,
    Outbox,
)

ALARM_TEXT_MAX = 500
HEARTBEAT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event."""

    position: str
    status: InboxStatus
    reason: str | None = None
    document_number: str | None = None


class StoreBusy(Retryable):
    """The database is locked by another writer."""


class Store:
    """The bridge's memory."""

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        self.engine = engine
        self._clock = clock

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One transaction: commits at the end, rolls back on any error. Raises StoreBusy when it cannot get in."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            raise StoreBusy(str(error.orig)) from error

    @contextmanager
    def view(self) -> Iterator[Session]:
        """A read-only transaction: sees one snapshot and waits for no writer."""
        try:
            with Session(
                self.engine.execution_options(read_only=True), expire_on_commit=False
            ) as session:
                yield session
        except OperationalError as error:
            raise StoreBusy(str(error.orig)) from error

    # ---- binding and cursor -------------------------------------------------------------------

    def binding(self, session: Session) -> Binding | None:
        """The deployment this database belongs to, if it was ever used."""
        return session.get(Binding, 1)

    def cursor(self, session: Session) -> Cursor:
        """How far each side has been read. Raises BadConfiguration before `bind`."""
        cursor = session.get(Cursor, 1)
        if cursor is None:
            raise BadConfiguration(
                "this database is not bound to a deployment yet: start the daemon once"
            )
        return cursor

    def beat(self) -> None:
        """Leaves a sign of life, at most every few seconds."""
        now = int(self._clock())
        with self.view() as session:
            if now - self.cursor(session).walked_at < HEARTBEAT_SECONDS:
                return
        with self.unit() as session:
            self.cursor(session).walked_at = now

    # ---- inbox --------------------------------------------------------------------------------

    def add_events(self, session: Session, events: Sequence[Logged]) -> None:
        """Stores final events. The origin is unique: storing one twice is an error, never a doubling."""
        for logged in events:
            event = logged.event
            body = values_of(event)
            session.add(
                Inbox(
                    position=logged.position,
                    origin=logged.origin,
                    contract=logged.contract,
                    event=logged.name,
                    aggregate=logged.aggregate,
                    block_number=logged.block_number,
                    block_hash=logged.block_hash,
                    block_time=logged.block_time,
                    tx_hash=logged.tx_hash,
                    tx_index=logged.tx_index,
                    log_index=logged.log_index,
                    body=canonical(body),
                    status=InboxStatus.FINAL,
                )
            )

    def next_events(self, session: Session, limit: int) -> list[Inbox]:
        """Final events whose aggregate is not parked, in chain order."""
        parked = select(col(Inbox.aggregate)).where(col(Inbox.status) == InboxStatus.QUARANTINED)
        statement = (
            select(Inbox)
            .where(col(Inbox.status) == InboxStatus.FINAL, col(Inbox.aggregate).not_in(parked))
            .order_by(col(Inbox.position))
            .limit(limit)
        )
        return list(session.scalars(statement))

    def mark_events(self, session: Session, outcomes: Sequence[Outcome]) -> None:
        """Writes what became of events."""
        session.execute(update(Inbox), [asdict(outcome) for outcome in outcomes])

    # ---- commitments --------------------------------------------------------------------------

    def number_of(self, session: Session, ref: str) -> str | None:
        """Number of the document that a reference commits to."""
        return session.scalar(select(col(Commitment.number)).where(col(Commitment.root) == ref))

    def unanchored(self, session: Session, limit: int) -> list[Commitment]:
        """Commitments that wait for an anchor, in sequence."""
        statement = (
            select(Commitment)
            .where(col(Commitment.anchor).is_(None))
            .order_by(col(Commitment.sequence))
            .limit(limit)
        )
        return list(session.scalars(statement))

    def last_anchor(self, session: Session) -> Anchor | None:
        """The newest anchor made."""
        return session.scalar(select(Anchor).order_by(col(Anchor.index).desc()).limit(1))

    # ---- outbox -------------------------------------------------------------------------------

    def add_call(self, session: Session, call: Call, document_number: str | None) -> Outbox:
        """Writes an intent. Its key is unique."""
        row = Outbox(key=call.key, document_number=document_number, **_asked(call))
        session.add(row)
        return row

    def renew_call(self, row: Outbox, call: Call) -> None:
        """Makes an intent ask for this call from now on; its past attempts stay with it."""
        for name, value in _asked(call).items():
            setattr(row, name, value)

    def due_calls(self, session: Session, chain_time: int, limit: int) -> list[Outbox]:
        """Pending intents whose time has come and that are first in line of their aggregate, oldest first."""
        earlier = Outbox.__table__.alias("earlier")  # type: ignore[attr-defined]
        unfinished = (*OPEN_STATUSES, OutboxStatus.REVERTED, OutboxStatus.REFUSED)
        blocked = (
            select(earlier.c.id)
            .where(
                earlier.c.aggregate == col(Outbox.aggregate),
                earlier.c.id < col(Outbox.id),
                earlier.c.status.in_(unfinished),
            )
            .exists()
        )
        held = select(col(Hold.aggregate))
        statement = (
            select(Outbox)
            .where(
                col(Outbox.status) == OutboxStatus.PENDING,
                col(Outbox.not_before) <= chain_time,
                ~blocked,
                ~((col(Outbox.function) == "acceptDelivery") & col(Outbox.aggregate).in_(held)),
            )
            .order_by(col(Outbox.id))
            .limit(limit)
        )
        return list(session.scalars(statement))

    def open_attempts(self, session: Session, limit: int) -> list[tuple[Outbox, Attempt]]:
        """Submitted intents with their living attempt, oldest first."""
        statement = (
            select(Outbox, Attempt)
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(col(Outbox.status) == OutboxStatus.SUBMITTED, col(Attempt.lost).is_(False))
            .order_by(col(Attempt.id))
            .limit(limit)
        )
        return [(row, attempt) for row, attempt in session.execute(statement)]

    def unwitnessed(self, session: Session, limit: int) -> list[tuple[Outbox, Attempt, bool]]:
        """Confirmed intents whose block ingest has read since, and whether it saw an event of their transaction."""
        seen = (
            select(col(Inbox.position)).where(col(Inbox.tx_hash) == col(Attempt.tx_hash)).exists()
        )
        statement = (
            select(Outbox, Attempt, seen)
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(
                col(Attempt.witnessed).is_(False),
                col(Attempt.block_number) <= self.cursor(session).block_number,
                col(Attempt.lost).is_(False),
                col(Outbox.status) == OutboxStatus.CONFIRMED,
            )
            .limit(limit)
        )
        return [(row, attempt, bool(found)) for row, attempt, found in session.execute(statement)]

    def is_under_way(self) -> bool:
        """True while a signed transaction waits to be mined."""
        statement = (
            select(col(Attempt.id))
            .join(Outbox, col(Attempt.outbox_id) == col(Outbox.id))
            .where(col(Outbox.status) == OutboxStatus.SUBMITTED)
            .where(col(Attempt.lost).is_(False), col(Attempt.block_number).is_(None))
            .limit(1)
        )
        with self.view() as session:
            return session.scalar(statement) is not None

    def next_nonce(self, session: Session, signer: str) -> int | None:
        """One more than the highest nonce stored for a signer, or None before its first attempt."""
        highest = session.scalar(
            select(func.max(col(Attempt.nonce))).where(col(Attempt.signer) == signer)
        )
        return None if highest is None else int(highest) + 1

    # ---- alarms and holds ---------------------------------------------------------------------

    def alarm(self, session: Session, kind: str, message: str) -> None:
        """Counts an alarm."""
        now, text = int(self._clock()), message[:ALARM_TEXT_MAX]
        known = session.scalar(
            select(Alarm).where(col(Alarm.kind) == kind, col(Alarm.message) == text)
        )
        if known is None:
            session.add(Alarm(kind=kind, message=text, first_at=now, last_at=now, times=1))
        else:
            known.last_at = now
            known.times += 1

    def raise_alarm(self, kind: str, message: str) -> None:
        """Counts an alarm in a transaction of its own, for troubles that end the pass."""
        with self.unit() as session:
            self.alarm(session, kind, message)

    def replace_holds(self, session: Session, reasons: dict[str, str]) -> None:
        """Makes these the only holds."""
        for hold in session.scalars(select(Hold)):
            if hold.aggregate not in reasons:
                session.delete(hold)
        for aggregate, reason in reasons.items():
            session.merge(Hold(aggregate=aggregate, reason=reason, held_at=int(self._clock())))

    # ---- by hand ------------------------------------------------------------------------------

    def retry(self, session: Session, key: str) -> str:
        """Puts a stuck intent (by key) or a quarantined event (by position) back in line; what it is now.

        Raises BadConfiguration when there is no such row, or it is not stuck.
        """
        outbox = session.scalar(select(Outbox).where(col(Outbox.key) == key))
        if outbox is not None and outbox.status in (OutboxStatus.REFUSED, OutboxStatus.REVERTED):
            outbox.status, outbox.reason = OutboxStatus.PENDING, None
            return OutboxStatus.PENDING
        inbox = session.get(Inbox, key)
        if inbox is not None and inbox.status == InboxStatus.QUARANTINED:
            inbox.status, inbox.reason = InboxStatus.FINAL, None
            return InboxStatus.FINAL
        raise BadConfiguration(
            f"nothing stuck has the key {key!r}: take one from `interlock bridge status`"
        )

    def resolve(self, session: Session, key: str, why: str) -> str:
        """Marks a quarantined event (by position) or a stuck call (by key) as dealt with by a person; what it is now.

        Raises BadConfiguration when there is no such row, or it is not stuck.
        """
        inbox = session.get(Inbox, key)
        if inbox is not None and inbox.status == InboxStatus.QUARANTINED:
            inbox.status, inbox.reason = InboxStatus.RESOLVED, f"{inbox.reason} — resolved: {why}"
            self.alarm(session, "resolved by hand", f"{key} {inbox.event}: {why}")
            return InboxStatus.RESOLVED
        outbox = session.scalar(select(Outbox).where(col(Outbox.key) == key))
        if outbox is not None and outbox.status in STUCK_STATUSES:
            outbox.status, outbox.reason = (
                OutboxStatus.GIVEN_UP,
                f"{outbox.reason} — given up: {why}",
            )
            self.alarm(session, "given up by hand", f"{key}: {why}")
            return OutboxStatus.GIVEN_UP
        raise BadConfiguration(
            f"nothing stuck has the key {key!r}: take one from `interlock bridge status`"
        )


def _asked(call: Call) -> dict[str, Any]:
    """The columns of an intent that follow from its call."""
    return {
        "aggregate": call.aggregate,
        "signer": call.signer,
        "contract": call.contract,
        "function": call.function,
        "args": json.dumps(call.args),
        "not_before": call.not_before,
        "settled_by": " ".join(sorted(call.settled_by)),
        "note": json.dumps(call.note),
        "status": OutboxStatus.PENDING,
        "reason": None,
    }


def logged_of(row: Inbox, chain_id: int) -> Logged:
    """The event behind a row of the inbox."""
    cls = EVENTS[row.event]
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(row.body).items()
    }
    return Logged(
        event=cls(**values),
        contract=row.contract,
        block_number=row.block_number,
        block_hash=row.block_hash,
        block_time=row.block_time,
        tx_hash=row.tx_hash,
        tx_index=row.tx_index,
        log_index=row.log_index,
        chain_id=chain_id,
    )
