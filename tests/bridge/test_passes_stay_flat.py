"""A pass costs what it has to do, however many calls and events went before: no statement of it reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bridge.intents import ATTESTER, OutboxStatus
from bridge.ring.confirm import RESEND_SECONDS
from bridge.store import lanes
from tests.bridge.test_ends import HOUSE, MATCH, Ring, attempt, call, ring
from tests.world import World

__all__ = ["ring"]
# They grow with the history. Their names in statements, and the names that statements give them.
GROWING = (
    "bridge_anchor|bridge_attempt|bridge_commitment|bridge_inbox|bridge_outbox|document_log|journal_entry|journal_line"
    "|earlier|later|sent|other"
)
# SQLite says "SEARCH" without an index of a minimum that it looks for in all rows.
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
            lanes.is_held(session, HOUSE, 7)
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
