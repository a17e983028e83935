"""What is stored is sent part by part while the next part is signed; what goes wrong with one is told, and loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from bridge.errors import NodeUnavailable
from bridge.intents import ATTESTER, OutboxStatus
from bridge.ring import submit
from bridge.ring.outgoing import Outgoing
from bridge.ring.signing import SIGNING_SECONDS
from bridge.store.lanes import Stored
from tests.bridge.test_ends import HOUSE, MATCH, Ring, call, ring

__all__ = ["ring"]
TOGETHER = 20
COUNT = 2 * TOGETHER + 10


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit, "SIGNED_TOGETHER", TOGETHER)


def ask(ring: Ring, count: int = COUNT) -> list[str]:
    """Keys of so many calls that are due."""
    keys = [f"{MATCH}{number}" for number in range(count)]
    with ring.store.unit() as session:
        for key in keys:
            call(session, ring, key, OutboxStatus.PENDING, signer=ATTESTER)
    ring.submit._in_flight = count
    return keys


def sends(ring: Ring, monkeypatch: pytest.MonkeyPatch, send: Callable[[int], None]) -> list[int]:
    """Has each sending of a part do this before, by the number of the part; returns the sizes of those that went well."""
    went: list[int] = []
    count = iter(range(1_000))

    def sent(raw: Sequence[str]) -> list[None]:
        send(next(count))
        went.append(len(raw))
        ring.node.sent += raw
        return [None] * len(raw)

    monkeypatch.setattr(ring.node, "send", sent)
    return went


def nonces(ring: Ring) -> list[int]:
    return [int(raw.split(":")[0].removeprefix("raw ")) for raw in ring.node.sent]


def test_all_parts_of_a_batch_are_sent_in_the_order_of_their_nonces(ring: Ring) -> None:
    keys = ask(ring)
    assert ring.submit.run() == COUNT
    assert nonces(ring) == list(range(5, 5 + COUNT))
    assert {ring.row(key).status for key in keys} == {OutboxStatus.SUBMITTED}
    assert not any(each.name == "sending" for each in threading.enumerate())


def test_a_part_is_sent_while_the_next_one_is_signed(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = threading.Event()
    real = ring.node.sign_all
    signed_calls: list[int] = []

    def sign_all(key: str, contents: Sequence[bytes]) -> object:
        signed_calls.append(len(contents))
        if sum(signed_calls) > TOGETHER:
            signed.set()
        return real(key, contents)

    monkeypatch.setattr(ring.node, "sign_all", sign_all)
    waited: list[bool] = []
    ask(ring)
    sends(ring, monkeypatch, lambda number: waited.append(number > 0 or signed.wait(20)))
    ring.submit.run()
    assert waited == [True] * 3


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_node_that_falls_silent_amid_a_batch_leaves_all_that_is_stored_for_another_time(
    ring: Ring, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    def falls_silent(number: int) -> None:
        if number == part:
            raise NodeUnavailable("silent")

    keys = ask(ring)
    went = sends(ring, monkeypatch, falls_silent)
    with pytest.raises(NodeUnavailable, match="silent"):
        ring.submit.run()
    assert len(went) == part
    while ring.submit.run():  # what was not signed yet goes on by itself
        pass
    ring.clock.now += 60
    for _ in range(COUNT):
        if set(nonces(ring)) == set(range(5, 5 + COUNT)):
            break
        ring.confirm.run()  # what was stored, and not sent, is sent
        ring.clock.now += 60
    assert set(nonces(ring)) == set(range(5, 5 + COUNT))
    assert {ring.row(key).status for key in keys} == {OutboxStatus.SUBMITTED}


def test_where_no_thread_can_be_had_parts_are_sent_one_after_the_other(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    ask(ring)
    ring.submit.run()
    assert nonces(ring) == list(range(5, 5 + COUNT))


def test_whatever_ends_a_sending_reaches_who_waits_for_it_once(ring: Ring) -> None:
    class Death(BaseException):
        """No error that anybody catches."""

    def dies(_raw: Sequence[str]) -> list[None]:
        raise Death

    ring.node.send = dies  # type: ignore[method-assign]
    outgoing = Outgoing(ring.store, ring.submit._gateway)
    outgoing.begin([Stored(1, 1, HOUSE, 5, "0x", "raw")])
    with pytest.raises(Death):
        outgoing.wait()
    outgoing.wait()


def test_slow_signatures_hold_up_the_other_stages_once_a_pass_and_not_once_a_part(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ring.node.sign_all

    def sign_all(key: str, contents: Sequence[bytes]) -> object:
        ring.clock.now += SIGNING_SECONDS / 2
        return real(key, contents)

    keys = ask(ring)
    monkeypatch.setattr(ring.node, "sign_all", sign_all)
    began = ring.clock.now
    ring.submit.run()
    assert ring.clock.now == began + SIGNING_SECONDS
    assert nonces(ring) == list(range(5, 5 + 2 * TOGETHER))
    assert [ring.row(key).status for key in keys[2 * TOGETHER :]] == [OutboxStatus.PENDING] * 10
    ring.submit.run()
    assert nonces(ring) == list(range(5, 5 + COUNT))
