"""Nobody waits for ever: whoever is frozen freezes no clerk, and a clerk is told to come again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text

from erp import database, rooms
from erp.database import open_engine, snapshot, transaction, upgrade
from erp.kernel.errors import Retryable
from erp.payments.schemas import ContributeCapital
from tests.databases import writer_at_work
from tests.erp.world import World

ON_POSTGRESQL = "SQLite has no server that could cut anybody off"

Bounded = Callable[..., Engine]


@pytest.fixture
def bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bounded]:
    """Opens the world's database with other bounds."""
    opened: list[Engine] = []

    def reopen(**bounds: int) -> Engine:
        for name, value in bounds.items():
            monkeypatch.setattr(database, name, value)
        opened.append(open_engine(world.engine.url.render_as_string(hide_password=False)))
        return opened[-1]

    yield reopen
    for engine in opened:
        engine.dispose()


def capital(engine: Engine, amount: int = 1) -> None:
    World(engine).do(ContributeCapital(entity="buyer", amount_minor=amount))


def capitals(world: World) -> list[int]:
    return [made.fields["amount_minor"] for made in world.log() if made.type == "capital"]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def test_a_clerk_is_told_to_come_again_while_another_holds_the_log(
    world: World, bounded: Bounded
) -> None:
    impatient = bounded(BUSY_TIMEOUT_MS=100, LOCK_TIMEOUT_MS=100)
    before = capitals(world)
    with (
        writer_at_work(world.engine),
        within(database.LOCK_TIMEOUT_MS / 1_000 + 4),
        pytest.raises(Retryable, match="busy"),
    ):
        capital(impatient)
    assert capitals(world) == before
    capital(impatient)
    assert capitals(world) == [*before, 1]


@pytest.mark.postgresql(ON_POSTGRESQL)
def test_a_program_frozen_within_a_transaction_lets_go_of_the_log(
    world: World, bounded: Bounded
) -> None:
    frozen, before = bounded(IDLE_TIMEOUT_MS=200), capitals(world)

    def freeze() -> None:
        with transaction(frozen) as session:
            World(frozen).tell(session, ContributeCapital(entity="buyer", amount_minor=2))
            with within(database.LOCK_TIMEOUT_MS / 1_000):
                capital(world.engine, 3)  # waits until the server has cut the frozen one off

    with pytest.raises(Retryable, match="idle-in-transaction"):
        freeze()
    assert capitals(world) == [*before, 3]


@pytest.mark.postgresql(ON_POSTGRESQL)
def test_a_statement_beyond_its_bound_is_broken_off_and_can_be_tried_again(
    bounded: Bounded,
) -> None:
    engine = bounded(STATEMENT_TIMEOUT_MS=100)
    with pytest.raises(Retryable, match="statement timeout"), transaction(engine) as session:
        session.execute(text("SELECT pg_sleep(5)"))


@pytest.mark.postgresql(ON_POSTGRESQL)
def test_audit_replay_and_export_read_beyond_the_bounds_of_clerks(bounded: Bounded) -> None:
    engine = bounded(STATEMENT_TIMEOUT_MS=100, IDLE_TIMEOUT_MS=100)
    with snapshot(engine) as session:
        session.execute(text("SELECT pg_sleep(0.3)"))
        time.sleep(0.3)  # the replay of a page
        assert session.scalar(text("SELECT current_setting('statement_timeout')")) == "15min"
    with transaction(engine) as session:
        assert session.scalar(text("SELECT current_setting('statement_timeout')")) == "100ms"


@pytest.mark.postgresql(ON_POSTGRESQL)
def test_migrations_have_the_time_they_need_and_wait_for_no_lock_of_clerks(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def look(connection: Connection) -> None:
        seen.extend(
            str(connection.scalar(text(f"SELECT current_setting('{name}')")))
            for name in ("statement_timeout", "lock_timeout")
        )

    monkeypatch.setattr(rooms, "seed", look)
    upgrade(engine)
    assert seen == ["15min", "5s"]


def test_a_pool_without_a_free_connection_is_retryable(world: World, bounded: Bounded) -> None:
    engine = bounded(POOL_SIZE=1, POOL_OVERFLOW=0, POOL_TIMEOUT_SECONDS=0)
    with transaction(engine) as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(Retryable, match="limit"):
            World(engine).log()


@pytest.mark.postgresql("SQLite's bounds are no part of its URL")
def test_bounds_in_the_url_come_before_our_own(world: World) -> None:
    url = world.engine.url.update_query_dict({"options": "-c lock_timeout=77 -c geqo=off"})
    engine = open_engine(url.render_as_string(hide_password=False))
    with engine.connect() as connection:
        told = [
            connection.scalar(text(f"SELECT current_setting('{name}')"))
            for name in ("lock_timeout", "geqo", "statement_timeout")
        ]
    assert told == ["77ms", "off", "30s"]
    engine.dispose()


def test_readers_wait_for_nobody(world: World, bounded: Bounded) -> None:
    engine = bounded(BUSY_TIMEOUT_MS=100, LOCK_TIMEOUT_MS=100)
    with writer_at_work(world.engine), snapshot(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM document_log"))
