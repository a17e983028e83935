"""How long after its block a lonely event is booked, with a daemon that has nothing else to do.

latency_ms: from the moment in which the node has mined an issue of tokens until its document is posted, median of EVENTS;
the note tells the 99th percentile. Issues come at uneven times, so that none falls in step with the daemon's rests. Floor:
the same events seen by who does nothing but ask the node for its height, fetch, decode and write a raw row.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.bootstrap import Bridge, build
from bridge.capabilities import FOLLOWED
from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.decode import EventDecoder

from ...devchain.devchain import DevChain, Kind
from .figure import Figure
from .ring import Ring, raw_rows, raw_tables

NAME = "latency_ms"
EVENTS = 100
PAUSE_SECONDS = (0.05, 0.6)  # between two issues
POLL_SECONDS = 0.001
PATIENCE_SECONDS = 30.0
KIND: Kind = "anvil"
MILLI = 1_000
PERCENT = 100


class Late(Exception):
    """An event was not booked within the bench's patience."""


def measure(home: Path, events: int = EVENTS) -> Figure:
    """Measures the figure on a fresh chain with SQLite."""
    with DevChain(KIND) as node:
        return measured(Ring.prepare(node, home), events)


def measured(ring: Ring, events: int) -> Figure:
    """Measures the figure on a deployed system, whatever its chain is."""
    raw = _Raw(ring, ring.home / "floor.db")
    floor = [_until(raw.saw(_issue(ring, index))) for index in range(events)]
    bridge = build(ring.config)
    _caught_up(bridge)
    dice = random.Random(7)  # noqa: S311 - of pauses
    ours = []
    with walking(bridge):
        for index in range(events, 2 * events):
            time.sleep(dice.uniform(*PAUSE_SECONDS))
            before = bridge.port.last_sequence()
            _issue(ring, index)
            ours.append(_until(lambda before=before: bridge.port.last_sequence() > before))  # type: ignore[misc]
    bridge.close()
    return _figure(sorted(ours), sorted(floor))


def _caught_up(bridge: Bridge) -> None:
    """Everything that was mined until now is booked, also where it counts some blocks later."""
    acted = bridge.client.height()
    bridge.daemon.until_quiet()
    while bridge.client.height() - bridge.depth < acted:
        time.sleep(POLL_SECONDS)
    bridge.daemon.until_quiet()


def _figure(ours: list[float], floor: list[float]) -> Figure:
    median, least = statistics.median(ours), statistics.median(floor)
    worst = ours[len(ours) * 99 // PERCENT]
    note = f"mined to posted, {len(ours)} lonely events; 99 of 100 within {worst * MILLI:.0f} ms"
    return Figure(NAME, "ms", median * MILLI, least * MILLI, median / least, None, note)


@contextmanager
def walking(bridge: Bridge) -> Iterator[None]:
    """The daemon walks in a thread of its own, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=lambda: bridge.daemon.run(stop.is_set), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)


def _issue(ring: Ring, index: int) -> str:
    """Issues tokens and waits until the node has mined it; the hash of the transaction."""
    party = ring.node.accounts[5].address.lower()
    reference = "0x" + (index + 1).to_bytes(32, "big").hex()
    answer = ring.treasurer.transact(
        ring.deployment, "SettlementToken", "issue", party, 100, reference
    )
    return str(answer["transactionHash"])


def _until(is_so: Callable[[], bool]) -> float:
    """Seconds until it is so. Raises Late."""
    began = time.perf_counter()
    while not is_so():
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise Late(f"nothing came within {PATIENCE_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - began


class _Raw:
    """Who does nothing but wait for one transaction."""

    def __init__(self, ring: Ring, path: Path) -> None:
        self._client = Client([ring.node.url])
        self._decoder = EventDecoder(FOLLOWED)
        self._names = ring.deployment.names(FOLLOWED)
        self._database = sqlite3.connect(path)
        raw_tables(self._database)

    def saw(self, tx_hash: str) -> Callable[[], bool]:
        """Asks for the height and the receipt, and writes its rows once it is there."""

        def look() -> bool:
            self._client.height()
            receipt = wire.optional(
                wire.receipt, self._client.call("eth_getTransactionReceipt", tx_hash)
            )
            if receipt is None:
                return False
            events = [self._decoder.decode(self._names[log.address], log) for log in receipt.logs]
            with self._database:
                raw_rows(self._database, map(repr, events))
            return True

        return look
