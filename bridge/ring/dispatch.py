"""INBOX -> handler -> port. Each event becomes at most one document. A refused event parks its aggregate alone.

Events are told in batches. Where bridge and ERP share a database, their documents and inbox rows commit in one transaction;
those of a window in which nothing is refused, in the very transaction in which ingest stores them. If it dies here: nothing
was posted, or all of it. Where they do not, the ERP commits first and the inbox rows are marked afterwards. If it dies in
between: the events are told again, and the ERP answers with the documents that it made for these origins.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from sqlmodel import Session

from bridge.capabilities import HANDLERS, REORGANISATION
from bridge.capabilities.model import ZERO_REF, EventContext
from bridge.errors import (
    NamesVoided,
    NotCommittedYet,
    PortBusy,
    PortRefused,
    Rejected,
    Unforeseen,
    reason_of,
)
from bridge.events.base import Logged
from bridge.intents import InboxStatus
from bridge.ports.heirs import heirs
from bridge.ports.port import APPLY_MAX, DocumentQuery, Instruction, Port
from bridge.ring.booking import NotAtOnce
from bridge.ring.bugs import is_of_one_row
from bridge.store import committed, inbox, reorganising
from bridge.store.inbox import Outcome, logged_of
from bridge.store.store import Store
from bridge.store.tables import Inbox

DISPATCH_BATCH = 200  # events in one transaction
BATCHES_PER_PASS = 5
LATER_MAX = 10_000_000  # documents of one type after another

logger = logging.getLogger("interlock.bridge")


@dataclass(frozen=True, slots=True)
class Dealt:
    """What dispatch did with one row of INBOX, and the alarm when the event was refused."""

    outcome: Outcome
    alarm: str | None = None  # what a person is told when it was refused


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event with the instruction that it makes, or with what was done with it where it makes none."""

    logged: Logged
    step: Instruction | Dealt


Place = tuple[str, int]  # transaction hash, log index
NOWHERE: Mapping[Place, Logged] = {}


