"""Chain to books: events that become posted double entries, with every receipt proved, in a second.

in_sqlite, in_postgresql: issues of settlement tokens, BLOCK_EVENTS in a block, from the node to posted documents; each is
two logs and a document with two entries. Floor: headers and receipts of the same blocks fetched from the same node, decoded,
and all logs written as raw rows by the driver, without proof and books. Ours and floor take turns, ROUNDS times each, and
the medians count. What the commitments of the documents cost beside that is told in the note, and the memory of a bridge
that books all of it once more in a process of its own.
"""

from __future__ import annotations

import gc
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import make_url

from bridge.bootstrap import Bridge, build
from bridge.capabilities import FOLLOWED
from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.decode import EventDecoder
from bridge.chain.gateway import encode_call
from bridge.ring.daemon import Stage
from bridge.store import inbox

from ...devchain.devchain import DevChain, Kind
from . import memory
from .cpu import cpu_seconds
from .databases import POSTGRESQL, SQLITE, Absent, Databases
from .figure import MICRO, Figure, skipped
from .ring import Ring

NAMES = {SQLITE: "in_sqlite", POSTGRESQL: "in_postgresql"}
BLOCK_EVENTS = 200
BLOCKS = 10  # of one round
ROUNDS = 5
KIND: Kind = "anvil"  # the fastest of the nodes that are there
RECEIPTS_AT_ONCE = 500  # of one transaction of the floor, as of ours
TABLE = "CREATE TABLE event (block INTEGER, tx TEXT, log INTEGER, name TEXT, body TEXT)"
Row = tuple[int, str, int, str, str]


@dataclass(frozen=True, slots=True)
class Spent:
    """What one round took: seconds by the wall and of this process's CPU."""

    wall: float
    cpu: float


def measure(dialect: str, databases: Databases, home: Path) -> Figure:
    """Measures one of the figures; skipped where the database is not installed."""
    try:
        url, floor_url = databases.new(dialect), databases.new(dialect)
    except Absent as reason:
        return skipped(NAMES[dialect], "1/s", str(reason))
    with DevChain(KIND) as node:
        ring = Ring.prepare(node, home, url)
        bridge = build(ring.config)
        floor = Floor(Client([node.url]), ring, writer(dialect, floor_url))
        gc.collect()
        gc.freeze()  # as the daemon does
        ours, raw, committed = [], [], []
        for number in range(ROUNDS):
            blocks = mine(ring, number, BLOCKS)
            ours.append(spent(lambda: book(bridge)))
            raw.append(spent(partial(floor.read, blocks)))
            committed.append(spent(lambda: drain(bridge.daemon.ring.report)))
        _check(bridge, floor)
        beside = cpu_seconds(bridge.beside.pid) if bridge.beside.pid is not None else None
        bridge.close()
        floor.write.close()
        gc.unfreeze()
        every = ROUNDS * BLOCKS * BLOCK_EVENTS
        held = memory.of_a_bridge(ring, databases.new(dialect), every, settle)
    return _figure(NAMES[dialect], ours, raw, committed, beside, held)


class Writer(Protocol):
    """Writes rows by the bare driver."""

    def __call__(self, rows: Sequence[Row]) -> None:
        """All of them, in one transaction."""

    def close(self) -> None:
        """Ends the connection."""


class SqliteWriter:
    """Into SQLite, by `executemany`, with the settings of ours."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(TABLE)

    def __call__(self, rows: Sequence[Row]) -> None:
        """All of them, in one transaction."""
        with self._database:
            self._database.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Ends the connection."""
        self._database.close()


