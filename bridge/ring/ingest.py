"""Chain -> INBOX. Reads final blocks in windows, proves them, stores their events with the cursor, and ends calls by them.

A window in which every event can be booked is booked in the same transaction; of any other the events are stored alone,
and dispatch takes them. If it dies here: it reads again from the cursor. If a node's answer does not prove itself, the
cursor stays.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sqlmodel import Session

from bridge.beside.ahead import WindowsAhead
from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.rpc import RpcError
from bridge.chain.scan import HEADERS_AT_ONCE, Window
from bridge.errors import NodeIncomplete, NodeUnavailable
from bridge.ring.booking import Book, NotAtOnce
from bridge.ring.ours import prove_ours
from bridge.ring.reorganise import Reorganise
from bridge.ring.votes import outvoted
from bridge.store import inbox, proving, reorganising
from bridge.store.inbox import UNDEALT, Outcome
from bridge.store.store import Store

logger = logging.getLogger("interlock.bridge")

WINDOWS_PER_PASS = 5  # so that a long catch-up still lets the other stages work


class Ingest:
    """Reads the chain from the cursor on; each proved window's events go to INBOX with the cursor in one transaction."""

    def __init__(
        self,
        store: Store,
        scanner: WindowsAhead,
        depth: int,
        book: Book | None,
        reorganise: Reorganise,
    ) -> None:
        """`depth`: blocks that must follow before an event counts. `reorganise`: what to do when one that was read is gone.

        `book`: books new events in the transaction that stores them, or raises NotAtOnce; None where the ERP has a database
        of its own.
        """
        self._store = store
        self._scanner = scanner
        self._depth = depth
        self._book = book
        self._reorganise = reorganise

    def run(self) -> int:
        """Reads and stores new final blocks; returns how many. Raises NodeUnavailable, NodeIncomplete, DeepReorg."""
        self._reorganise.resume()
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
            client.check_not_behind(newest.number)
        if final < number:
            return 0
        if not _is_there(client, number, tip, known):
            self._reorganise.run(number, tip)
            with self._store.view() as session:
                cursor = self._store.cursor(session)
                number, tip = cursor.block_number, cursor.block_hash
        blocks = 0
        last = min(final, number + WINDOWS_PER_PASS * HEADERS_AT_ONCE)
        windows = self._scanner.windows(number + 1, last, tip)
        for window in islice(windows, WINDOWS_PER_PASS):
            dissenting = outvoted(client, window, (number, tip))
            alarms = [] if dissenting is None else [("dissenting node", dissenting)]
            unproved = prove_ours(self._store, client, window)
            if unproved is not None:
                alarms.append(("unproved transactions", unproved))
            booked = self._take(window, alarms)
            number, tip = window.last.number, window.last.hash
            blocks += window.blocks
            if not booked:
                break  # what it left is booked before more is read
        return blocks

    def _take(self, window: Window, alarms: Sequence[tuple[str, str]]) -> bool:
        """Stores a window's events, booked where all of them can be; False when they could not be."""
        if self._book is None or not window.events:
            with self._store.unit() as session:
                self._write(session, window, UNDEALT, alarms)
            return True
        try:
            with self._store.unit() as session:
                dealt = self._book(session, reorganising.as_retold(session, window.events))
                self._write(session, window, dealt, alarms)
        except NotAtOnce as reason:
            logger.debug("block %d: %s", window.last.number, reason)
            with self._store.unit() as session:
                self._write(session, window, UNDEALT, alarms)
            return False
        return True

    def _write(
        self,
        session: Session,
        window: Window,
        dealt: Mapping[str, Outcome],
        alarms: Sequence[tuple[str, str]],
    ) -> None:
        inbox.add_events(session, reorganising.as_retold(session, window.events), dealt)
        if window.events:
            proving.end_proved(session)
        cursor = self._store.cursor(session)
        cursor.block_number = window.last.number
        cursor.block_hash = window.last.hash
        cursor.block_time = window.last.timestamp
        for kind, said in alarms:
            self._store.alarm(session, kind, said)


def _is_there(client: Client, number: int, tip: str, known: Any) -> bool:
    """False when the newest block read has left the chain: every node that answers has another, which hashes.

    Raises NodeUnavailable without a block there, NodeIncomplete when it is none, is not sealed where blocks are, or
    any other node has the one that was read.
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
        return True
    # Only a block that is sealed, where blocks are, speaks against one that was read.
    client.consensus.check_alone(header)
    if tip in client.elsewhere(number):
        raise NodeIncomplete(
            f"block {number} is {header.hash} at {client.url}; another node has {tip}, which was read before"
        )
    return False
