"""What is set aside behind a parked event is lifted with it, also when both happen at the same moment on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bridge.events import generated as e
from bridge.intents import InboxStatus
from bridge.store import inbox, quarantine, schema
from bridge.store.engine import open_engine
from bridge.store.inbox import Outcome
from bridge.store.quarantine import Operator
from bridge.store.store import Store
from bridge.store.tables import Inbox
from tests.bridge.test_poison_cost import account, in_blocks

BY = Operator("li", "registered")
BEGUN_SECONDS = 0.5  # until the second of two that meet has surely begun


@pytest.fixture
def store(postgres_db: str) -> Iterator[Store]:
    """A bridge's tables on PostgreSQL with one parked event."""
    engine = open_engine(postgres_db)
    schema.upgrade(engine)
    made = Store(engine, lambda: 0.0)
    with made.unit() as session:
        inbox.add_events(session, EVENTS[:1])
    with made.unit() as session:
        inbox.mark_events(session, [Outcome(FIRST, InboxStatus.QUARANTINED, "no")])
    yield made
    engine.dispose()


EVENTS = in_blocks([e.ParticipantReinstated(account(1))] * 2)
FIRST = EVENTS[0].position


def arrive(store: Store, hold: Callable[[], None]) -> None:
    with store.unit() as session:
        inbox.add_events(session, EVENTS[1:])
        hold()


def retry(store: Store, hold: Callable[[], None]) -> None:
    with store.unit() as session:
        quarantine.retry_events(store, session, [FIRST], BY)
        hold()


@pytest.mark.parametrize(("first", "second"), [(arrive, retry), (retry, arrive)])
def test_an_event_that_arrives_while_an_operator_retries_does_not_wait_for_ever(
    store: Store,
    first: Callable[[Store, Callable[[], None]], None],
    second: Callable[[Store, Callable[[], None]], None],
) -> None:
    inside, over = threading.Event(), threading.Event()

    def hold() -> None:
        inside.set()
        assert over.wait(5)

    one = threading.Thread(target=first, args=(store, hold))
    other = threading.Thread(target=second, args=(store, lambda: None))
    one.start()
    assert inside.wait(5)
    other.start()
    other.join(BEGUN_SECONDS)  # it ends, or waits for the first
    over.set()
    one.join(5)
    other.join(5)
    assert statuses_of(store) == [InboxStatus.FINAL, InboxStatus.FINAL]


@pytest.fixture
def small() -> Iterator[Store]:
    """A bridge's tables on SQLite with two events of one account."""
    engine = open_engine("sqlite://")
    schema.upgrade(engine)
    made = Store(engine, lambda: 7.0)
    with made.unit() as session:
        inbox.add_events(session, EVENTS)
    yield made
    engine.dispose()


def statuses_of(store: Store) -> list[str]:
    with store.view() as session:
        return list(session.scalars(select(col(Inbox.status)).order_by(col(Inbox.position))))


def test_no_event_overtakes_a_parked_one_even_where_nothing_was_set_aside(small: Store) -> None:
    with small.unit() as session:
        planted = update(Inbox).where(col(Inbox.position) == FIRST)
        session.execute(planted.values(status=InboxStatus.QUARANTINED))
    assert statuses_of(small) == [InboxStatus.QUARANTINED, InboxStatus.FINAL]
    with small.view() as session:
        assert inbox.next_events(session, 10) == []
        assert inbox.waiting_events(session) == 0


def test_what_the_bridge_itself_tells_again_is_written_down_as_its_own_act(small: Store) -> None:
    with small.unit() as session:
        inbox.mark_events(session, [Outcome(FIRST, InboxStatus.QUARANTINED, "no party")])
    assert statuses_of(small) == [InboxStatus.QUARANTINED, InboxStatus.WAITING]
    with small.unit() as session:
        quarantine.tell_again(small, session, [account(2)])
    assert statuses_of(small)[0] == InboxStatus.QUARANTINED
    with small.unit() as session:
        quarantine.tell_again(small, session, [account(1)])
    assert statuses_of(small) == [InboxStatus.FINAL, InboxStatus.FINAL]
    with small.view() as session:
        (act,) = quarantine.acts_of(session, FIRST)
    assert (act.who, act.act, act.at) == ("the bridge", "retried", 7)
    assert (act.reason, act.what) == ("no party", "Participants.ParticipantReinstated")
