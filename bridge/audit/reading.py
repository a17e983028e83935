"""Fills a notebook: the events of the chain, proved, and the root of each document, with what belongs together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlmodel import Session

from bridge.audit import links
from bridge.audit.model import Findings, Kind, RingMoves, Suspicion
from bridge.audit.snapshot import Snapshot
from bridge.audit.state import State
from bridge.capabilities import REORGANISATION
from bridge.capabilities.documents import anchors
from bridge.capabilities.participants import accounts
from bridge.chain.scan import Scanner
from bridge.commitments.canonical import canonical
from bridge.commitments.documents import document_root
from bridge.errors import DeepReorg
from bridge.events.base import Logged, values_of
from bridge.ports.port import Document, DocumentQuery, Port
from bridge.store import committed, inbox, notebook, rebuilt

DOCUMENTS_AT_ONCE = 500
# What an audit of what is new reads again of the old, each time the next of it.
TURN_BLOCKS = 500  # or as many as have TURN_EVENTS
TURN_EVENTS = 500
TURN_DOCUMENTS = 200
LEFT = "blocks that were read have left the chain"  # why everything is read

Progress = Callable[[str], None]


def body_of(logged: Logged) -> str:
    """An event in one line: its place, who emitted it, and its fields."""
    return f"{logged.position} {logged.block_hash} {logged.tx_hash} {logged.contract} {logged.name} {canonical(values_of(logged.event))}"  # fmt: skip  # noqa: E501


class Reader:
    """Reads chain and log on from where a notebook stands, within one transaction of it."""

    def __init__(
        self, scanner: Scanner, port: Port, stream_id: str, session: Session, progress: Progress
    ) -> None:  # fmt: skip
        """`session`: of the notebook."""
        self._scanner = scanner
        self._port = port
        self._stream_id = stream_id
        self._session = session
        self._progress = progress

    def read_chain(self, state: State, upto: Snapshot) -> State:
        """Notes all events up to the bridge's block; there may be none after it. Raises DeepReorg, RingMoves."""
        tip = state.block_hash or None
        self._stand_at(state.block, tip)
        for window in self._scanner.windows(state.block + 1, upto.block, tip):
            events = [
                replace(each, retold=upto.retold.get(each.position, 0)) for each in window.events
            ]
            state = self._note(state, events)
            tip = window.last.hash
            self._progress(f"reading the chain: block {window.last.number} of {upto.block}")
        if tip is not None and tip != upto.block_hash:
            raise DeepReorg(
                f"block {upto.block} is {tip}, the bridge read {upto.block_hash}: another chain, "
                "or somebody changed the cursor"
            )
        for window in self._scanner.windows(upto.block + 1, upto.head, tip):
            if window.events:
                raise RingMoves(
                    f"the bridge has read up to block {upto.block} of {upto.head}, and there are "
                    "events of ours after it: let it catch up first, or start it"
                )
        return replace(state, block=upto.block, block_hash=upto.block_hash)

    def _stand_at(self, block: int, known_hash: str | None) -> None:
        """The validators of a block that was proved before are those by whom the next ones are proved."""
        client = self._scanner.client
        if known_hash is not None and not client.consensus.knows(known_hash):
            client.consensus.begin(client.header(block), known_hash)

    def _note(self, state: State, events: list[Logged]) -> State:
        made = [
            {"index": a.anchor_index, "first_sequence": a.first_sequence, "last_sequence": a.last_sequence,
             "root": a.root, "head": a.head}
            for a in anchors(events, self._stream_id)
        ]  # fmt: skip
        inbox.add_events(self._session, events)
        rebuilt.add_anchors(self._session, made)
        linked = {notebook.event_item(each.position): links.of_event(each) for each in events}
        notebook.add_items(self._session, linked)
        known = sorted({*state.accounts, *accounts(events)})
        state = state.noting([body_of(each) for each in events])
        return replace(state, accounts=tuple(known), events=state.events + len(events))

    def read_log(self, state: State, upto: Snapshot, findings: Findings) -> State:
        """Notes the root of each document up to the newest. A sequence without a document is a difference."""
        self._progress("reading the documents")
        for documents in self._pages(state.sequence, upto.sequence):
            roots = [(d.sequence, d.number, document_root(d)) for d in documents]
            if not upto.reorganised and any(d.type == REORGANISATION for d in documents):
                raise Suspicion(LEFT)
            there = {d.sequence for d in documents}
            for sequence in range(state.sequence + 1, documents[-1].sequence + 1):
                findings.check(
                    sequence in there,
                    Kind.TAMPERED,
                    f"document_log sequence {sequence}",
                    "the row is missing from the document log",
                )
            committed.add(self._session, roots, 0)
            notebook.add_items(
                self._session,
                {
                    notebook.document_item(document.sequence): links.of_document(document, root)
                    for document, (_, _, root) in zip(documents, roots, strict=True)
                },
            )
            noted = [f"{sequence} {number} {root.hex()}" for sequence, number, root in roots]
            state = replace(state.noting(noted), sequence=documents[-1].sequence)
        return state

    def _pages(self, after: int, last: int) -> Iterator[list[Document]]:
        while after < last:
            documents = self._port.changes(after, min(DOCUMENTS_AT_ONCE, last - after))
            found = [document for document in documents if document.sequence <= last]
            if not found:
                return
            yield found
            after = found[-1].sequence

    # ---- the old, in turns ----------------------------------------------------------------------

    def read_again(self, state: State) -> State:
        """Reads the next part of the old blocks and documents again, and has those documents looked at.

        Raises Suspicion where chain or log no longer say what was noted.
        """
        start = self._scanner.deployment.start_block
        goes_on = start <= state.turn_block + 1 <= state.block and state.turn_hash != ""
        first, parent = (state.turn_block + 1, state.turn_hash) if goes_on else (start, None)
        upto = min(first + TURN_BLOCKS - 1, state.block)
        last, last_hash = self.check_blocks(first, upto, parent, TURN_EVENTS)
        begin = state.turn_sequence + 1 if state.turn_sequence < state.sequence else 1
        end = min(begin + TURN_DOCUMENTS - 1, state.sequence)
        self.check_documents(begin, end)
        items = notebook.document_item(begin), notebook.document_item(end)
        notebook.make_due_between(self._session, *items)
        return replace(state, turn_block=last, turn_hash=last_hash, turn_sequence=end)

    def read_since(self, state: State, block: int) -> None:
        """Reads the old from a block on again, and has all of it looked at. Raises Suspicion."""
        first = max(block, self._scanner.deployment.start_block)
        before = notebook.event_before(self._session, first)
        if before is None:
            self.check_blocks(self._scanner.deployment.start_block, state.block, None)
        else:
            self.check_blocks(before.block_number + 1, state.block, before.block_hash)
        notebook.make_due_between(self._session, notebook.event_item(f"{first:012d}"), "e:~")
        at = self._scanner.client.header(first).timestamp
        begin = self._first_document(at, state.sequence)
        self.check_documents(begin, state.sequence)
        items = notebook.document_item(begin), notebook.document_item(state.sequence)
        notebook.make_due_between(self._session, *items)

    def _first_document(self, at: int, last: int) -> int:
        """The first sequence, of those up to one, that is not from before a time; the log is nearly in order of it."""
        low, high = 1, last + 1
        while low < high:
            middle = (low + high) // 2
            found = self._port.changes(middle - 1, 1)
            if found and found[0].at < at:
                low = middle + 1
            else:
                high = middle
        return low

    def check_blocks(
        self, first: int, last: int, parent_hash: str | None, enough: int | None = None
    ) -> tuple[int, str]:
        """Raises Suspicion unless these blocks have the events that were noted; the last that was read, and its hash.

        `parent_hash`: of the block before, which was proved; None where the deployment begins. `enough`: events after which
        it stops.
        """
        count, newest, newest_hash = 0, last, parent_hash or ""
        for window in self._scanner.windows(first, last, parent_hash):
            newest, newest_hash = window.last.number, window.last.hash
            began = newest - window.blocks + 1
            noted = [
                (row.position, row.block_hash, row.tx_hash, row.contract, row.event, row.body)
                for row in notebook.events_in_blocks(self._session, began, newest)
            ]
            found = [
                (e.position, e.block_hash, e.tx_hash, e.contract, e.name, canonical(values_of(e.event)))
                for e in window.events
            ]  # fmt: skip
            if noted != found:
                raise Suspicion(f"blocks {began} to {newest} have other events than were noted")
            count += len(found)
            if enough is not None and count >= enough:
                break
        return newest, newest_hash

    def check_documents(self, first: int, last: int) -> None:
        """Raises Suspicion unless these documents hash to what was noted."""
        if first > last:
            return
        query = DocumentQuery(after=first - 1, limit=last - first + 1, voided=True)
        documents = self._port.documents(query)
        found = [(d.sequence, d.number, document_root(d)) for d in documents if d.sequence <= last]
        if found != notebook.commitments(self._session, first, last):
            raise Suspicion(f"documents {first} to {last} are not those that were noted")
