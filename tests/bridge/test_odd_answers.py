"""Answers that are well-formed and cannot be true: none of them stops other calls, or leaves something behind for good."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak
from sqlmodel import select

from bridge.capabilities import CALLS
from bridge.chain import wire
from bridge.chain.artifact import artifact
from bridge.chain.decode import ErrorDecoder, signature
from bridge.chain.rpc import MESSAGE_MAX, RpcError
from bridge.chain.wire import Receipt
from bridge.errors import CallRefused, NodeIncomplete
from bridge.intents import KEEPER, Call, OutboxStatus
from bridge.ring.confirm import RESEND_SECONDS
from bridge.ring.reorganise import MOOT_THERE
from bridge.ring.submit import DOUBT_SECONDS
from bridge.store import reorganising
from bridge.store.tables import Attempt
from tests.bridge.test_ends import (
    MATCH,
    TENDER,
    Ring,
    attempt,
    call,
    ring,
)
from tests.bridge.test_wire import BLOCK, RECEIPT

__all__ = ["ring"]

STRING = keccak(b"Error(string)")[:4]
A_STRING = (32).to_bytes(32, "big") + (4).to_bytes(32, "big")
(ERROR,) = [e for e in artifact("PurchaseOrders").abi if e.get("name") == "Room_TooEarly"]
TOO_EARLY = keccak(signature(ERROR).encode())[:4]
LATER = next(f"{kind}:X-1" for kind, made in CALLS.items() if made[0].later_by and not made[0].what)


def quiet() -> Call:
    """A call whose event is not read."""
    return Call("withdrawal", "order:1", KEEPER, "DirectOrders", "withdrawSignature", ())


# ---- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [TOO_EARLY, TOO_EARLY + bytes(10), STRING, STRING + A_STRING + b"\xff\xfe\x00\x01" + bytes(28)],
    ids=["no arguments", "half an argument", "no text", "no utf-8"],
)
def test_revert_data_that_is_cut_off_or_no_text_is_a_refusal_like_others(data: bytes) -> None:
    """A firm's account that is a contract, or a node, reverts with what it likes: submit and confirm would end on it."""
    name, details, values = ErrorDecoder().decode(data)
    assert (name, details, values) == ("Reverted", "0x" + data.hex(), ())
    assert ErrorDecoder().decode(data, "execution reverted")[1] == "execution reverted"


@pytest.mark.parametrize("message", ["", "no\0"])
def test_a_reason_has_nothing_that_a_database_does_not_keep(message: str) -> None:
    data = STRING + A_STRING + b"no\0!" + bytes(28) if not message else b""
    assert "\0" not in ErrorDecoder().decode(data, message)[1]


@pytest.mark.parametrize(
    "error", [{"message": "no\0!"}, "no\0!", {"message": "x" * 10**6}, ["x" * 10**6]]
)
def test_trouble_of_a_node_has_nothing_that_a_database_does_not_keep(error: object) -> None:
    """What a node could not try keeps its words with the call, in the transaction of all calls."""
    said = RpcError("eth_call", error)
    assert "\0" not in str(said)
    assert "\0" not in said.message
    assert len(str(said)) < MESSAGE_MAX + 100