class PostgresqlWriter:
    """Into PostgreSQL, by COPY."""

    def __init__(self, url: str) -> None:
        self._database = psycopg.connect(url)
        self._database.execute(TABLE)
        self._database.commit()

    def __call__(self, rows: Sequence[Row]) -> None:
        """All of them, in one transaction."""
        with (
            self._database.transaction(),
            self._database.cursor() as cursor,
            cursor.copy("COPY event FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        """Ends the connection."""
        self._database.close()


def writer(dialect: str, url: str) -> Writer:
    """The writer into an empty database."""
    parsed = make_url(url)
    if dialect == SQLITE:
        return SqliteWriter(str(parsed.database))
    plain = parsed.set(drivername="postgresql")
    return PostgresqlWriter(plain.render_as_string(hide_password=False))


class Floor:
    """Fetches and decodes, and writes raw rows: no proof, no books."""

    def __init__(self, client: Client, ring: Ring, write: Writer) -> None:
        self._client = client
        self._decoder = EventDecoder(FOLLOWED)
        self._names = ring.deployment.names(FOLLOWED)
        self.write = write
        self.transactions = 0

    def read(self, blocks: range) -> None:
        """Reads these blocks."""
        numbers = [hex(number) for number in blocks]
        self._client.batch_all([("eth_getBlockByNumber", [number, False]) for number in numbers])
        step = max(1, RECEIPTS_AT_ONCE // BLOCK_EVENTS)
        for start in range(0, len(numbers), step):
            part = numbers[start : start + step]
            answers = self._client.batch_all([("eth_getBlockReceipts", [each]) for each in part])
            self.write([row for answer in answers for row in self._rows(answer)])

    def _rows(self, receipts: Sequence[Any]) -> Iterator[Row]:
        for each in receipts:
            self.transactions += 1
            receipt = wire.receipt(each)
            for index, log in enumerate(receipt.logs):
                event = self._decoder.decode(self._names[log.address], log)
                if event is not None:
                    yield (
                        receipt.block_number,
                        receipt.tx_hash,
                        index,
                        type(event).__name__,
                        repr(event),
                    )


def _figure(
    name: str,
    ours: Sequence[Spent],
    raw: Sequence[Spent],
    committed: Sequence[Spent],
    beside_seconds: float | None,
    held: memory.Held,
) -> Figure:
    count = BLOCKS * BLOCK_EVENTS
    wall = statistics.median(each.wall for each in ours)
    floor = statistics.median(each.wall for each in raw)
    cpu = statistics.median(each.cpu for each in ours) * MICRO / count
    beside = statistics.median(each.cpu for each in committed) * MICRO / count
    least = statistics.median(each.cpu for each in raw) * MICRO / count
    note = (
        f"{ROUNDS} × {count:,} documents, {BLOCK_EVENTS} a block, every receipt proved; the floor takes {least:.0f} µs CPU; "
        f"commitments take {beside:.0f} µs more; the process beside took {_mean(beside_seconds, ROUNDS * count)} in all, "
        f"its start included; a bridge that books all {ROUNDS * count:,} by itself holds {_megabytes(held.own)} at most, "
        f"the process beside it {_megabytes(held.beside)}"
    )
    return Figure(name, "1/s", count / wall, count / floor, wall / floor, cpu, note)


def _mean(seconds: float | None, count: int) -> str:
    return "nothing" if seconds is None else f"{seconds * MICRO / count:.0f} µs a document"


def _megabytes(held: float | None) -> str:
    return "nobody knows how much" if held is None else f"{held:.0f} MB"


def mine(ring: Ring, number: int, blocks: int) -> range:
    """Mines the issues of a round of so many blocks, BLOCK_EVENTS a block; their blocks."""
    return mine_from(ring, number * blocks * BLOCK_EVENTS, blocks)


def mine_from(ring: Ring, start: int, blocks: int) -> range:
    """Mines so many blocks of issues, whose references begin with `start`; their blocks."""
    first = ring.treasurer.client.head().number + 1
    for block in range(blocks):
        mine_block(ring, start + block * BLOCK_EVENTS, BLOCK_EVENTS)
    return range(first, first + blocks)


def mine_block(ring: Ring, before: int, count: int) -> None:
    """Mines a block of so many issues of tokens; `before`: how many there were already."""
    client, party = ring.treasurer.client, ring.node.accounts[5].address.lower()
    to = ring.deployment.address("SettlementToken")
    ring.node.rpc("evm_setAutomine", [False])
    signed = []
    for index in range(before + 1, before + count + 1):
        ref = index.to_bytes(32, "big").hex()
        data = encode_call("SettlementToken", "issue", (party, 100, "0x" + ref))
        signed.append(ring.treasurer.sign(ring.deployment.chain_id, to, data)[1])
    client.batch_all([("eth_sendRawTransaction", [raw]) for raw in signed])
    ring.node.rpc("evm_mine")


def settle(bridge: Bridge) -> None:
    """Books every event, and makes the commitments of all documents."""
    book(bridge)
    drain(bridge.daemon.ring.report)


def book(bridge: Bridge) -> None:
    """Ingest and dispatch until every event is booked."""
    drain(bridge.daemon.ring.ingest)
    drain(bridge.daemon.ring.dispatch)


def drain(stage: Stage) -> None:
    """Runs a stage until it finds nothing to do."""
    while stage.run():
        pass


def _check(bridge: Bridge, floor: Floor) -> None:
    """Raises RuntimeError unless ours booked everything, and the floor read as much."""
    expected = ROUNDS * BLOCKS * BLOCK_EVENTS
    with bridge.store.view() as session:
        waiting = inbox.waiting_events(session)
    posted = bridge.port.last_sequence()
    if waiting or posted < expected or floor.transactions != expected:
        raise RuntimeError(
            f"{posted} documents and {waiting} waiting events; the floor read {floor.transactions} of {expected}"
        )


def spent(work: Callable[[], None]) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)
