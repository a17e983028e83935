"""Chain -> INBOX. Reads final blocks in windows, proves them, stores their events with the cursor.

If it dies here: it reads again from the cursor. If a node's answer does not prove itself, the cursor stays.
"""

from __future__ import annotations

from typing import Any

from bridge.chain.client import RpcError
from bridge.chain.scan import SCAN_WINDOW_BLOCKS, Scanner
from bridge.errors import DeepReorg, NodeIncomplete, NodeUnavailable
from bridge.store.store import Store

WINDOWS_PER_PASS = 5  # so that a long catch-up still lets the other stages work


class Ingest:
    """Reads the chain from the cursor on; each proved window's events go to INBOX with the cursor in one transaction."""

    def __init__(self, store: Store, scanner: Scanner, depth: int) -> None:
        self._store = store
        self._scanner = scanner
        self._depth = depth

    def run(self) -> int:
        """Reads and stores new final blocks; returns how many. Raises NodeUnavailable, NodeIncomplete, DeepReorg."""
        with self._store.view() as session:
            cursor = self._store.cursor(session)
            number, tip = cursor.block_number, cursor.block_hash
        (known,), newest = self._scanner.client.with_head(
            [("eth_getBlockByNumber", [hex(number), False])]
        )
        head = int(newest["number"], 16)
        if head < number:
            raise NodeIncomplete(
                f"the node's head is block {head}, block {number} was read before: "
                "it lags, or its chain was started anew"
            )
        final = head - self._depth
        if final <= number:
            return 0
        _check_tip(number, tip, known)
        blocks = 0
        last = min(final, number + WINDOWS_PER_PASS * SCAN_WINDOW_BLOCKS)
        for window in self._scanner.windows(number + 1, last, tip):
            if dissenters := self._scanner.client.dissenters(window.last_number, window.last_hash):
                raise NodeIncomplete(
                    f"block {window.last_number} is {window.last_hash} at {self._scanner.client.url}, "
                    f"and another at {', '.join(dissenters)}: one of them lies or is on a fork"
                )
            with self._store.unit() as session:
                self._store.add_events(session, window.events)
                cursor = self._store.cursor(session)
                cursor.block_number = window.last_number
                cursor.block_hash = window.last_hash
                cursor.block_time = window.last_time
            blocks += window.blocks
        return blocks


def _check_tip(number: int, tip: str, known: Any) -> None:
    """Raises DeepReorg when the node's header of the newest block read is another, NodeUnavailable without one."""
    if isinstance(known, RpcError):
        raise known
    if known is None:
        raise NodeUnavailable(f"the node has no block {number}")
    if known["hash"] != tip:
        raise DeepReorg(
            f"block {number} was {tip} and final; the node now gives {known['hash']}. Its events are booked: "
            "check the node and the finality depth, then an operator decides"
        )
