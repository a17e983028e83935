"""Blocks with a parked event leave the chain: what had been set aside because of it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import select
from sqlmodel import col

from bridge.events import generated as e
from bridge.events.base import Logged
from bridge.intents import InboxStatus, ReorganisationStatus
from bridge.store import inbox, reorganising, schema
from bridge.store.engine import open_engine
from bridge.store.inbox import Outcome
from bridge.store.store import Store
from bridge.store.tables import Cursor, Inbox, Reorganisation
from tests.bridge.test_poison_cost import account, in_blocks

FIRST, PARKED, LATER = in_blocks([e.ParticipantReinstated(account(1))] * 3)


@pytest.fixture
def store() -> Iterator[Store]:
    """A bridge's tables with a booked event of an account, and a parked one behind it."""
    engine = open_engine("sqlite://")
    schema.upgrade(engine)
    made = Store(engine, lambda: 7.0)
    with made.unit() as session:
        session.add(
            Cursor(
                id=1, block_number=PARKED.block_number, block_hash=PARKED.block_hash,
                block_time=PARKED.block_time, document_sequence=0,
            )
        )  # fmt: skip
        inbox.add_events(session, [FIRST, PARKED])
    with made.unit() as session:
        booked = Outcome(FIRST.position, InboxStatus.POSTED, document_number="D-1")
        inbox.mark_events(
            session, [booked, Outcome(PARKED.position, InboxStatus.QUARANTINED, "no")]
        )
    yield made
    engine.dispose()


def leave(store: Store, common: Logged, voided: Sequence[str] = ()) -> None:
    """All that was read after a block has left the chain; the ERP has voided these documents."""
    with store.unit() as session:
        cursor = store.cursor(session)
        row = Reorganisation(
            found_at=1, common_block=common.block_number, common_hash=common.block_hash,
            left_block=cursor.block_number, left_hash=cursor.block_hash, new_hash="0x" + "ab" * 32,
            new_time=1, status=ReorganisationStatus.FOUND,
        )  # fmt: skip
        reorganising.take_out(store, session, row)
        reorganising.finish(session, row, "REO-1", voided, [])


def read(store: Store, event: Logged) -> None:
    """The bridge reads the block of an event."""
    with store.unit() as session:
        inbox.add_events(session, [event])
        cursor = store.cursor(session)
        cursor.block_number, cursor.block_hash = event.block_number, event.block_hash


def statuses_of(store: Store) -> list[str]:
    with store.view() as session:
        return list(session.scalars(select(col(Inbox.status)).order_by(col(Inbox.position))))


def test_an_event_that_is_told_again_does_not_wait_for_ever_behind_a_parked_one_that_is_gone(
    store: Store,
) -> None:
    read(store, LATER)
    leave(store, PARKED, ["D-1"])  # the first event stands, and is to be booked anew
    assert statuses_of(store) == [InboxStatus.FINAL, InboxStatus.QUARANTINED]
    read(store, LATER)
    assert statuses_of(store)[1:] == [InboxStatus.QUARANTINED, InboxStatus.WAITING]
    leave(store, FIRST)
    assert statuses_of(store) == [InboxStatus.FINAL]
    with store.view() as session:
        assert [row.position for row in inbox.next_events(session, 10)] == [FIRST.position]