class Dispatch:
    """Takes final rows of INBOX in chain order, has the port book each, and marks the row in that transaction."""

    def __init__(
        self, store: Store, port: Port, chain_id: int, names: Mapping[str, str], joined: bool
    ) -> None:
        """`names`: the followed contracts by address. `joined`: the ERP stands in the bridge's database and takes part."""
        self._store = store
        self._port = port
        self._joined = joined
        self._chain_id = chain_id
        self._names = names
        self._met: dict[str, int] = {}  # reference -> the log's end when an event first named it

    def run(self) -> int:
        """Books final events of INBOX; returns how many. Raises PortBusy when the ERP wants to be asked again."""
        done = 0
        for _ in range(BATCHES_PER_PASS):
            with self._store.view() as session:
                rows = inbox.next_events(session, DISPATCH_BATCH)
            count = self._guarded(rows) if rows else 0
            done += count
            if count < DISPATCH_BATCH:
                break
        return done

    def at_once(self, unit: Session, events: Sequence[Logged]) -> dict[str, Outcome]:
        """Books new events in the transaction that stores them; what became of each, by position.

        Only where the ERP stands in this database. Those of a parked aggregate wait behind it, and are left out. Raises
        NotAtOnce when earlier events are not booked yet, when one is refused or waits, or the ERP is busy: the transaction
        is to be rolled back.
        """
        if inbox.next_events(unit, 1):
            raise NotAtOnce("earlier events wait to be booked")
        parked = inbox.parked_among(unit, (each.aggregate for each in events))
        ready = [each for each in events if each.aggregate not in parked] if parked else events
        try:
            return self._all_at_once(unit, ready)
        except (PortBusy, PortRefused) as error:
            raise NotAtOnce(str(error)) from error
        except Exception as bug:
            if not is_of_one_row(bug):
                raise
            raise NotAtOnce(str(bug)) from bug

    def _all_at_once(self, unit: Session, events: Sequence[Logged]) -> dict[str, Outcome]:
        beside = {(each.tx_hash, each.log_index): each for each in events}
        prepared = self._prepare(events, unit, beside)
        parked = any(isinstance(each.step, Dealt) and each.step.alarm for each in prepared)
        if parked or len(prepared) < len(events):
            raise NotAtOnce("one of them makes no document, or waits for a commitment")
        outcomes = {}
        for start in range(0, len(prepared), APPLY_MAX):
            for dealt in self._tell(prepared[start : start + APPLY_MAX], unit):
                outcomes[dealt.outcome.position] = dealt.outcome
        return outcomes

    def _guarded(self, rows: Sequence[Inbox]) -> int:
        """Books these events; how many were dealt with, from the first on.

        Where a bug ends it, nothing was written: the first half goes by itself, until the event that it is of stands alone
        and is parked.
        """
        try:
            return self._batch([logged_of(row, self._chain_id) for row in rows])
        except Exception as error:
            if not is_of_one_row(error):
                raise
            if len(rows) > 1:
                return self._guarded(rows[: len(rows) // 2])
            logger.exception("a bug parks %s", rows[0].position)
            with self._store.unit() as session:
                self._mark(session, [_parked(rows[0].position, rows[0].event, error)])
            return 1

    def _batch(self, events: Sequence[Logged]) -> int:
        if not self._joined:
            return self._book_apart(events)
        with self._store.unit() as session:
            booked: list[Dealt] = []
            self._book(events, session, booked)
            self._mark(session, booked)
        return len(booked)  # those that wait are not dealt with

    def _book_apart(self, events: Sequence[Logged]) -> int:
        """The ERP commits each document by itself; what it did is marked in the inbox afterwards. How many were dealt with.

        If it dies in between, the event is told again, and the port answers with the document of before.
        """
        booked: list[Dealt] = []
        busy: PortBusy | None = None
        try:
            self._book(events, None, booked)
        except PortBusy as error:
            busy = error
        if booked:
            with self._store.unit() as session:
                self._mark(session, booked)
        if busy is not None:
            raise busy
        return len(booked)

    def _book(self, events: Sequence[Logged], unit: Session | None, done: list[Dealt]) -> None:
        """Tells the events to the ERP, in order; those behind a refused or waiting one of their aggregate wait.

        All are told together. Where one is refused, those before it are told by themselves, then it is set aside with those
        that wait behind it, and the others go on together: the ERP carries out no event more than twice. `done` grows
        with what stands, so that it is right even when PortBusy ends this early.
        """
        waiting = self._prepare(events, unit)
        count = len(waiting)
        while waiting:
            try:
                done += self._tell(waiting[:count], unit)
                waiting = waiting[count:]
            except PortRefused as error:
                count = _place(waiting, error.index)
                if count > 0:
                    continue
                refused = waiting[0].logged
                done.append(_parked(refused.position, refused.name, error))
                waiting = [each for each in waiting if each.logged.aggregate != refused.aggregate]
            count = len(waiting)

    def _prepare(
        self,
        events: Sequence[Logged],
        unit: Session | None,
        beside: Mapping[Place, Logged] = NOWHERE,
    ) -> list[Prepared]:
        """The events with their instructions, in order, without those behind one that makes none and parks.

        What waits for a commitment keeps its whole transaction waiting: the others of it may build on what it books.
        `beside`: events that are not stored yet.
        """
        parked: set[str] = set()
        waiting: set[str] = set()  # aggregates and transactions
        prepared = []
        context = self.context(unit, beside)
        for logged in events:
            if waiting and waiting & {logged.aggregate, logged.tx_hash}:
                waiting |= {logged.aggregate, logged.tx_hash}
                continue
            if parked and logged.aggregate in parked:
                continue
            step = self._step(logged, context)
            if step is None:
                waiting |= {logged.aggregate, logged.tx_hash}
                continue
            prepared.append(Prepared(logged, step))
            if isinstance(step, Dealt) and step.outcome.status == InboxStatus.QUARANTINED:
                parked.add(logged.aggregate)
        return prepared

    def context(
        self, unit: Session | None, beside: Mapping[Place, Logged] = NOWHERE
    ) -> EventContext:
        """What handlers may ask, within a transaction or each time in one of its own.

        `beside`: events that are not stored yet, by transaction and log index.
        """
        return EventContext(
            self._names,
            lambda ref: self._find_number(unit, ref),
            lambda logged: self._before(unit, logged, beside),
        )

    def _step(self, logged: Logged, context: EventContext) -> Instruction | Dealt | None:
        """The instruction of an event, or what was done with it; None when it waits for report."""
        try:
            booking = HANDLERS[logged.name](logged, context)
        except NotCommittedYet:
            return None
        except Rejected as error:
            return _parked(logged.position, logged.name, error)
        except Exception as bug:  # of its handler, which only reads
            if not is_of_one_row(bug):
                raise
            logger.exception("a bug parks %s", logged.position)
            return _parked(logged.position, logged.name, bug)
        if booking is None:
            return Dealt(Outcome(logged.position, InboxStatus.IGNORED))
        return Instruction(booking[0], booking[1], logged.origin, logged.block_time)

    def _tell(self, prepared: Sequence[Prepared], unit: Session | None) -> list[Dealt]:
        """Has the ERP carry out the instructions of these events, all or none; what was done with each event."""
        told = [each.step for each in prepared if isinstance(each.step, Instruction)]
        documents = iter(self._port.apply(told, unit) if told else ())
        return [
            each.step
            if isinstance(each.step, Dealt)
            else Dealt(
                Outcome(
                    each.logged.position,
                    InboxStatus.POSTED,
                    document_number=next(documents).number,
                )
            )
            for each in prepared
        ]

    def _may_come(self, ref: str) -> bool:
        """True while a document that stood when the reference was first met here may still have no commitment.

        What is written later is not meant: the reference was on the chain before. So nothing waits for ever, however busy
        the ERP is.
        """
        with self._store.view() as session:
            read = self._store.cursor(session).document_sequence
        return read < self._met.setdefault(ref, self._port.last_sequence())

    def _mark(self, session: Session, booked: Iterable[Dealt]) -> None:
        """Writes what became of the events, and an alarm for each that was refused."""
        outcomes = []
        for each in booked:
            outcomes.append(each.outcome)
            if each.alarm is not None:
                self._store.alarm(session, "quarantined", each.alarm)
        inbox.mark_events(session, outcomes)

    def _find_number(self, unit: Session | None, ref: str) -> str | None:
        """Raises NotCommittedYet while a document of this ERP may still turn out to be the one that is meant."""
        if ref == ZERO_REF:
            return None
        with self._reading(unit) as session:
            number = committed.number_of(session, ref)
            may_be_void = number is not None and reorganising.any_reversed(session)
        if number is None and self._may_come(ref):
            raise NotCommittedYet(f"{ref} may be of a document that has no commitment yet")
        self._met.pop(ref, None)
        return self._standing(number) if number is not None and may_be_void else number

    def _standing(self, number: str) -> str:
        """The number of the document that stands where this one was voided. Raises NamesVoided when there is none."""
        (named,) = self._port.documents(DocumentQuery(number=number, limit=1, voided=True))
        if named.voided_by is None:
            return number
        types = frozenset({named.type, REORGANISATION})
        query = DocumentQuery(types=types, after=named.sequence - 1, limit=LATER_MAX, voided=True)
        heir = heirs(self._port.documents(query)).get(number)
        if heir is None:
            raise NamesVoided(
                f"{number} was voided by {named.voided_by}: tell the ERP the same once more, then retry"
            )
        return heir

    def _before(
        self, unit: Session | None, logged: Logged, beside: Mapping[Place, Logged]
    ) -> Logged | None:
        known = beside.get((logged.tx_hash, logged.log_index - 1))
        if known is not None:
            return known
        with self._reading(unit) as session:
            row = inbox.event_at(session, logged.tx_hash, logged.log_index - 1)
        return None if row is None else logged_of(row, self._chain_id)

    def _reading(self, unit: Session | None) -> AbstractContextManager[Session]:
        return nullcontext(unit) if unit is not None else self._store.view()


def _place(prepared: Sequence[Prepared], index: int) -> int:
    """Where the instruction with this index among all instructions stands."""
    places = [n for n, each in enumerate(prepared) if isinstance(each.step, Instruction)]
    return places[index]


def _parked(position: str, event: str, error: Exception) -> Dealt:
    """The event is refused, or met a bug: its row says why, and an alarm."""
    refusal = error if isinstance(error, Rejected) else Unforeseen(error)
    return Dealt(
        Outcome(position, InboxStatus.QUARANTINED, reason_of(refusal)),
        alarm=f"{position} {event}: {refusal}",
    )