@pytest.mark.parametrize("later", [10_000_000_000, 2**255], ids=["in centuries", "no time at all"])
def test_a_call_that_a_node_falsely_puts_off_for_ever_leaves_within_the_hour(
    ring: Ring, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    monkeypatch.setattr(ring.submit, "_objection", lambda _row: None)
    (error, place), *_ = CALLS[LATER.partition(":")[0]][0].later_by.items()
    refusal = CallRefused(error, "", (*(0,) * place, later))
    ring.node.verdict = lambda tried: refusal if tried[3] == ["late"] else None
    with ring.store.unit() as session:
        call(session, ring, LATER, OutboxStatus.PENDING).args = '["late"]'
        call(session, ring, MATCH, OutboxStatus.PENDING)
    ring.submit.run()
    assert ring.row(MATCH).status == OutboxStatus.SUBMITTED
    assert ring.row(LATER).status == OutboxStatus.PENDING
    ring.node.verdict = lambda _: None
    ring.submit.run()
    assert ring.row(LATER).status == OutboxStatus.PENDING  # its time is not looked at on each pass
    with ring.store.unit() as session:
        ring.store.cursor(session).block_time += 3_600
    ring.submit.run()
    assert ring.row(LATER).status == OutboxStatus.SUBMITTED


def test_a_refused_call_is_doubted_although_the_clock_went_back_since(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring.submit, "_objection", lambda _row: None)
    ring.clock.now += 365 * 86_400
    ring.node.verdict = lambda _: CallRefused("Tenders_Unknown", "")
    with ring.store.unit() as session:
        call(session, ring, TENDER, OutboxStatus.PENDING)
    ring.submit.run()
    assert ring.row(TENDER).status == OutboxStatus.REFUSED
    ring.clock.now -= 365 * 86_400
    ring.node.verdict = lambda _: None
    ring.clock.now += DOUBT_SECONDS[-1]
    ring.submit.run()
    assert ring.row(TENDER).status == OutboxStatus.SUBMITTED


# What brings money home, and is done once and for all.
BRINGS_MONEY = {
    ("Receivables", "pay"),
    ("BetContracts", "voidBet"),
    ("BetContracts", "settleBet"),
    ("CapacityMarket", "settle"),
    ("ForceMajeure", "applyDeclaration"),
}
KEYS = {
    f"{kind}:X-1": asks
    for kind, made in CALLS.items()
    for asks in made
    if not asks.what and not asks.by_person
}


@pytest.mark.parametrize(
    "key", [key for key, asks in KEYS.items() if (asks.contract, asks.function) in BRINGS_MONEY]
)
def test_one_false_answer_that_money_is_home_already_leaves_it_nowhere(
    ring: Ring, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(ring.submit, "_objection", lambda _row: None)
    ring.node.verdict = lambda _: CallRefused(min(KEYS[key].moot_on), "")
    with ring.store.unit() as session:
        row = call(session, ring, key, OutboxStatus.PENDING)
        row.contract, row.function = KEYS[key].contract, KEYS[key].function
    ring.submit.run()
    assert ring.row(key).status == OutboxStatus.MOOT
    ring.node.verdict = lambda _: None
    ring.clock.now += DOUBT_SECONDS[0]
    ring.submit.run()
    assert ring.row(key).status == OutboxStatus.SUBMITTED


def test_after_a_reorganisation_an_end_that_does_not_last_is_asked_about_too(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring.submit, "_objection", lambda _row: None)
    key = next(key for key, asks in KEYS.items() if asks.moot_on and not asks.lasts)
    asks = KEYS[key]
    with ring.store.unit() as session:
        row = call(session, ring, key, OutboxStatus.MOOT, reason=min(asks.moot_on))
        row.contract, row.function = asks.contract, asks.function
        reorganising.doubt(ring.store, session, MOOT_THERE)
    ring.submit.run()
    assert ring.row(key).status == OutboxStatus.SUBMITTED


# ---- receipts -----------------------------------------------------------------------------------


def test_a_call_without_an_event_that_a_node_says_was_mined_jams_no_lane(ring: Ring) -> None:
    """No event witnesses it, so the count of transactions has to: what follows waits behind its nonce for ever."""
    with ring.store.unit() as session:
        opened = ring.store.add_call(session, quiet(), None)
        opened.status = OutboxStatus.SUBMITTED
        session.flush()
        attempt(session, opened, 5, "opens")
        attempt(session, call(session, ring, MATCH, OutboxStatus.SUBMITTED), 6, "follows")
        key = opened.key
        for each in session.scalars(select(Attempt)):
            each.sent_at = ring.clock.now  # just now: nobody is overdue
    ring.node.receipts_of["opens"] = Receipt("opens", 50, 0, 1, 1, 1, b"", ())
    ring.confirm.run()
    assert ring.row(key).status == OutboxStatus.CONFIRMED
    ring.node.receipts_of.clear()  # another node is asked from now on
    ring.clock.now += RESEND_SECONDS + 1
    ring.confirm.run()
    assert ring.row(key).status == OutboxStatus.SUBMITTED
    assert "raw opens" in ring.node.sent


def test_a_call_without_an_event_that_is_counted_as_mined_stays_confirmed(ring: Ring) -> None:
    with ring.store.unit() as session:
        opened = ring.store.add_call(session, quiet(), None)
        opened.status = OutboxStatus.CONFIRMED
        session.flush()
        attempt(session, opened, 4, "opens")
        attempt(session, call(session, ring, MATCH, OutboxStatus.SUBMITTED), 6, "follows")
        key = opened.key
    ring.clock.now += RESEND_SECONDS + 1
    ring.confirm.run()
    assert ring.row(key).status == OutboxStatus.CONFIRMED


# ---- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["blockNumber", "gasUsed"])
def test_a_receipt_with_a_number_that_no_database_keeps_is_an_incomplete_answer(name: str) -> None:
    with pytest.raises(NodeIncomplete, match="at most"):
        wire.receipt({**RECEIPT, name: hex(2**63)})


@pytest.mark.parametrize("name", ["number", "timestamp"])
def test_a_block_with_a_number_that_no_database_keeps_is_an_incomplete_answer(name: str) -> None:
    with pytest.raises(NodeIncomplete, match="at most"):
        wire.header({**BLOCK, name: hex(2**63)})


def test_difficulty_and_gas_of_a_block_may_be_as_great_as_a_header_writes_them() -> None:
    header = wire.header({**BLOCK, "difficulty": hex(2**200), "gasLimit": hex(2**64 - 1)})
    assert (header.fields[7], header.gas_limit) == ((2**200).to_bytes(26, "big"), 2**64 - 1)
