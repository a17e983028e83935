"""All reading and writing of the bridge's tables. A unit is one database transaction; the caller opens and ends it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Engine,
    String,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, col

from bridge.commitments.canonical import canonical
from bridge.errors import BadConfiguration, Retryable, UnreadableEvent
from bridge.events.base import Event, Logged, values_of
from bridge.events.generated import EVENTS
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
    """New status of a row of INBOX, with the reason or the document that was made."""

    position: str
    status: InboxStatus
    reason: str | None = None
    document_number: str | None = None


E = TypeVar("E", bound=Event)


class StoreBusy(Retryable):
    """The database is locked by another writer."""


class Store:
    """The nine tables of the bridge: binding, cursor, inbox, commitment, anchor, outbox, attempt, alarm, hold.

    Methods that take a session work in the caller's transaction (`unit` to write, `view` to read). `held` names the calls,
    by contract and function, that wait while their aggregate is on hold.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        held: Collection[tuple[str, str]] = (),
    ) -> None:
        self.engine = engine
        self._clock = clock
        self._held = tuple(sorted(held))

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One transaction: commits at the end, rolls back on any error. Raises StoreBusy when it cannot get in."""
        with (
            _busy_told(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def view(self) -> Iterator[Session]:
        """A read-only transaction: sees one snapshot and waits for no writer."""
        engine = self.engine.execution_options(read_only=True)
        with _busy_told(), Session(engine, expire_on_commit=False) as session:
            yield session

    # ---- binding and cursor -------------------------------------------------------------------

    def binding(self, session: Session) -> Binding | None:
        """The deployment this database belongs to, if it was ever used."""
        return session.get(Binding, 1)

    def cursor(self, session: Session) -> Cursor:
        """The row of `bridge_cursor`: how far both sides have been read. Raises BadConfiguration before `bind`."""
        cursor = session.get(Cursor, 1)
        if cursor is None:
            raise BadConfiguration(
                "this database is not bound to a deployment yet: start the daemon once"
            )
        return cursor

    def beat(self) -> None:
        """Writes the time of this pass to the cursor row, at most every few seconds, for `bridge status`."""
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

    def first_event(self, session: Session, cls: type[E], aggregate: str) -> E | None:
        """The oldest stored event of a class within an aggregate, proved when it was stored. Raises UnreadableEvent."""
        row = session.scalar(
            select(Inbox)
            .where(col(Inbox.aggregate) == aggregate, col(Inbox.event) == cls.__name__)
            .order_by(col(Inbox.position))
            .limit(1)
        )
        if row is None:
            return None
        try:
            return cls(**_values(row))
        except (AttributeError, TypeError, ValueError) as error:
            raise UnreadableEvent(f"{row.position} holds no {cls.__name__} any more") from error

    def event_at(self, session: Session, tx_hash: str, log_index: int) -> Inbox | None:
        """The stored event at a place of a transaction, whatever became of it; None for a log that is not read."""
        statement = select(Inbox).where(
            col(Inbox.tx_hash) == tx_hash, col(Inbox.log_index) == log_index
        )
        return session.scalar(statement)

    def events_of(self, session: Session, aggregate: str, documents: Sequence[str]) -> list[Inbox]:
        """Events of an aggregate, and those that made these documents, in the order of the chain."""
        statement = select(Inbox).where(
            or_(col(Inbox.aggregate) == aggregate, col(Inbox.document_number).in_(documents))
        )
        return list(session.scalars(statement.order_by(col(Inbox.position))))

    def waiting_events(self, session: Session) -> int:
        """Final events that dispatch may still book: those of parked aggregates do not count."""
        parked = select(col(Inbox.aggregate)).where(col(Inbox.status) == InboxStatus.QUARANTINED)
        statement = select(func.count()).where(
            col(Inbox.status) == InboxStatus.FINAL, col(Inbox.aggregate).not_in(parked)
        )
        return int(session.scalar(statement) or 0)

    def tell_again(self, session: Session, addresses: Sequence[str]) -> None:
        """Puts quarantined events that name one of these addresses back in line."""
        session.execute(
            update(Inbox)
            .where(
                col(Inbox.status) == InboxStatus.QUARANTINED,
                or_(false(), *(col(Inbox.body).contains(address) for address in addresses)),
            )
            .values(status=InboxStatus.FINAL, reason=None)
        )

    def mark_events(self, session: Session, outcomes: Sequence[Outcome]) -> None:
        """Writes status, reason and document number to rows of INBOX."""
        session.execute(update(Inbox), [asdict(outcome) for outcome in outcomes])

    # ---- commitments --------------------------------------------------------------------------

    def number_of(self, session: Session, ref: str) -> str | None:
        """Number of the document that a reference commits to."""
        return session.scalar(select(col(Commitment.number)).where(col(Commitment.root) == ref))

    def roots(self, session: Session) -> dict[int, bytes]:
        """Commitments as they were remembered, by sequence number of the document log."""
        statement = select(col(Commitment.sequence), col(Commitment.root))
        return {sequence: bytes.fromhex(root[2:]) for sequence, root in session.execute(statement)}

    def newest_commitment(self, session: Session) -> Commitment | None:
        """The row of `bridge_commitment` with the highest sequence, or None."""
        return session.scalar(select(Commitment).order_by(col(Commitment.sequence).desc()).limit(1))

    def waiting_for_anchor(self, session: Session, limit: int) -> tuple[int, int]:
        """How many commitments wait for an anchor, counted up to `limit`, and since when the oldest does (0: none)."""
        waiting = (
            select(col(Commitment.committed_at))
            .where(col(Commitment.anchor).is_(None))
            .order_by(col(Commitment.sequence))
            .limit(limit)
            .subquery()
        )
        count, since = session.execute(select(func.count(), func.min(waiting.c.committed_at))).one()
        return int(count), int(since or 0)

    def unanchored(self, session: Session, limit: int) -> list[Commitment]:
        """Commitments that wait for an anchor, in sequence."""
        statement = (
            select(Commitment)
            .where(col(Commitment.anchor).is_(None))
            .order_by(col(Commitment.sequence))
            .limit(limit)
        )
        return list(session.scalars(statement))

    def anchor_of(self, session: Session, sequence: int) -> Anchor | None:
        """The anchor that covers a row of the document log, or None."""
        statement = select(Anchor).where(
            col(Anchor.first_sequence) <= sequence, col(Anchor.last_sequence) >= sequence
        )
        return session.scalar(statement)

    def last_anchor(self, session: Session) -> Anchor | None:
        """The row of `bridge_anchor` with the highest index, or None."""
        return session.scalar(select(Anchor).order_by(col(Anchor.index).desc()).limit(1))

    # ---- outbox -------------------------------------------------------------------------------

    def add_call(self, session: Session, call: Call, document_number: str | None) -> Outbox:
        """Adds a call to OUTBOX as a pending intent. Its business key is unique."""
        row = Outbox(key=call.key, document_number=document_number, **_asked(call))
        session.add(row)
        return row

    def renew_call(self, row: Outbox, call: Call) -> None:
        """Makes an intent ask for this call from now on; its past attempts stay with it."""
        for name, value in _asked(call).items():
            setattr(row, name, value)

    def take_back(self, session: Session, key: str, why: str) -> None:
        """Marks an intent that was never signed, or is stuck, as moot. One that is under way or done stays as it is.

        Its person took it back itself, so nobody needs to be told.
        """
        row = session.scalar(select(Outbox).where(col(Outbox.key) == key))
        waiting = (OutboxStatus.PENDING, OutboxStatus.ASKED, OutboxStatus.OFFERED)
        if row is not None and row.status in (*waiting, *STUCK_STATUSES):
            row.status, row.reason, row.told = OutboxStatus.MOOT, why, OutboxStatus.MOOT

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
        statement = (
            select(Outbox)
            .where(
                col(Outbox.status) == OutboxStatus.PENDING,
                col(Outbox.not_before) <= chain_time,
                or_(col(Outbox.after_sequence) == 0, self._is_anchored()),
                ~blocked,
                ~(self._waits_for_audit() & col(Outbox.aggregate).in_(select(col(Hold.aggregate)))),
            )
            .order_by(col(Outbox.id))
            .limit(limit)
        )
        return list(session.scalars(statement))

    @staticmethod
    def _is_anchored() -> ColumnElement[bool]:
        """True for calls that wait for an anchor of their document, which stands on chain."""
        sent = Outbox.__table__.alias("sent")  # type: ignore[attr-defined]
        return (
            select(col(Anchor.index))
            .join(sent, sent.c.key == literal("anchor:") + sql_cast(col(Anchor.index), String))
            .where(
                col(Anchor.last_sequence) >= col(Outbox.after_sequence),
                sent.c.status.in_((OutboxStatus.CONFIRMED, OutboxStatus.MOOT)),
            )
            .exists()
        )

    def _waits_for_audit(self) -> ColumnElement[bool]:
        """True for calls that a hold of their aggregate stops."""
        return or_(
            false(),
            *(
                and_(col(Outbox.contract) == contract, col(Outbox.function) == function)
                for contract, function in self._held
            ),
        )

    def calls_of(self, session: Session, documents: Sequence[str]) -> list[Outbox]:
        """Intents that these documents ask for, oldest first."""
        statement = select(Outbox).where(col(Outbox.document_number).in_(documents))
        return list(session.scalars(statement.order_by(col(Outbox.id))))

    def newest_attempts(self, session: Session, calls: Sequence[int]) -> dict[int, str]:
        """Hash of the newest transaction of each of these intents that has one."""
        statement = select(col(Attempt.outbox_id), col(Attempt.tx_hash)).where(
            col(Attempt.outbox_id).in_(calls), col(Attempt.lost).is_(False)
        )
        found = session.execute(statement.order_by(col(Attempt.id)))
        return {row[0]: row[1] for row in found}

    def anchors_of(self, session: Session, sequences: Sequence[int]) -> dict[int, int]:
        """Index of the anchor of each of these rows of the document log that stands under one on chain."""
        sent = Outbox.__table__.alias("sent")  # type: ignore[attr-defined]
        statement = (
            select(col(Commitment.sequence), col(Commitment.anchor))
            .join(sent, sent.c.key == literal("anchor:") + sql_cast(col(Commitment.anchor), String))
            .where(
                col(Commitment.sequence).in_(sequences),
                sent.c.status.in_((OutboxStatus.CONFIRMED, OutboxStatus.MOOT)),
            )
        )
        return {sequence: anchor for sequence, anchor in session.execute(statement) if anchor}

    # ---- acts of people ------------------------------------------------------------------------

    def acts(self, session: Session, status: OutboxStatus, limit: int) -> list[Outbox]:
        """Acts of people in one of the states of the mailbox, oldest first."""
        statement = select(Outbox).where(col(Outbox.status) == status)
        return list(session.scalars(statement.order_by(col(Outbox.id)).limit(limit)))

    def answer_act(self, session: Session, request: str, answer: str) -> None:
        """Notes that the document `answer` answers what was offered for the act that `request` asked for."""
        statement = select(Outbox).where(
            col(Outbox.document_number) == request, col(Outbox.status) == OutboxStatus.OFFERED
        )
        for row in session.scalars(statement):
            row.status, row.note = OutboxStatus.ANSWERED, json.dumps({"answer": answer})

    def ended_acts(
        self, session: Session, kinds: Sequence[str], limit: int
    ) -> list[tuple[Outbox, str | None]]:
        """Acts whose end nobody was told yet, with the hash of the transaction that did it, oldest first."""
        ended = (OutboxStatus.CONFIRMED, OutboxStatus.MOOT, OutboxStatus.REVERTED)
        statement = (
            select(Outbox, col(Attempt.tx_hash))
            .join(
                Attempt,
                and_(
                    col(Attempt.outbox_id) == col(Outbox.id),
                    col(Outbox.status) == OutboxStatus.CONFIRMED,
                    col(Attempt.lost).is_(False),
                ),
                isouter=True,
            )
            .where(
                or_(false(), *(col(Outbox.key).startswith(f"{kind}:") for kind in kinds)),
                col(Outbox.status).in_((*ended, OutboxStatus.REFUSED, OutboxStatus.GIVEN_UP)),
                col(Outbox.told).is_(None),
            )
            .order_by(col(Outbox.id))
            .limit(limit)
        )
        return [(row, tx_hash) for row, tx_hash in session.execute(statement)]

    def open_calls(self, session: Session) -> list[Outbox]:
        """Intents that are still to be sent or under way, oldest first."""
        statement = select(Outbox).where(col(Outbox.status).in_(OPEN_STATUSES))
        return list(session.scalars(statement.order_by(col(Outbox.id))))

    def stuck_call(self, session: Session, key: str) -> Outbox | None:
        """The refused or reverted intent with this key."""
        row = session.scalar(select(Outbox).where(col(Outbox.key) == key))
        return row if row is not None and row.status in STUCK_STATUSES else None

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

    def attempts(self, session: Session, row: Outbox) -> int:
        """How many transactions were signed for an intent so far."""
        statement = select(func.count()).where(col(Attempt.outbox_id) == row.id)
        return int(session.scalar(statement) or 0)

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

    def has_attempt(self, session: Session, signer: str, nonce: int) -> bool:
        """True when a transaction of this signer with this nonce is stored."""
        same = (col(Attempt.signer) == signer, col(Attempt.nonce) == nonce)
        return session.scalar(select(col(Attempt.id)).where(*same).limit(1)) is not None

    def next_nonce(self, session: Session, signer: str) -> int | None:
        """One more than the highest nonce stored for a signer, or None before its first attempt."""
        highest = session.scalar(
            select(func.max(col(Attempt.nonce))).where(col(Attempt.signer) == signer)
        )
        return None if highest is None else int(highest) + 1

    # ---- alarms and holds ---------------------------------------------------------------------

    def alarm(self, session: Session, kind: str, message: str) -> None:
        """Adds an alarm to `bridge_alarm`, or counts one more of the same kind and text."""
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
        """Replaces all rows of `bridge_hold` by these."""
        for hold in session.scalars(select(Hold)):
            if hold.aggregate not in reasons:
                session.delete(hold)
        for aggregate, reason in reasons.items():
            session.merge(Hold(aggregate=aggregate, reason=reason, held_at=int(self._clock())))

    # ---- operator ------------------------------------------------------------------------------

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
            self.alarm(session, "resolved by an operator", f"{key} {inbox.event}: {why}")
            return InboxStatus.RESOLVED
        outbox = session.scalar(select(Outbox).where(col(Outbox.key) == key))
        if outbox is not None and outbox.status in STUCK_STATUSES:
            outbox.status, outbox.reason = (
                OutboxStatus.GIVEN_UP,
                f"{outbox.reason} — given up: {why}",
            )
            self.alarm(session, "given up by an operator", f"{key}: {why}")
            return OutboxStatus.GIVEN_UP
        raise BadConfiguration(
            f"nothing stuck has the key {key!r}: take one from `interlock bridge status`"
        )


@contextmanager
def _busy_told() -> Iterator[None]:
    """Raises StoreBusy for a database that is locked or away or has cut the connection, and for a pool that is used up."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreBusy(str(error)) from error
    except DBAPIError as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise StoreBusy(str(error.orig)) from error
        raise


def _asked(call: Call) -> dict[str, Any]:
    """The columns of an intent that follow from its call."""
    return {
        "aggregate": call.aggregate,
        "signer": call.signer,
        "contract": call.contract,
        "function": call.function,
        "args": json.dumps(call.args),
        "not_before": call.not_before,
        "after_sequence": call.after_sequence,
        "note": json.dumps(call.note),
        "status": OutboxStatus.ASKED if call.by_person else OutboxStatus.PENDING,
        "reason": None,
    }


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
    )
