"""What poison costs is counted in work of the database, not in time: twice as many poisoned events, twice the work."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlmodel import col

from bridge.errors import PortRefused
from bridge.events import generated as e
from bridge.events.base import Event, Logged
from bridge.intents import InboxStatus
from bridge.ports.port import Document, Instruction
from bridge.ring.dispatch import DISPATCH_BATCH, Dispatch
from bridge.store import inbox, quarantine, schema
from bridge.store.engine import open_engine
from bridge.store.quarantine import ACTS_BATCH, Operator
from bridge.store.store import Store
from bridge.store.tables import Inbox
from tests.databases import PostgresDatabases

OPERATOR = Operator("li", "the party is registered now")
BEHIND = 3  # events behind each poisoned one
FEW, MANY = 1_000, 2_000
TWICE = 2.2  # twice the events, and a little: an index is a level deeper
STEPS = 100  # instructions of SQLite's machine between two counts


@dataclass(frozen=True)
class Made:
    """What a port says that it made of an instruction."""

    number: str


class SickPort:
    """An ERP that refuses some accounts until they are cured, and keeps the origins that it booked."""

    def __init__(self) -> None:
        self.sick: set[str] = set()
        self.booked: list[str] = []

    def apply(self, instructions: Sequence[Instruction], _unit: object) -> list[Document]:
        for index, instruction in enumerate(instructions):
            if instruction.fields["account"] in self.sick:
                raise PortRefused("UnknownAccount: nobody has it", index)
        self.booked += [instruction.origin for instruction in instructions]
        return cast(Any, [Made(f"D-{instruction.origin}") for instruction in instructions])

    def last_sequence(self) -> int:
        return 0


def account(number: int) -> str:
    return f"0x{number:040x}"


def poisoned(count: int) -> list[Logged]:
    """The first event of each account, then a later one of each, and so on: every account is sick."""
    events = [e.ParticipantReinstated(account(n)) for _ in range(1 + BEHIND) for n in range(count)]
    return in_blocks(events)


def in_blocks(events: Sequence[Event], after: int = 0) -> list[Logged]:
    """The events, each in a block of its own."""
    return [
        Logged(one, "Participants", at, f"0x{at:064x}", at, f"0x{at:064x}", 0, 0, 31337)
        for at, one in enumerate(events, start=after + 1)
    ]


@contextmanager
def steps(engine: Engine) -> Iterator[list[int]]:
    """Counts what SQLite's machine does within, in units of STEPS instructions; nothing on another database."""
    counted = [0]
    if engine.dialect.name != "sqlite":
        yield counted
        return

    def count() -> int:
        counted[0] += 1
        return 0

    def watch(raw: Any, _record: object, _proxy: object = None) -> None:
        raw.set_progress_handler(count, STEPS)

    event.listen(engine, "checkout", watch)
    try:
        yield counted
    finally:
        event.remove(engine, "checkout", watch)


def until_quiet(dispatch: Dispatch) -> None:
    while dispatch.run():
        pass


def in_batches(positions: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(positions), ACTS_BATCH):
        yield positions[start : start + ACTS_BATCH]


def parked(store: Store) -> list[str]:
    with store.view() as session:
        return [each.key for each in quarantine.parked_events(session)]


