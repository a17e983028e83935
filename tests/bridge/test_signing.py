"""A batch of calls is signed together: no gap in a lane, no signature without its row, and each refusal on its own call."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import Session, select

from bridge.chain.unsigned import Signed
from bridge.errors import BridgeError, ForbiddenCall, SignerRefused, SignerUnavailable
from bridge.intents import Call, OutboxStatus
from bridge.ring.signing import SIGNING_SECONDS, Signing
from bridge.store.store import Store
from bridge.store.tables import Attempt, Outbox

ALICE, BOB = "0x" + "aa" * 20, "0x" + "bb" * 20


class Keys:
    """Whoever holds the keys: what he does with a content that has a name of `trouble` in it, and what he was asked."""

    def __init__(self, at_once: int, trouble: dict[str, BridgeError]) -> None:
        self.accounts = SimpleNamespace(key_of=lambda signer: signer)
        self._at_once = at_once
        self._trouble = trouble
        self.asked: list[list[bytes]] = []

    def at_once(self, _key: str) -> int:
        return self._at_once

    def unsigned(self, nonce: int, tried: tuple[Any, ...]) -> bytes:
        return f"{tried[0]}:{nonce}:{tried[1]}".encode()

    def sign_all(self, _key: str, contents: Sequence[bytes]) -> list[Signed]:
        self.asked.append(list(contents))
        for content in contents:
            for name, error in self._trouble.items():
                if content.decode().endswith(f":{name}"):
                    raise error
        return [Signed("0x" + each.hex(), "0xraw" + each.hex()) for each in contents]


def signed(
    store: Store, session: Session, keys: Keys, names: Sequence[str], clock: Any = lambda: 0.0
) -> tuple[list[tuple[str, str, int]], list[tuple[str, str]]]:
    """Signs a call of each name, `A…` by Alice and `B…` by Bob: (key, signer, nonce) stored and (key, why) that wait."""
    rows = []
    for name in names:
        signer = ALICE if name.startswith("A") else BOB
        call = Call(key=name, aggregate=name, signer=signer, contract="C", function="f", args=())
        rows.append((store.add_call(session, call, None), (signer, name)))
    session.flush()
    signing = Signing(store, keys, session, {ALICE: 7, BOB: 0}, clock)  # type: ignore[arg-type]
    attempts, waiting = signing.sign(rows)  # type: ignore[arg-type]
    names_by_id = {row.id: row.key for row, _ in rows}
    stored = [(names_by_id[each.outbox_id], each.signer, each.nonce) for each in attempts]
    assert len(session.exec(select(Attempt)).all()) == len(stored)
    return stored, [(row.key, why) for row, why in waiting]


def status_of(session: Session, key: str) -> str:
    return session.exec(select(Outbox).where(Outbox.key == key)).one().status


@pytest.mark.parametrize(("at_once", "requests"), [(64, 2), (2, 3), (1, 5)])
def test_calls_fill_the_lane_of_each_key_in_order_and_ask_as_often_as_whoever_holds_it_wants(
    store: Store, at_once: int, requests: int
) -> None:
    keys = Keys(at_once, {})
    with store.unit() as session:
        stored, waiting = signed(store, session, keys, ["A1", "B1", "A2", "B2", "A3"])
    assert stored == [("A1", ALICE, 7), ("A2", ALICE, 8), ("A3", ALICE, 9), ("B1", BOB, 0), ("B2", BOB, 1)]  # fmt: skip
    assert waiting == []
    assert len(keys.asked) == requests


@pytest.mark.parametrize("at_once", [64, 2, 1])
def test_a_forbidden_call_is_refused_alone_and_leaves_no_gap(store: Store, at_once: int) -> None:
    keys = Keys(at_once, {"A2": ForbiddenCall("never")})
    with store.unit() as session:
        stored, waiting = signed(store, session, keys, ["A1", "A2", "A3"])
        assert status_of(session, "A2") == OutboxStatus.REFUSED
        assert status_of(session, "A3") == OutboxStatus.SUBMITTED
    assert stored == [("A1", ALICE, 7), ("A3", ALICE, 8)]
    assert waiting == []


@pytest.mark.parametrize("error", [SignerUnavailable("away"), SignerRefused("broken")])
def test_all_calls_of_a_key_that_does_not_sign_wait_and_those_of_others_go(
    store: Store, error: BridgeError
) -> None:
    with store.unit() as session:
        stored, waiting = signed(store, session, Keys(64, {"A2": error}), ["A1", "B1", "A2"])
        assert status_of(session, "A1") == OutboxStatus.PENDING
    assert stored == [("B1", BOB, 0)]
    assert waiting == [("A1", f"not signed yet: {error}"), ("A2", f"not signed yet: {error}")]


def test_what_was_signed_before_its_key_fell_silent_goes_and_the_rest_waits(store: Store) -> None:
    keys = Keys(1, {"A2": SignerUnavailable("away")})
    with store.unit() as session:
        stored, waiting = signed(store, session, keys, ["A1", "A2", "A3"])
    assert stored == [("A1", ALICE, 7)]
    assert [key for key, _ in waiting] == ["A2", "A3"]
    assert len(keys.asked) == 2


def test_a_key_that_falls_silent_behind_a_forbidden_call_leaves_no_call_waiting_that_was_signed(
    store: Store,
) -> None:
    keys = Keys(64, {"A2": ForbiddenCall("never"), "A3": SignerUnavailable("away")})
    with store.unit() as session:
        stored, waiting = signed(store, session, keys, ["A1", "A2", "A3", "A4"])
        assert status_of(session, "A2") == OutboxStatus.REFUSED
    assert stored == [("A1", ALICE, 7)]
    assert [key for key, _ in waiting] == ["A3", "A4"]


def test_what_no_time_is_left_for_stays_due_and_waits_for_nobody(store: Store) -> None:
    times = iter([0.0, 0.0, SIGNING_SECONDS, SIGNING_SECONDS])
    with store.unit() as session:
        stored, waiting = signed(
            store, session, Keys(1, {}), ["A1", "A2", "A3"], lambda: next(times)
        )
        assert status_of(session, "A2") == OutboxStatus.PENDING
    assert stored == [("A1", ALICE, 7)]
    assert waiting == []
