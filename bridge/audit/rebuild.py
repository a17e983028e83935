"""Makes all books again from chain and payloads in a new database, and compares every row with the one in use.

From the chain come the events, read from the first block on and proved; from the log of documents only what the chain
cannot know: what people entered, each document's salt, and the order of all. A document that an event made is not taken
from the log: its event is told to the ERP again. Nothing is written to the database in use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bridge.audit.model import RingMoves
from bridge.capabilities import FOLLOWED, HANDLERS, TOLD_TYPES
from bridge.capabilities.documents import anchors
from bridge.capabilities.model import EventContext
from bridge.chain.deployment import Deployment
from bridge.chain.scan import Scanner
from bridge.commitments.documents import document_root
from bridge.errors import DeepReorg, Rejected
from bridge.events.base import Logged
from bridge.ports.heirs import heirs
from bridge.ports.port import Document, DocumentQuery, Instruction, NothingTold, Port, Rebuilding
from bridge.store import committed, inbox, rebuilt, reorganising
from bridge.store.inbox import logged_of
from bridge.store.rebuilt import RowDifference
from bridge.store.store import Store
from bridge.store.tables import Inbox

DOCUMENTS_AT_ONCE = 500
ORIGIN = re.compile(
    r"[0-9]{1,20}:(0x[0-9a-f]{64}):([0-9]{1,9})(?::([0-9]{1,9}))?"
)  # as `origin_of` spells it
NOWHERE = "", -1, 0
DIFFERENCES_MAX = 1_000  # named; more are counted

Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What was made again, up to which block and document, and every row that differs."""

    block: int
    sequence: int
    events: int
    differences: tuple[RowDifference, ...]
    found: int  # differences in all; more than are named when there are very many

    @property
    def holds(self) -> bool:
        """True when nothing differs."""
        return self.found == 0

    def as_json(self) -> dict[str, Any]:
        """The report as JSON-ready data."""
        return {"holds": self.holds, **asdict(self)}


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far the bridge had read when this began."""

    block: int
    block_hash: str
    sequence: int  # newest document
    reported: int  # newest document that the bridge has committed to


class Rebuild:
    """Makes the database of one bridge again. Needs a quiet moment of the ring, as the audit does."""

    def __init__(self, store: Store, port: Port, scanner: Scanner, stream_id: str) -> None:
        self._store = store
        self._port = port
        self._scanner = scanner
        self._stream_id = stream_id

    def run(
        self, file: Path, progress: Progress = lambda _what, _done, _all: None
    ) -> RebuildReport:
        """Fills `file`, a new SQLite database, and compares. Raises RingMoves, DeepReorg, NodeUnavailable."""
        reach = self._reach()
        engine = rebuilt.open_new(file)
        try:
            new = Store(engine, self._store.now)
            events = self._read_chain(new, reach, progress)
            self._commit(new, reach, progress)
            found = self._differences(new, reach, file, progress)
            named = tuple(islice(found, DIFFERENCES_MAX))
            more = sum(1 for _ in found)
        finally:
            engine.dispose()
        if self._reach() != reach:
            raise RingMoves("the bridge went on meanwhile: stop it first, or try when it is quiet")
        return RebuildReport(reach.block, reach.sequence, events, named, len(named) + more)

    def _reach(self) -> _Reach:
        with self._store.view() as session:
            cursor = self._store.cursor(session)
            waiting = inbox.waiting_events(session)
        if waiting:
            raise RingMoves(f"{waiting} events wait to be booked: let the bridge finish first")
        sequence, reported = self._port.last_sequence(), cursor.document_sequence
        return _Reach(cursor.block_number, cursor.block_hash, sequence, reported)

    # ---- making it again ------------------------------------------------------------------------

    def _read_chain(self, new: Store, reach: _Reach, progress: Progress) -> int:
        """Stores all events and anchors up to the bridge's block, proved anew; how many events."""
        count, tip = 0, reach.block_hash
        with self._store.view() as session:
            retold = reorganising.retold(session)
        start = self._scanner.deployment.start_block
        for window in self._scanner.windows(start, reach.block, None):
            made = [
                {"index": a.anchor_index, "first_sequence": a.first_sequence, "last_sequence": a.last_sequence,
                 "root": a.root, "head": a.head}
                for a in anchors(window.events, self._stream_id)
            ]  # fmt: skip
            events = [replace(each, retold=retold.get(each.position, 0)) for each in window.events]
            with new.unit() as session:
                inbox.add_events(session, events)
                rebuilt.add_anchors(session, made)
            count += len(window.events)
            tip = window.last.hash
            progress("reading the chain", window.last.number - start + 1, reach.block - start + 1)
        if tip != reach.block_hash:
            raise DeepReorg(
                f"block {reach.block} is {tip}, the bridge read {reach.block_hash}: another chain, "
                "or somebody changed the cursor"
            )
        return count

    def _commit(self, new: Store, reach: _Reach, progress: Progress) -> None:
        """Computes the commitment of each document, and notes which event made it."""
        after = 0
        while documents := self._port.changes(after, DOCUMENTS_AT_ONCE):
            roots = [(d.sequence, d.number, document_root(d)) for d in documents]
            made = [
                (*_place(d.origin), d.number)
                for d in documents
                if d.origin is not None and d.voided_by is None
            ]
            with new.unit() as session:
                committed.add(session, roots, 0)
                rebuilt.note_documents(session, made)
            after = documents[-1].sequence
            progress("hashing the documents", after, reach.sequence)

    def _heirs(self, reach: _Reach) -> Mapping[str, str]:
        """Number of the document that stands where one was voided, by the number of that."""
        with self._store.view() as session:
            if not reorganising.any_reversed(session):
                return {}
        return heirs(self._port.documents(DocumentQuery(limit=reach.sequence, voided=True)))

    # ---- comparing ------------------------------------------------------------------------------

    def _differences(
        self, new: Store, reach: _Reach, file: Path, progress: Progress
    ) -> Iterator[RowDifference]:
        with new.view() as made:
            chain = _Chain(made, self._scanner.deployment, self._heirs(reach))
            how = Rebuilding(chain.retold, file, partial(progress, "making the books"))
            for difference in self._port.rebuild_differences(how):
                table, _, key = difference.row.partition(" ")
                yield RowDifference(table, key, difference.detail)
            progress("comparing what the bridge read", 0, 1)
            newest = committed.last_anchor(made)
            until: Mapping[str, int | str] = {
                "bridge_commitment": reach.reported,
                "bridge_anchor": newest.index if newest is not None else 0,
            }
            with self._store.view() as live:
                yield from rebuilt.differences(live, made, until)
            yield from chain.unbooked()
            progress("comparing what the bridge read", 1, 1)


