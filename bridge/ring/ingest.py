"""Chain -> INBOX. Reads final blocks in windows, proves them, stores their events with the cursor.

A window in which every event can be booked is booked in the same transaction; of any other the events are stored alone,
and dispatch takes them. If it dies here: it reads again from the cursor. If a node's answer does not prove itself, the
cursor stays.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import islice
from typing import Any

from sqlmodel import Session

from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.rpc import RpcError
from bridge.chain.scan import HEADERS_AT_ONCE, Scanner, Window
from bridge.errors import DeepReorg, NodeIncomplete, NodesDisagree, NodeUnavailable
from bridge.ring.booking import Book, NotAtOnce
from bridge.store.store import UNDEALT, Outcome, Store

logger = logging.getLogger("interlock.bridge")

WINDOWS_PER_PASS = 5  # so that a long catch-up still lets the other stages work


class Ingest:
    """Reads the chain from the cursor on; each proved window's events go to INBOX with the cursor in one transaction."""

    def __init__(self, store: Store, scanner: Scanner, depth: int, book: Book | None) -> None:
        """`depth`: blocks that must follow before an event counts.

        `book`: books new events in the transaction that stores them, or raises NotAtOnce; None where the ERP has a database
        of its own.
        """
        self._store = store
        self._scanner = scanner
        self._depth = depth
        self._book = book

    def run(self) -> int:
        """Reads and stores new final blocks; returns how many. Raises NodeUnavailable, NodeIncomplete, DeepReorg."""
        with self._store.view() as session:
            cursor = self._store.cursor(session)
            number, tip = cursor.block_number, cursor.block_hash
        client = self._scanner.client
        (known,), newest = client.with_head([("eth_getBlockByNumber", [hex(number), False])])
        if newest.number < number:
            raise NodeIncomplete(
                f"the node's head is block {newest.number}, block {number} was read before: "
                "it lags, or its chain was started anew"
            )
        final = newest.number - self._depth
        if final <= number:
            return 0
        _check_tip(client, number, tip, known)
        blocks = 0
        last = min(final, number + WINDOWS_PER_PASS * HEADERS_AT_ONCE)
        windows = self._scanner.windows(number + 1, last, tip)
        for window in islice(windows, WINDOWS_PER_PASS):
            dissenting = _outvoted(client, window, (number, tip))
            booked = self._take(window, dissenting)
            number, tip = window.last.number, window.last.hash
            blocks += window.blocks
            if not booked:
                break  # what it left is booked before more is read
        return blocks

    def _take(self, window: Window, dissenting: str | None) -> bool:
        """Stores a window's events, booked where all of them can be; False when they could not be."""
        if self._book is None or not window.events:
            with self._store.unit() as session:
                self._write(session, window, UNDEALT, dissenting)
            return True
        try:
            with self._store.unit() as session:
                dealt = self._book(session, window.events)
                self._write(session, window, dealt, dissenting)
        except NotAtOnce as reason:
            logger.debug("block %d: %s", window.last.number, reason)
            with self._store.unit() as session:
                self._write(session, window, UNDEALT, dissenting)
            return False
        return True

    def _write(
        self,
        session: Session,
        window: Window,
        dealt: Mapping[str, Outcome],
        dissenting: str | None,
    ) -> None:
        self._store.add_events(session, window.events, dealt)
        cursor = self._store.cursor(session)
        cursor.block_number = window.last.number
        cursor.block_hash = window.last.hash
        cursor.block_time = window.last.timestamp
        if dissenting is not None:
            self._store.alarm(session, "dissenting node", dissenting)


def _outvoted(client: Client, window: Window, read: tuple[int, str]) -> str | None:
    """What a minority of the nodes says otherwise, for an alarm; it sits on the bench. None when nobody does.

    `read`: number and hash of the newest block that was read before. Whoever lacks that has no vote on what follows it.
    Raises NodeIncomplete when most nodes have another last block than the window, NodesDisagree when as many have it as not.
    """
    last = window.last
    votes = client.votes(last, read)
    dissenting = (*votes.other, *votes.astray)
    if not dissenting:
        return None
    said = f"block {last.number} is {last.hash} at {', '.join(votes.same)}, and another at {', '.join(dissenting)}"
    if len(votes.same) < len(votes.other):
        raise NodeIncomplete(f"{said}: most of them say otherwise")
    if len(votes.same) == len(votes.other):
        raise NodesDisagree(f"{said}: one of them lies or is on a fork")
    client.bench(dissenting)
    return f"{said}: they are outvoted"


def _check_tip(client: Client, number: int, tip: str, known: Any) -> None:
    """Raises unless the node has the newest block read.

    NodeUnavailable without a block there, NodeIncomplete when it is none, is not sealed where blocks are, or any other node
    has the one that was read, DeepReorg when it is another that hashes and all nodes that answer have another.
    """
    if isinstance(known, RpcError):
        raise known
    header = wire.optional(wire.header, known)
    if header is None:
        raise NodeUnavailable(f"the node has no block {number}")
    client.consensus.check(header, None)
    if header.number != number:
        raise NodeIncomplete(f"the node gave block {header.number} for block {number}")
    if header.hash == tip:
        return
    # Only a block that is sealed, where blocks are, speaks against one that was read.
    client.consensus.check_alone(header)
    if tip in client.elsewhere(number):
        raise NodeIncomplete(
            f"block {number} is {header.hash} at {client.url}; another node has {tip}, which was read before"
        )
    raise DeepReorg(
        f"block {number} was {tip} and final; the node now gives {header.hash}. Its events are booked: "
        "check the node and the finality depth, then an operator decides"
    )
