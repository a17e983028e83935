"""The lanes: the lowest slot first, every lane in turn, no gap unseen."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bridge.intents import Call, OutboxStatus
from bridge.ring.confirm import CONFIRM_BATCH
from bridge.store import lanes
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

ALICE, BOB = "0x" + "aa" * 20, "0x" + "bb" * 20


def attempt(
    store: Store, session: Session, signer: str, nonce: int, *, lost: bool = False,
    status: str = OutboxStatus.SUBMITTED,
) -> Outbox:  # fmt: skip
    """An intent with one transaction of a signer at a nonce."""
    key = f"{signer[2:4]}:{nonce}:{lost}"
    call = Call(key=key, aggregate=key, signer=signer, contract="C", function="f", args=())
    row = store.add_call(session, call, None)
    row.status = status
    session.flush()
    session.add(
        Attempt(outbox_id=row.id, signer=signer, nonce=nonce, tx_hash=key, raw="0x", lost=lost)
    )
    session.flush()
    return row


def free(session: Session, signer: str, mined: int, count: int = 1) -> list[int]:
    """The next free slots of a lane."""
    slots = lanes.Slots(session, signer, mined)
    return [slots.take() for _ in range(count)]


def test_the_lowest_free_slots_are_next(store: Store) -> None:
    with store.unit() as session:
        assert free(session, ALICE, 5, 2) == [5, 6]
        for nonce in (5, 6, 8):
            attempt(store, session, ALICE, nonce)
        assert free(session, ALICE, 5, 3) == [7, 9, 10]
        attempt(store, session, ALICE, 7)
        assert free(session, ALICE, 5) == [9]
        assert free(session, ALICE, 7) == [9]
        assert free(session, ALICE, 20) == [20]
        assert free(session, BOB, 0) == [0]


def test_slots_that_were_given_back_are_taken_again_lowest_first(store: Store) -> None:
    with store.unit() as session:
        attempt(store, session, ALICE, 6)
        slots = lanes.Slots(session, ALICE, 5)
        assert [slots.take() for _ in range(4)] == [5, 7, 8, 9]
        slots.give_back([7, 5])
        assert [slots.take() for _ in range(3)] == [5, 7, 10]


def test_a_lane_that_somebody_else_used_is_foreign_and_one_never_used_is_not(store: Store) -> None:
    with store.unit() as session:
        assert not lanes.Slots(session, ALICE, 7).foreign
        attempt(store, session, ALICE, 5)
        assert not lanes.Slots(session, ALICE, 6).foreign
        assert lanes.Slots(session, ALICE, 7).foreign


def test_a_lost_attempt_holds_no_slot_and_two_never_hold_one(store: Store) -> None:
    with store.unit() as session:
        attempt(store, session, ALICE, 5, lost=True)
        assert free(session, ALICE, 5) == [5]
        attempt(store, session, ALICE, 5)
        row = attempt(store, session, ALICE, 6)
        session.add(Attempt(outbox_id=row.id, signer=ALICE, nonce=5, tx_hash="other", raw="0x"))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_a_lane_that_is_not_mined_keeps_nobody_else_waiting(store: Store) -> None:
    with store.unit() as session:
        for nonce in range(300):
            attempt(store, session, ALICE, nonce)
        attempt(store, session, BOB, 0)
        attempt(store, session, BOB, 1)
        found = [(each.signer, each.nonce) for each in lanes.lowest(session, 5)]
    assert found == [(ALICE, 0), (BOB, 0), (ALICE, 1), (BOB, 1), (ALICE, 2)]


def test_more_lanes_that_are_never_mined_than_one_look_takes_keep_no_other_waiting(
    store: Store,
) -> None:
    """Accounts whose transactions no node takes: they are sent again and again, and were looked at first each time."""
    never = [f"0x{number:040x}" for number in range(CONFIRM_BATCH)]
    with store.unit() as session:
        for nonce, signer in enumerate([*never, BOB]):
            attempt(store, session, signer, nonce)
        first = [each for _, each in lanes.pairs(session, lanes.lowest(session, CONFIRM_BATCH))]
        assert [each.signer for each in first] == never
        for each in first:
            each.sent_at = 7.0  # sent again
        session.flush()
        assert lanes.lowest(session, CONFIRM_BATCH)[0].signer == BOB


def test_an_intent_that_ended_since_it_was_looked_at_is_not_asked_about(store: Store) -> None:
    with store.unit() as session:
        ended, waits = (attempt(store, session, ALICE, nonce) for nonce in (0, 1))
        seen = lanes.lowest(session, 5)
        ended.status = OutboxStatus.CONFIRMED
        session.flush()
        assert [row.id for row, _ in lanes.pairs(session, seen)] == [waits.id]


def test_what_is_under_way_is_counted_by_signer(store: Store) -> None:
    with store.unit() as session:
        attempt(store, session, ALICE, 0, status=OutboxStatus.CONFIRMED)
        attempt(store, session, ALICE, 1)
        attempt(store, session, ALICE, 2, lost=True)
        assert lanes.in_flight(session, {ALICE, BOB}) == {ALICE: 1, BOB: 0}


def mined(store: Store, session: Session, signer: str, nonce: int, block: int, at: float) -> None:
    """An intent whose transaction was sent at this time, and mined in this block, as a node says."""
    row = attempt(store, session, signer, nonce)
    (its,) = lanes.by_hashes(session, [row.key]).values()
    its.block_number, its.sent_at = block, at
    session.flush()


def test_what_waits_to_be_final_takes_no_room_of_what_waits_to_be_mined(store: Store) -> None:
    with store.unit() as session:
        for nonce in range(10):
            mined(store, session, ALICE, nonce, block=7, at=100.0)
        assert lanes.all_in_flight(session) == {ALICE: 1}, "of ten said to be mined one counts"
        for nonce in range(10, 13):
            attempt(store, session, ALICE, nonce)
        assert lanes.all_in_flight(session) == {ALICE: 3}


def test_a_node_that_calls_everything_mined_does_not_fill_a_lane_without_end(store: Store) -> None:
    with store.unit() as session:
        for nonce in range(16 * lanes.FINAL_LATER_TIMES):
            mined(store, session, ALICE, nonce, block=7, at=100.0)
        assert lanes.in_flight(session, {ALICE}) == {ALICE: 16}


def test_nobody_is_asked_about_what_waits_to_be_final_until_it_is_or_a_minute_has_gone_by(
    store: Store,
) -> None:
    with store.unit() as session:
        for nonce, (block, at) in enumerate([(5, 100.0), (6, 100.0), (9, 100.0), (10, 100.0)]):
            mined(store, session, ALICE, nonce, block, at)
        mined(store, session, ALICE, 4, 8, at=39.0)
        attempt(store, session, ALICE, 5)
        not_final = lanes.NotFinal(range(6, 10), since=40.0)
        found = sorted(each.nonce for each in lanes.lowest(session, 9, not_final))
        assert found == [0, 3, 4, 5]
        assert len(lanes.lowest(session, 9)) == 6


def test_lost_bytes_in_a_gap_are_found_and_those_of_spent_or_held_slots_are_not(
    store: Store,
) -> None:
    with store.unit() as session:
        attempt(store, session, ALICE, 3, lost=True, status=OutboxStatus.REVERTED)  # spent
        attempt(store, session, ALICE, 4, lost=True, status=OutboxStatus.REVERTED)
        attempt(store, session, ALICE, 5, lost=True, status=OutboxStatus.MOOT)
        attempt(store, session, ALICE, 5)
        assert [each.nonce for each in lanes.unspent(session, {ALICE: 4})] == [4]
        assert [each.nonce for each in lanes.failed(session, 9)] == [3, 4]


def test_only_a_lane_with_a_gap_has_a_stranded_transaction(store: Store) -> None:
    with store.unit() as session:
        assert lanes.stranded(session, ALICE, 0) is None
        attempt(store, session, ALICE, 4)
        attempt(store, session, ALICE, 5)
        assert lanes.stranded(session, ALICE, 4) is None
        behind = lanes.stranded(session, ALICE, 3)
        assert behind is not None
        assert behind.nonce == 4
