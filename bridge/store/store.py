"""All reading and writing of the bridge's tables. A unit is one database transaction; the caller opens and ends it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

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
    text,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, col

from bridge.errors import AlreadyRunning, BadConfiguration, StoreBusy
from bridge.intents import (
    OPEN_STATUSES,
    PUT_OFF_SECONDS_MAX,
    STUCK_STATUSES,
    Call,
    OutboxStatus,
)
from bridge.store.tables import (
    UNTOLD,
    Alarm,
    Anchor,
    Attempt,
    AuditRun,
    Binding,
    Cursor,
    Hold,
    Inbox,
    Outbox,
    metadata,
)

ALARM_TEXT_MAX = 500
ALARMS_OF_KIND_MAX = 1_000
ALARM_OTHERS = "others of this kind, which are counted here and not told one by one"
APPROVAL = (
    ":approval:"  # in the key of an approval that rides in front of an act, after the act's key
)
HEARTBEAT_SECONDS = 5
NAMES_MAX = 500  # in one list of a statement
UNFINISHED = (*OPEN_STATUSES, *STUCK_STATUSES)  # what holds up the later ones of its aggregate


# Other rows of OUTBOX beside the one that a statement is about. Made once: an alias copies every column.
_EARLIER = metadata.tables["bridge_outbox"].alias("earlier")
_LATER = metadata.tables["bridge_outbox"].alias("later")
_SENT = metadata.tables["bridge_outbox"].alias("sent")

# Written as in the indexes over such rows: otherwise a database does not see that they hold them.
_UNTOLD, _TO_BE_TRIED = text(UNTOLD), text("try_at > 0")


class Store:
    """The tables of the bridge: binding, cursor, inbox, commitment, anchor, outbox, attempt, alarm, hold, audit, act.

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
        self._epoch: int | None = None  # of a daemon: its place among those that had the database

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One transaction: commits at the end, rolls back on any error. Raises StoreBusy when it cannot get in.

        Raises AlreadyRunning when another daemon took the database over since this one did.
        """
        with (
            _busy_told(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            self._check_epoch(session)
            yield session

    def take_over(self) -> None:
        """Makes the database this daemon's: whoever had it before can write nothing any more."""
        with self.unit() as session:
            self.cursor(session)
            # counted by the database: of two that start at once each gets an epoch of its own
            counted = (
                update(Cursor).values(epoch=col(Cursor.epoch) + 1).returning(col(Cursor.epoch))
            )
            epoch = session.scalar(counted)
        self._epoch = epoch

    def _check_epoch(self, session: Session) -> None:
        if self._epoch is None:  # an operator's command, beside the daemon
            return
        epoch = session.scalar(select(col(Cursor.epoch)).with_for_update(read=True))
        if epoch != self._epoch:
            raise AlreadyRunning(
                "another bridge took this database over: this one has stopped, and wrote nothing since"
            )

    @contextmanager
    def view(self) -> Iterator[Session]:
        """A read-only transaction: sees one snapshot and waits for no writer."""
        options: dict[str, Any] = {"read_only": True}
        if self.engine.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"  # else each statement sees another state
        engine = self.engine.execution_options(**options)
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

    def now(self) -> int:
        """The wall clock, unix seconds."""
        return int(self._clock())

    def beat(self) -> None:
        """Writes the time of this pass to the cursor row, at most every few seconds, for `bridge status`."""
        now = int(self._clock())
        with self.view() as session:
            if 0 <= now - self.cursor(session).walked_at < HEARTBEAT_SECONDS:
                return
        with self.unit() as session:
            self.cursor(session).walked_at = now

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
        asked = self.call(session, key)
        waiting = (
            *(OutboxStatus.PENDING, OutboxStatus.ASKED, OutboxStatus.HELD, OutboxStatus.OFFERED),
            *STUCK_STATUSES,
        )
        for row in [asked, *self._approvals(session, asked)] if asked is not None else ():
            if row.status in waiting:
                row.status, row.reason, row.told = OutboxStatus.MOOT, why, OutboxStatus.MOOT
                row.try_at = 0.0  # by nobody's word, so it is not doubted

    def _approvals(self, session: Session, act: Outbox) -> list[Outbox]:
        """The approvals that were asked for in front of an act, oldest first."""
        statement = select(Outbox).where(
            col(Outbox.aggregate) == act.aggregate,
            col(Outbox.key).startswith(f"{act.key}{APPROVAL}"),
        )
        return list(session.scalars(statement.order_by(col(Outbox.id))))

    def due_calls(
        self,
        session: Session,
        chain_time: int,
        limit: int,
        without: Collection[str] = (),
        unread: Collection[int] = (),
    ) -> list[Outbox]:
        """Pending intents whose time has come and that are first in line of their aggregate, oldest first.

        `without`: signers that are left out; `unread`: ids of intents that are.
        """
        now = self._clock()
        statement = (
            select(Outbox)
            .where(
                *self._due(chain_time),
                col(Outbox.signer).not_in(without),
                col(Outbox.id).not_in(unread),
                # A time that is further away than any pause was written by nobody here, or the clock went back since.
                or_(col(Outbox.try_at) <= now, col(Outbox.try_at) > now + PUT_OFF_SECONDS_MAX),
            )
            .order_by(col(Outbox.id))
            .limit(limit)
        )
        return list(session.scalars(statement))

    def pending_signers(self, session: Session) -> list[str]:
        """Signers of pending intents, as the rows name them."""
        statement = select(col(Outbox.signer)).where(col(Outbox.status) == OutboxStatus.PENDING)
        return list(session.scalars(statement.distinct()))

    def overdue(self, session: Session, chain_time: int) -> tuple[int, int]:
        """How many intents are due, put off or not, and the oldest's id (0: none)."""
        statement = select(func.count(), func.min(col(Outbox.id))).where(*self._due(chain_time))
        count, oldest = session.execute(statement).one()
        return int(count), int(oldest or 0)

    def goes_on(self, session: Session, chain_time: int) -> bool:
        """True while an intent is due, put off or not, or waits for the anchor of its document."""
        if self.overdue(session, chain_time)[0]:
            return True
        unanchored = select(col(Outbox.id)).where(
            col(Outbox.status) == OutboxStatus.PENDING,
            col(Outbox.after_sequence) > 0,
            ~self._is_anchored(),
        )
        return session.scalar(unanchored.limit(1)) is not None

    def in_front(self, session: Session) -> list[Outbox]:
        """Intents that are not over, and that one which a document asks for waits behind, oldest first."""
        behind = (
            select(_LATER.c.id)
            .where(
                _LATER.c.aggregate == col(Outbox.aggregate),
                _LATER.c.id > col(Outbox.id),
                _LATER.c.status == OutboxStatus.PENDING,
                _LATER.c.document_number.is_not(None),
            )
            .exists()
        )
        statement = select(Outbox).where(col(Outbox.status).in_(UNFINISHED), behind)
        return list(session.scalars(statement.order_by(col(Outbox.id))))

    def on_their_way(self, session: Session) -> list[tuple[str, Attempt]]:
        """Keys of submitted intents that documents ask for, each with its living attempts."""
        statement = (
            select(col(Outbox.key), Attempt)
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(
                col(Outbox.status) == OutboxStatus.SUBMITTED,
                col(Outbox.document_number).is_not(None),
                col(Attempt.lost).is_(False),
            )
        )
        return [(key, attempt) for key, attempt in session.execute(statement)]

    def _due(self, chain_time: int) -> tuple[ColumnElement[bool], ...]:
        """What is true of pending intents whose time has come and that are first in line of their aggregate."""
        blocked = (
            select(_EARLIER.c.id)
            .where(
                _EARLIER.c.aggregate == col(Outbox.aggregate),
                _EARLIER.c.id < col(Outbox.id),
                _EARLIER.c.status.in_(UNFINISHED),
            )
            .exists()
        )
        return (
            col(Outbox.status) == OutboxStatus.PENDING,
            col(Outbox.not_before) <= chain_time,
            or_(col(Outbox.after_sequence) == 0, self._is_anchored()),
            ~blocked,
            ~(self._waits_for_audit() & col(Outbox.aggregate).in_(select(col(Hold.aggregate)))),
        )

    @staticmethod
    def _is_anchored() -> ColumnElement[bool]:
        """True for calls that wait for an anchor of their document, which stands on chain."""
        return (
            select(col(Anchor.index))
            .join(_SENT, _SENT.c.key == literal("anchor:") + sql_cast(col(Anchor.index), String))
            .where(
                col(Anchor.last_sequence) >= col(Outbox.after_sequence),
                _SENT.c.status.in_((OutboxStatus.CONFIRMED, OutboxStatus.MOOT)),
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

    # ---- acts of people ------------------------------------------------------------------------

    def acts(self, session: Session, status: OutboxStatus, limit: int) -> list[Outbox]:
        """Acts of people in one of the states of the mailbox: the first of every account, then the second of every account.

        Those of an account in the order of their nonces, as far as they have any: who has many keeps nobody else waiting.
        Without those that were put off, since the node could not try them.
        """
        order = func.coalesce(col(Outbox.nonce), 0), col(Outbox.id)
        place = func.row_number().over(partition_by=col(Outbox.signer), order_by=order)
        statement = select(Outbox, place.label("place")).where(
            col(Outbox.status) == status, self._is_not_put_off()
        )
        found = session.execute(statement.order_by("place", col(Outbox.id)).limit(limit))
        return [row for row, _ in found]

    def _is_not_put_off(self) -> ColumnElement[bool]:
        """True unless the node could not try it a short while ago. A time further away than any pause counts for nothing."""
        now = self._clock()
        return or_(col(Outbox.try_at) <= now, col(Outbox.try_at) > now + PUT_OFF_SECONDS_MAX)

    def late_acts(self, session: Session, now: int, limit: int) -> list[Outbox]:
        """Acts that wait for somebody's signature, or to be shown, and whose time is over, oldest first.

        Without those that were put off.
        """
        statement = select(Outbox).where(
            col(Outbox.status).in_((OutboxStatus.ASKED, OutboxStatus.OFFERED, OutboxStatus.SIGNED)),
            col(Outbox.good_until).between(1, now - 1),  # 0: no time was named
            self._is_not_put_off(),
        )
        return list(session.scalars(statement.order_by(col(Outbox.id)).limit(limit)))

    def call(self, session: Session, key: str) -> Outbox | None:
        """The intent with this key."""
        return session.scalar(select(Outbox).where(col(Outbox.key) == key))

    def add_approval(self, session: Session, act: Outbox, call: Call) -> Outbox:
        """Adds the next approval that rides in front of an act; its key ends in its place, from 1."""
        place = len(self._approvals(session, act)) + 1
        return self.add_call(
            session, replace(call, key=f"{act.key}{APPROVAL}{place}"), act.document_number
        )

    def signed_acts(self, session: Session, request: str) -> list[Outbox]:
        """The act that a document asked for, when its party has answered it."""
        statement = select(Outbox).where(
            col(Outbox.document_number) == request,
            col(Outbox.status).in_((OutboxStatus.ANSWERED, OutboxStatus.SIGNED)),
        )
        return list(session.scalars(statement))

    def shown_nonces(self, session: Session, account: str, least: int) -> list[Outbox]:
        """Acts under way whose transactions a key was shown, with a nonce of `least` or more."""
        statement = select(Outbox).where(
            col(Outbox.nonce_of) == account,
            col(Outbox.nonce) >= least,
            col(Outbox.status).in_(
                (OutboxStatus.OFFERED, OutboxStatus.ANSWERED, OutboxStatus.SUBMITTED)
            ),
        )
        return list(session.scalars(statement))

    def answer_act(self, session: Session, request: str, answer: str, *, approves: bool) -> None:
        """Notes that the document `answer` answers what was offered for the act that `request` asked for.

        `approves`: it answers an approval in front of the act, and is no answer to the act itself.

        Who has seen the offer may answer before it is noted here that it was made, where the ERP has a database of its own.
        """
        statement = select(Outbox).where(
            col(Outbox.document_number) == request,
            col(Outbox.status).in_((OutboxStatus.ASKED, OutboxStatus.OFFERED)),
        )
        for row in session.scalars(statement):
            if (APPROVAL in row.key) == approves:
                row.status, row.note = OutboxStatus.ANSWERED, json.dumps({"answer": answer})

    def ended_acts(self, session: Session, limit: int) -> list[tuple[Outbox, str | None]]:
        """Acts, and approvals in front of them, whose end nobody was told yet, oldest first.

        With the hash of the transaction that did it. Not those of which a node says that they failed in a block that is
        still to be read: it may prove the contrary.
        """
        ended = (OutboxStatus.CONFIRMED, OutboxStatus.MOOT, OutboxStatus.REVERTED)
        tried = Attempt.__table__.alias("tried")  # type: ignore[attr-defined]
        unread = (
            select(tried.c.id)
            .where(
                tried.c.outbox_id == col(Outbox.id),
                tried.c.block_number > self.cursor(session).block_number,
            )
            .exists()
        )
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
                _UNTOLD,
                col(Outbox.status).in_((*ended, OutboxStatus.REFUSED, OutboxStatus.GIVEN_UP)),
                or_(col(Outbox.status) != OutboxStatus.REVERTED, ~unread),
            )
            .order_by(col(Outbox.id))
            .limit(limit)
        )
        return [(row, tx_hash) for row, tx_hash in session.execute(statement)]

    def open_calls(self, session: Session) -> list[Outbox]:
        """Intents that are still to be sent or under way, oldest first."""
        statement = select(Outbox).where(col(Outbox.status).in_(OPEN_STATUSES))
        return list(session.scalars(statement.order_by(col(Outbox.id))))

    def doubted(
        self, session: Session, limit: int, longest: float, without: Collection[str] = ()
    ) -> list[Outbox]:
        """Intents that the chain refused by the word of a node, and that it is to be asked about again by now.

        `without`: signers that are left out. `longest`: seconds that one waits for that. A time that is further away was
        written before the clock went back.
        """
        now = self._clock()
        statement = select(Outbox).where(
            col(Outbox.status).in_((OutboxStatus.MOOT, OutboxStatus.REFUSED)),
            col(Outbox.told).is_(
                None
            ),  # nothing happens of which its person was told that it does not
            col(Outbox.signer).not_in(without),
            _TO_BE_TRIED,
            or_(col(Outbox.try_at) <= now, col(Outbox.try_at) > now + longest),
        )
        return list(session.scalars(statement.order_by(col(Outbox.try_at)).limit(limit)))

    def ends(
        self, session: Session, keys: Sequence[str]
    ) -> list[tuple[str, str, str | None, str | None]]:
        """Key, status and reason of these intents, and the end that their person was told of."""
        columns = select(col(Outbox.key), col(Outbox.status), col(Outbox.reason), col(Outbox.told))
        found: list[tuple[str, str, str | None, str | None]] = []
        for start in range(0, len(keys), NAMES_MAX):
            part = columns.where(col(Outbox.key).in_(keys[start : start + NAMES_MAX]))
            found += [(key, status, why, told) for key, status, why, told in session.execute(part)]
        return found

    def unproved(self, session: Session, keys: Sequence[str]) -> set[str]:
        """Those of these intents that are confirmed by a node's word still: no event of their transaction was read."""
        statement = (
            select(col(Outbox.key))
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(
                col(Outbox.status) == OutboxStatus.CONFIRMED,
                col(Attempt.lost).is_(False),
                col(Attempt.witnessed).is_(False),
            )
        )
        found = set[str]()
        for start in range(0, len(keys), NAMES_MAX):
            part = col(Outbox.key).in_(keys[start : start + NAMES_MAX])
            found.update(session.scalars(statement.where(part)))
        return found

    def ended_by_word(self, session: Session, limit: int) -> list[Outbox]:
        """Intents that ended because a node said that the chain is in their wanted state, and that are still doubted."""
        statement = select(Outbox).where(col(Outbox.status) == OutboxStatus.MOOT, _TO_BE_TRIED)
        return list(session.scalars(statement.order_by(col(Outbox.id)).limit(limit)))

    def ended_as_moot(self, session: Session, keys: Sequence[str]) -> list[Outbox]:
        """Those of these intents that ended because the chain is in their wanted state, as their rows say."""
        found: list[Outbox] = []
        for start in range(0, len(keys), NAMES_MAX):
            part = col(Outbox.key).in_(keys[start : start + NAMES_MAX])
            statement = select(Outbox).where(part, col(Outbox.status) == OutboxStatus.MOOT)
            found += session.scalars(statement.order_by(col(Outbox.id)))
        return found

    def stuck_call(self, session: Session, key: str, *, claim: bool = False) -> Outbox | None:
        """The refused or reverted intent with this key; `claim`: nobody else changes it until the transaction ends."""
        statement = select(Outbox).where(col(Outbox.key) == key)
        row = session.scalar(statement.with_for_update() if claim else statement)
        return row if row is not None and row.status in STUCK_STATUSES else None

    def attempts(self, session: Session, row: Outbox) -> int:
        """How many transactions were signed for an intent so far."""
        statement = select(func.count()).where(col(Attempt.outbox_id) == row.id)
        return int(session.scalar(statement) or 0)

    def with_attempts(self, session: Session, rows: Sequence[Outbox]) -> set[int]:
        """Ids of those of these intents for which a transaction was ever signed."""
        ids, found = [row.id for row in rows], set[int]()
        for start in range(0, len(ids), NAMES_MAX):
            part = col(Attempt.outbox_id).in_(ids[start : start + NAMES_MAX])
            found.update(session.scalars(select(col(Attempt.outbox_id)).where(part).distinct()))
        return found

    def note_sent(self, session: Session, attempts: Sequence[int]) -> None:
        """Writes that the bytes of the attempts with these ids were sent now."""
        now = self._clock()
        for start in range(0, len(attempts), NAMES_MAX):
            ids = attempts[start : start + NAMES_MAX]
            session.execute(update(Attempt).where(col(Attempt.id).in_(ids)).values(sent_at=now))

    def witness_of(self, session: Session, row: Outbox) -> Attempt | None:
        """The attempt of an intent of which ingest has proved an event, or None."""
        statement = (
            select(Attempt)
            .join(Inbox, col(Inbox.tx_hash) == col(Attempt.tx_hash))
            .where(col(Attempt.outbox_id) == row.id)
            .limit(1)
        )
        return session.scalar(statement)

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

    def proved_failures(self, session: Session, limit: int) -> list[Outbox]:
        """Intents that a node said had failed, of which ingest has proved an event since."""
        proved = (
            select(col(Inbox.position))
            .join(Attempt, col(Attempt.tx_hash) == col(Inbox.tx_hash))
            .where(col(Attempt.outbox_id) == col(Outbox.id))
            .exists()
        )
        statement = select(Outbox).where(
            col(Outbox.status) == OutboxStatus.REVERTED, col(Outbox.told).is_(None), proved
        )
        return list(session.scalars(statement.order_by(col(Outbox.id)).limit(limit)))

    def sworn_ahead(self, session: Session, limit: int) -> list[tuple[Outbox, Attempt]]:
        """Confirmed intents whose block ingest has not read yet: a node's word alone says that there is such a block."""
        statement = (
            select(Outbox, Attempt)
            .join(Attempt, col(Attempt.outbox_id) == col(Outbox.id))
            .where(
                col(Attempt.witnessed).is_(False),
                col(Attempt.block_number) > self.cursor(session).block_number,
                col(Attempt.lost).is_(False),
                col(Outbox.status) == OutboxStatus.CONFIRMED,
            )
            .order_by(col(Attempt.block_number).desc())
            .limit(limit)
        )
        return [(row, attempt) for row, attempt in session.execute(statement)]

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

    # ---- alarms and holds ---------------------------------------------------------------------

    def alarm(self, session: Session, kind: str, message: str) -> None:
        """Adds an alarm to `bridge_alarm`, or counts one more of the same kind and text.

        Of one kind no more than ALARMS_OF_KIND_MAX texts are kept, since a node can vary its words without end; what comes
        after them is counted together.
        """
        now, text = int(self._clock()), message[:ALARM_TEXT_MAX]
        known = self._alarm(session, kind, text)
        if known is None:
            known = self._alarm(session, kind, ALARM_OTHERS)  # once there, it takes all that is new
        if known is None and self._is_full_of(session, kind):
            text = ALARM_OTHERS
        if known is None:
            session.add(Alarm(kind=kind, message=text, first_at=now, last_at=now, times=1))
        else:
            known.last_at = now
            known.times += 1

    @staticmethod
    def _alarm(session: Session, kind: str, text: str) -> Alarm | None:
        return session.scalar(
            select(Alarm).where(col(Alarm.kind) == kind, col(Alarm.message) == text)
        )

    @staticmethod
    def _is_full_of(session: Session, kind: str) -> bool:
        of_kind = select(col(Alarm.id)).where(col(Alarm.kind) == kind)
        return session.scalar(of_kind.offset(ALARMS_OF_KIND_MAX - 1).limit(1)) is not None

    def raise_alarm(self, kind: str, message: str) -> None:
        """Counts an alarm in a transaction of its own, for troubles that end the pass."""
        with self.unit() as session:
            self.alarm(session, kind, message)

    def held(self, session: Session, limit: int) -> list[str]:
        """The aggregates that are on hold, in order."""
        return list(
            session.scalars(select(col(Hold.aggregate)).order_by(col(Hold.aggregate)).limit(limit))
        )

    def replace_holds(self, session: Session, reasons: dict[str, str]) -> None:
        """Replaces all rows of `bridge_hold` by these."""
        for hold in session.scalars(select(Hold)):
            if hold.aggregate not in reasons:
                session.delete(hold)
        for aggregate, reason in reasons.items():
            session.merge(Hold(aggregate=aggregate, reason=reason, held_at=int(self._clock())))

    # ---- audits -------------------------------------------------------------------------------

    def add_audit(self, session: Session, run: AuditRun) -> None:
        """Notes that an audit was run."""
        session.add(run)

    def last_audit(self, session: Session, *, whole: bool = False) -> AuditRun | None:
        """The newest audit, of those that read everything where `whole`; None before the first."""
        statement = select(AuditRun).order_by(col(AuditRun.id).desc()).limit(1)
        return session.scalar(statement.where(col(AuditRun.whole)) if whole else statement)


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
        "edition_of": call.edition_of,
        "not_before": call.not_before,
        "after_sequence": call.after_sequence,
        "note": json.dumps(call.note),
        "good_until": call.good_until,
        "status": OutboxStatus.ASKED if call.by_person else OutboxStatus.PENDING,
        "reason": None,
        "tries": 0,
        "try_at": 0.0,
    }