class _Chain:
    """The events as they were read again, and what each tells the ERP."""

    def __init__(
        self, session: Session, deployment: Deployment, instead: Mapping[str, str]
    ) -> None:
        """`instead`: of voided documents, by their numbers, those that stand in their place."""
        self._session = session
        self._instead = instead
        self._chain_id = deployment.chain_id
        self._context = EventContext(
            deployment.names(FOLLOWED),
            self._number_of,
            lambda logged: self._logged(
                inbox.event_at(session, logged.tx_hash, logged.log_index - 1)
            ),
        )

    def retold(self, document: Document) -> Instruction | None:
        """What the chain told the ERP for a document; None when people made it or it was voided. Raises NothingTold."""
        if document.type not in TOLD_TYPES or document.voided_by is not None:
            return None
        if document.origin is None:
            raise NothingTold(f"a {document.type} comes of an event, and it names none")
        logged = self._logged(rebuilt.event_of(self._session, *_place(document.origin)))
        if logged is None:
            raise NothingTold("no such event is on the chain")
        try:
            booking = HANDLERS[logged.name](logged, self._context)
        except Rejected as error:
            raise NothingTold(str(error)) from error
        if booking is None:
            raise NothingTold(f"{logged.name} makes no document")
        return Instruction(booking[0], booking[1], logged.origin, logged.block_time)

    def unbooked(self) -> Iterator[RowDifference]:
        """Events of which the books would have a document, and have none."""
        for row in rebuilt.undocumented(self._session):
            logged = logged_of(row, self._chain_id)
            try:
                booking = HANDLERS[logged.name](logged, self._context)
            except Rejected as error:
                said = f"the event is not booked: {error}"
            else:
                if booking is None:
                    continue
                said = f"the event has no document; made again, {booking[0]} makes one"
            yield RowDifference("document_log", f"origin {logged.origin}", said)

    def _number_of(self, ref: str) -> str | None:
        number = committed.number_of(self._session, ref)
        return None if number is None else self._instead.get(number, number)

    def _logged(self, row: Inbox | None) -> Logged | None:
        return None if row is None else logged_of(row, self._chain_id)


def _place(origin: str) -> tuple[str, int, int]:
    """Block hash and log index of an event by its origin, and how often it was taken back; nowhere for what is none."""
    place = ORIGIN.fullmatch(origin)
    return (place[1], int(place[2]), int(place[3] or 0)) if place is not None else NOWHERE
