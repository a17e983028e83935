"""The bridge's memory: calls of one aggregate go out one after the other, events are stored once, one daemon at a time."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from bridge.errors import AlreadyRunning
from bridge.intents import ATTESTER, PUT_OFF_SECONDS_MAX, Call, OutboxStatus
from bridge.operator.status import is_quiet
from bridge.store import inbox, schema
from bridge.store.lock import sole_daemon
from bridge.store.tables import Hold, Outbox
from erp.database import open_engine
from tests.world import World

NOW = 1_000


def call(key: str, aggregate: str, function: str = "receiveDelivery", not_before: int = 0) -> Call:
    return Call(key, aggregate, ATTESTER, "PurchaseOrders", function, (1,), not_before)


@pytest.fixture
def calls(world: World) -> dict[str, int]:
    """Two aggregates with two calls each; ids by key."""
    wanted = [
        call("a1", "a"),
        call("b1", "b"),
        call("a2", "a"),
        call("b2", "b", not_before=NOW + 1),
    ]
    with world.bridge.store.unit() as session:
        rows = [world.bridge.store.add_call(session, one, None) for one in wanted]
        session.flush()
        return {row.key: row.id or 0 for row in rows}


def due(world: World, at: int = NOW, limit: int = 10) -> list[str]:
    with world.bridge.store.view() as session:
        keys = [row.key for row in world.bridge.store.due_calls(session, at, limit)]
    return [key for key in keys if key in ("a1", "a2", "b1", "b2", "pay", "later")]


def end(world: World, ids: dict[str, int], key: str, status: OutboxStatus) -> None:
    with world.bridge.store.unit() as session:
        row = session.get(Outbox, ids[key])
        assert row is not None
        row.status = status


def test_only_the_first_of_each_aggregate_is_due(world: World, calls: dict[str, int]) -> None:
    assert due(world) == ["a1", "b1"]
    assert due(world, limit=1) == ["a1"]


@pytest.mark.parametrize(
    "stuck", [OutboxStatus.SUBMITTED, OutboxStatus.REFUSED, OutboxStatus.REVERTED]
)
def test_what_is_not_done_blocks_what_follows_of_its_aggregate_alone(
    world: World, calls: dict[str, int], stuck: OutboxStatus
) -> None:
    end(world, calls, "a1", stuck)
    assert due(world) == ["b1"]


@pytest.mark.parametrize("done", [OutboxStatus.CONFIRMED, OutboxStatus.MOOT])
def test_what_is_done_lets_the_next_one_go(
    world: World, calls: dict[str, int], done: OutboxStatus
) -> None:
    end(world, calls, "a1", done)
    end(world, calls, "b1", done)
    assert due(world) == ["a2"]
    assert due(world, at=NOW + 1) == ["a2", "b2"]


def test_a_hold_keeps_back_the_payment_and_nothing_else(world: World) -> None:
    with world.bridge.store.unit() as session:
        world.bridge.store.add_call(session, call("pay", "order:1", "acceptDelivery"), None)
        world.bridge.store.add_call(session, call("later", "order:2", "acceptDelivery"), None)
        session.add(Hold(aggregate="order:1", reason="disputed", held_at=0))
    assert due(world) == ["later"]
    with world.bridge.store.unit() as session:
        world.bridge.store.replace_holds(session, {})
    assert due(world) == ["pay", "later"]


def test_a_business_key_is_used_once(world: World, calls: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), world.bridge.store.unit() as session:
        world.bridge.store.add_call(session, call("a1", "c"), None)


def test_an_event_is_stored_once(world: World) -> None:
    first = next(
        world.bridge.scanner.windows(world.deployment.start_block, world.status()["block"], None)
    )
    before = world.status()["inbox"]
    with pytest.raises(IntegrityError), world.bridge.store.unit() as session:
        inbox.add_events(session, first.events)
    assert world.status()["inbox"] == before


def test_a_second_daemon_on_the_same_sqlite_file_is_refused(world: World) -> None:
    other = open_engine(world.db)
    with sole_daemon(world.bridge.store.engine), pytest.raises(AlreadyRunning), sole_daemon(other):
        pass
    with sole_daemon(other):
        pass
    other.dispose()


def test_equal_alarms_are_counted_on_one_row(world: World) -> None:
    for _ in range(3):
        world.bridge.store.raise_alarm("send", "no" * 1_000)
    (alarm,) = world.status()["alarms"]
    assert alarm["times"] == 3
    assert len(alarm["message"]) == 500


def test_a_reverted_requisition_can_be_made_anew(world: World) -> None:
    """Its transaction was mined and failed, since a record changed between the trial and the block."""
    world.issue()
    world.bridge.report.run()
    with world.bridge.store.unit() as session:
        row = session.scalar(select(Outbox).where(col(Outbox.function) == "openTender"))
        assert row is not None
        key, row.status, row.reason = (
            row.key,
            OutboxStatus.REVERTED,
            "Participants_ObligationsPaused",
        )
    world.settle()
    assert [one["key"] for one in world.status()["stuck"]] == [key]
    assert world.retry(key) == OutboxStatus.PENDING
    world.settle()
    assert len(world.documents("tender")) == 1
    world.assert_nothing_waits()


@pytest.mark.parametrize("waits", ["for its anchor", "put off"])
def test_a_call_that_goes_on_by_itself_is_not_quiet(world: World, waits: str) -> None:
    world.settle()
    head, newest = world.status()["head"], world.bridge.port.last_sequence()
    assert is_quiet(world.bridge.store, head, newest)
    call = Call("k", "k", world.people["BUYER"].address, "Tenders", "award", ())
    with world.bridge.store.unit() as session:
        row = world.bridge.store.add_call(session, call, None)
        if waits == "put off":
            row.try_at = world.clock() + PUT_OFF_SECONDS_MAX / 2
        else:
            row.after_sequence = newest + 1
    assert not is_quiet(world.bridge.store, head, newest)


def test_two_bridges_that_start_at_once_on_a_new_database_make_its_tables_one_after_the_other(
    postgres_db: str,
) -> None:
    """Both found no tables and made them: the later one ended, with the words of an operator's mistake."""
    engine = open_engine(postgres_db)
    other = threading.Thread(target=schema.upgrade, args=(engine,))
    with engine.connect() as first:
        first.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": schema.UPGRADE_LOCK})
        other.start()
        other.join(0.5)
        assert other.is_alive()
        assert schema.is_new(engine)
    other.join()
    assert schema.is_current(engine)
    engine.dispose()