def work_of(engine: Engine, count: int) -> dict[str, int]:
    """What parking, retrying in vain, and curing so many poisoned accounts cost, one after the other."""
    schema.upgrade(engine)
    store, port = Store(engine, lambda: 0.0), SickPort()
    port.sick = {account(n) for n in range(count)}
    dispatch = Dispatch(store, cast(Any, port), 31337, {}, joined=False)
    found: dict[str, int] = {}
    events = poisoned(count)
    with steps(engine) as counted:
        for window in range(0, len(events), 500):
            with store.unit() as session:
                inbox.add_events(session, events[window : window + 500])
            until_quiet(dispatch)
    found["parked"] = counted[0]
    assert len(parked(store)) == count
    with steps(engine) as counted:
        for some in in_batches(parked(store)):
            with store.unit() as session:
                assert quarantine.retry_events(store, session, some, OPERATOR) == list(some)
        until_quiet(dispatch)
    found["retried in vain"] = counted[0]
    assert len(parked(store)) == count
    port.sick.clear()
    with steps(engine) as counted:
        for some in in_batches(parked(store)):
            with store.unit() as session:
                quarantine.retry_events(store, session, some, OPERATOR)
        until_quiet(dispatch)
    found["cured"] = counted[0]
    assert len(port.booked) == len(set(port.booked)) == count * (1 + BEHIND)
    with store.view() as session:
        (status,) = session.scalars(select(col(Inbox.status)).distinct())
        assert status == InboxStatus.POSTED
        assert session.scalar(select(func.count()).select_from(quarantine.OperatorAct)) == 2 * count
    return found


def test_twice_as_many_poisoned_events_cost_twice_the_work_and_no_more() -> None:
    works = []
    for count in (FEW, MANY):
        engine = open_engine("sqlite://")
        works.append(work_of(engine, count))
        engine.dispose()
    few, many = works
    for part, work in few.items():
        assert many[part] <= TWICE * work, f"{part}: {work} for {FEW}, {many[part]} for {MANY}"


@pytest.mark.slow
def test_ten_thousand_cost_ten_times_what_a_thousand_cost() -> None:
    works = []
    for count in (FEW, 10 * FEW):
        engine = open_engine("sqlite://")
        works.append(work_of(engine, count))
        engine.dispose()
    few, many = works
    for part, work in few.items():
        assert many[part] <= 10 * TWICE / 2 * work, f"{part}: {work} and {many[part]}"


# ---- PostgreSQL -------------------------------------------------------------------------------


def pages_of_a_batch(store: Store) -> int:
    """Pages that PostgreSQL touches to find the next batch of good events, by its own account."""
    told: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        told.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    with store.view() as session:
        found = inbox.next_events(session, DISPATCH_BATCH)
    event.remove(store.engine, "before_cursor_execute", note)
    assert [row.event for row in found] == ["ParticipantRegistered"] * DISPATCH_BATCH
    statement, parameters = told[-1]
    with store.engine.connect() as connection:
        explained = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters
        ).scalar_one()
    plan = (explained if isinstance(explained, list) else json.loads(explained))[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def pages_beside(databases: PostgresDatabases, count: int, analyzed: bool) -> int:
    """Pages of a batch of good events in a database where so many aggregates are parked."""
    url = databases.empty()
    engine = open_engine(url)
    schema.upgrade(engine)
    store, port = Store(engine, lambda: 0.0), SickPort()
    port.sick = {account(n) for n in range(count)}
    with store.unit() as session:
        inbox.add_events(session, poisoned(count))
    until_quiet(Dispatch(store, cast(Any, port), 31337, {}, joined=False))
    good = [e.ParticipantRegistered(account(MANY + n), 1) for n in range(2 * DISPATCH_BATCH)]
    with store.unit() as session:
        inbox.add_events(session, in_blocks(good, after=count * (1 + BEHIND)))
    if analyzed:
        with engine.begin() as connection:
            connection.execute(text("ANALYZE bridge_inbox"))
    pages = pages_of_a_batch(store)
    engine.dispose()
    databases.drop(url)
    return pages


@pytest.mark.parametrize("analyzed", [False, True], ids=["sizes unknown", "sizes known"])
def test_on_postgresql_a_batch_costs_the_same_however_much_is_parked(
    postgres_databases: PostgresDatabases, analyzed: bool
) -> None:
    few, many = (pages_beside(postgres_databases, n, analyzed) for n in (FEW // 4, FEW))
    assert many <= 1.5 * few, f"{few} pages beside {FEW // 4} parked, {many} beside {FEW}"


def test_on_postgresql_what_is_cured_is_booked_once_and_every_act_is_kept(postgres_db: str) -> None:
    engine = open_engine(postgres_db)
    work_of(engine, 300)
    engine.dispose()
