"""Blocks that were final have left the chain: what came of them is reversed, and ingest reads on where both chains part.

Nothing is believed that does not prove itself: the new branch is read and linked from the common block up to the height of
the block that is gone, and the nodes vote on it, before anything is changed.

Where bridge and ERP share a database all of it is one transaction. If it dies here, it begins anew. Where they do not, the
bridge notes first what it found, then the ERP commits its document, then the bridge notes what that voided. If it dies in
between: it goes on from its note, the ERP answers with the document that it made, and ingest reads nothing meanwhile.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

from sqlmodel import Session

from bridge.capabilities import ACT_TYPES, ASKED, REORGANISE, asked_by
from bridge.chain.scan import Scanner
from bridge.chain.wire import Header
from bridge.errors import DeepReorg, NodeIncomplete, PortRefused
from bridge.intents import OutboxStatus, ReorganisationStatus
from bridge.ports.port import Document, Instruction, Port
from bridge.ring.votes import outvoted
from bridge.store import reorganising
from bridge.store.reorganising import Block
from bridge.store.store import Store
from bridge.store.tables import Reorganisation

DEPTH_MAX = (
    10_000  # blocks that may leave the chain; deeper, it is another chain, and a person decides
)
ORIGINS_TOLD = 10_000  # events that the ERP is told of by one document
FALLEN_TOLD = 10  # documents that an alarm names

logger = logging.getLogger("interlock.bridge")

# Calls of the house that end where the chain is in their wanted state: the new branch may not be.
MOOT_THERE = frozenset(
    (asks.contract, asks.function)
    for asks in ASKED
    if not asks.by_person and (asks.lasts or asks.moot_on or asks.done)
)
# Acts of people are none of the house's calls: what became of one is told to its person.
ACTS = tuple(f"{kind}:" for kind in ACT_TYPES)


class Reorganise:
    """Takes back what came of blocks that have left the chain."""

    def __init__(self, store: Store, scanner: Scanner, port: Port, joined: bool) -> None:
        """`joined`: the ERP stands in the bridge's database, so that both commit together."""
        self._store = store
        self._scanner = scanner
        self._port = port
        self._joined = joined

    def resume(self) -> None:
        """Goes on with what was begun. Raises DeepReorg, PortBusy."""
        with self._store.view() as session:
            row = reorganising.unfinished(session)
        if row is not None:
            self._reverse(row)

    def run(self, number: int, tip: str) -> None:
        """Takes everything back that came after the newest common block; the cursor stands there then.

        `number`, `tip`: the newest block that was read, which is gone. Raises DeepReorg where there is no such block, or a
        rule of the ERP says no; NodeIncomplete where the new branch does not prove itself; NodesDisagree, PortBusy.
        """
        common = self._common(number, tip)
        last, dissenting = self._prove(common, number)
        row = Reorganisation(
            found_at=self._store.now(),
            common_block=common.number,
            common_hash=common.hash,
            left_block=number,
            left_hash=tip,
            new_hash=last.hash,
            new_time=last.timestamp,
            status=ReorganisationStatus.FOUND,
        )
        with self._store.unit() as session:
            reorganising.take_out(self._store, session, row)
            reorganising.doubt(self._store, session, MOOT_THERE, ACTS)
            self._store.cursor(session).block_time = common.time
            if dissenting is not None:
                self._store.alarm(session, "dissenting node", dissenting)
            if self._joined:
                self._tell(session, row)
        if not self._joined:
            self._reverse(row)
        logger.error(
            "block %d has left the chain: what came after block %d was reversed",
            number,
            common.number,
        )

    # ---- finding ------------------------------------------------------------------------------

    def _common(self, number: int, tip: str) -> Block:
        """The newest block with events that the chain still has: all below it are there too, and none above it."""
        with self._store.view() as session:
            blocks = reorganising.blocks_read(session, max(number - DEPTH_MAX, 0))
        gone = bisect_left(blocks, 1, key=lambda block: int(not self._is_there(block)))
        if gone == 0:
            raise DeepReorg(
                f"block {number} was {tip} and final, and of what was read before it the chain has nothing within "
                f"{DEPTH_MAX} blocks: it is another chain, or was started anew. Check the node; nothing was changed"
            )
        return blocks[gone - 1]

    def _is_there(self, block: Block) -> bool:
        header = self._scanner.client.header(block.number)
        self._scanner.client.consensus.check(header, None)
        if header.number != block.number:
            raise NodeIncomplete(f"the node gave block {header.number} for block {block.number}")
        return header.hash == block.hash

    def _prove(self, common: Block, number: int) -> tuple[Header, str | None]:
        """The header that stands at this height now, linked to the common block, and what a minority of the nodes says."""
        read = common.number, common.hash
        windows = deque(self._scanner.windows(common.number + 1, number, common.hash), maxlen=1)
        if not windows:  # the common block is the one that left
            raise NodeIncomplete(f"the node gives two blocks {number}, by turns")
        return windows[0].last, outvoted(self._scanner.client, windows[0], read)

    # ---- reversing ----------------------------------------------------------------------------

    def _reverse(self, row: Reorganisation) -> None:
        """Where the ERP has a database of its own."""
        with self._store.view() as session:
            told = self._instructions(session, row)
        documents = [self._apply(each, None) for each in told]
        with self._store.unit() as session:
            self._finish(session, row, documents)

    def _tell(self, session: Session, row: Reorganisation) -> None:
        told = self._instructions(session, row)
        self._finish(session, row, [self._apply(each, session) for each in told])

    def _instructions(self, session: Session, row: Reorganisation) -> list[Instruction]:
        """What the ERP is told, none where it was told nothing of these blocks.

        The newest events come first: so what was made of an event is voided with it, and does not fall with an earlier one.
        """
        chain_id = self._scanner.deployment.chain_id
        origins = reorganising.origins_of(session, row, chain_id)
        parts = [
            origins[max(end - ORIGINS_TOLD, 0) : end]
            for end in range(len(origins), 0, -ORIGINS_TOLD)
        ]
        return [
            Instruction(
                REORGANISE,
                {
                    "common_block": row.common_block,
                    "common_hash": row.common_hash,
                    "left_block": row.left_block,
                    "left_hash": row.left_hash,
                    "origins": part,
                },
                f"{chain_id}:reorganisation:{row.id}:{row.left_hash}"
                + (f":{place}" if place else ""),
                row.new_time,
            )
            for place, part in enumerate(parts)
        ]

    def _apply(self, told: Instruction, session: Session | None) -> Document:
        try:
            (document,) = self._port.apply([told], session)
        except PortRefused as error:
            raise DeepReorg(
                f"block {told.fields['left_block']} has left the chain, and the ERP cannot void what came of the blocks "
                f"after {told.fields['common_block']}: {error}. Nothing of it was voided; an operator decides"
            ) from error
        return document

    def _finish(self, session: Session, row: Reorganisation, documents: list[Document]) -> None:
        voided = [each["number"] for document in documents for each in document.fields["voided"]]
        fallen = [each for document in documents for each in document.fields["fallen"]]
        gone = {*voided, *(each["number"] for each in fallen)}
        number = documents[-1].number if documents else None
        reorganising.finish(session, row, number, voided, fallen)
        for asked in reorganising.taken_back_by(session, sorted(gone)):
            if asked.document_number not in gone:
                asks = asked_by(asked.key)
                by_person = asks is not None and asks.by_person
                asked.status = OutboxStatus.ASKED if by_person else OutboxStatus.PENDING
                asked.reason, asked.told, asked.tries, asked.try_at = None, None, 0, 0.0
        if fallen:
            self._store.alarm(session, "fallen", _named(str(number), fallen))


def _named(number: str, fallen: Sequence[dict[str, str]]) -> str:
    """Which documents a person is to look at."""
    first = ", ".join(each["number"] for each in fallen[:FALLEN_TOLD])
    more = f" and {len(fallen) - FALLEN_TOLD} more" if len(fallen) > FALLEN_TOLD else ""
    return f"{number} voided what cannot stand without blocks that left the chain: {first}{more}"
