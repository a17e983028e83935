"""A pass costs what it has to do, however many calls and events went before: no statement of it reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert

from bridge.intents import ATTESTER, InboxStatus, OutboxStatus
from bridge.ring.confirm import RESEND_SECONDS
from bridge.store import lanes
from bridge.store.tables import metadata
from tests.bridge.test_ends import HOUSE, MATCH, Ring, attempt, call, ring
from tests.world import World

__all__ = ["ring"]
# They grow with the history. Their names in statements, and the names that statements give them.
GROWING = (
    "bridge_anchor|bridge_attempt|bridge_commitment|bridge_inbox|bridge_outbox|document_log|journal_entry|journal_line"
    "|earlier|later|sent|other"
)
# SQLite says "SEARCH" without an index of a minimum that it looks for in all rows.
STEPS = 50
FEW, MANY = 20, 4_000
# How calls end, but for those that failed and wait for a person, who is told of each.
OVER = OutboxStatus.CONFIRMED, OutboxStatus.MOOT, OutboxStatus.REFUSED, OutboxStatus.GIVEN_UP
READS_ALL = re.compile(rf"SCAN ({GROWING})\b|SEARCH ({GROWING})$")


@contextmanager
def statements(engine: Engine) -> Iterator[dict[str, list[str]]]:
    """Every statement that runs meanwhile, with what SQLite plans to do for it that reads a whole table that grows."""
    found: dict[str, list[str]] = {}

    def look(
        _conn: Any, cursor: Any, statement: str, given: Any, _context: Any, many: bool
    ) -> None:
        if statement in found or not statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            return
        if "WHERE" not in statement and "LIMIT" in statement:
            return  # the first ones by an index
        plan = cursor.connection.execute(
            f"EXPLAIN QUERY PLAN {statement}", given[0] if many else given
        )
        found[statement] = [each for *_, each in plan if READS_ALL.match(each)]

    event.listen(engine, "after_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(engine, "after_cursor_execute", look)


@contextmanager
def counted_steps(engine: Engine) -> Iterator[list[int]]:
    """How many steps SQLite takes meanwhile, in units of STEPS: they are the same on every machine."""
    count = [0]

    def tick() -> int:
        count[0] += 1
        return 0

    def begin(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(tick, STEPS)

    def end(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(None, STEPS)

    event.listen(engine, "checkout", begin)
    event.listen(engine, "checkin", end)
    try:
        yield count
    finally:
        event.remove(engine, "checkout", begin)
        event.remove(engine, "checkin", end)


def wrong(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {statement: plan for statement, plan in found.items() if plan}


def test_a_plan_that_reads_a_whole_table_is_seen(ring: Ring) -> None:
    with statements(ring.store.engine) as found, ring.store.unit() as session:
        attempt(session, call(session, ring, MATCH, OutboxStatus.SUBMITTED), 5, "0x")
        session.connection().exec_driver_sql("SELECT max(nonce) FROM bridge_attempt")
        session.connection().exec_driver_sql("SELECT id FROM bridge_outbox WHERE reason = 'x'")
        session.connection().exec_driver_sql("SELECT id FROM bridge_outbox WHERE id = 7")
    assert len(wrong(found)) == 2


def test_sending_and_confirming_read_no_whole_table(ring: Ring) -> None:
    with ring.store.unit() as session:
        for number in range(3):
            call(session, ring, f"{MATCH}{number}", OutboxStatus.PENDING, signer=ATTESTER)
        for number, status in enumerate(OutboxStatus):
            row = call(session, ring, f"{MATCH}of {status}", status, signer=ATTESTER)
            attempt(session, row, 5 + number, f"0x{number}", lost=status == OutboxStatus.REVERTED)
    with statements(ring.store.engine) as found:
        for _ in range(4):
            ring.submit.run()
            ring.confirm.run()
            ring.clock.now += 2 * RESEND_SECONDS
        with ring.store.unit() as session:
            lanes.unspent(session, {HOUSE: 5})
            lanes.unmined(session, HOUSE, 5)
            lanes.stranded(session, HOUSE, 5)
            lanes.note_counted(session, {HOUSE: 9}, 70)
            lanes.holder(session, HOUSE, 7)
            session.flush()
    assert len(found) > 20
    assert wrong(found) == {}


@pytest.mark.usefixtures("world")
def test_a_ring_that_books_and_anchors_reads_no_whole_table(world: World) -> None:
    world.settle()
    with statements(world.bridge.store.engine) as found:
        to = world.people["BUYER"].address
        world.people["SUPPLIER"].transact(world.deployment, "SettlementToken", "transfer", to, 5)
        world.settle()
    assert len(found) > 20
    assert wrong(found) == {}


def add_history(world: World, count: int) -> None:
    """So many calls more of each end, each with its transaction, and as many events that were booked."""
    call = {
        **dict.fromkeys(("signer", "contract", "function"), HOUSE),
        **dict.fromkeys(("not_before", "after_sequence", "tries", "try_at", "good_until"), 0),
        "args": "[]",
        "note": "{}",
        "offers": 0,
        "traced": 0,
    }
    sent = {"signer": HOUSE, "raw": "0x", "sent_at": 0.0, "witnessed": True, "lost": False}
    read = {
        **dict.fromkeys(("contract", "event", "block_hash", "body"), ""),
        **dict.fromkeys(("block_number", "block_time", "tx_index", "log_index"), 0),
        "status": InboxStatus.POSTED,
        "retold": 0,
    }
    calls, attempts, events = [], [], []
    for status in OVER:
        for number in range(count):
            name, place = f"old:{status}:{count}:{number}", len(calls) + 1_000 * count
            calls.append({**call, "id": place, "key": name, "aggregate": name, "status": status})
            attempts.append({**sent, "outbox_id": place, "nonce": place, "tx_hash": name})
            events.append({**read, "position": name, "aggregate": name, "tx_hash": name})
    with world.bridge.store.unit() as session:
        for table, rows in (("outbox", calls), ("attempt", attempts), ("inbox", events)):
            session.execute(insert(metadata.tables[f"bridge_{table}"]), rows)


def test_a_quiet_pass_takes_no_more_steps_behind_a_long_history(world: World) -> None:
    def steps_of_a_pass() -> int:
        world.settle()
        with counted_steps(world.bridge.store.engine) as count:
            world.settle_passes(1)
        return count[0]

    add_history(world, FEW)
    few = steps_of_a_pass()
    assert few > 0
    add_history(world, MANY)
    assert steps_of_a_pass() <= 1.2 * few
