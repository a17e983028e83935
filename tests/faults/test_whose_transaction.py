"""Receipts prove their logs, and hold no hash: a node could have a call of ours counted as done by another's event."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bridge.chain.transactions import written
from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete
from bridge.intents import Call, OutboxStatus
from bridge.ring import ours
from bridge.store.tables import Attempt
from tests.blocks import two_in_one_block
from tests.proxy import Answer, Change, honest, node_proxy
from tests.world import World

KEY = "of ours:1"


def ours_is(world: World, tx_hash: str, raw: str = "0x", key: str = KEY, nonce: int = 0) -> None:
    """This transaction is one of a call of the house."""
    store, signer = world.bridge.store, world.people["SUPPLIER"].address
    with store.unit() as session:
        call = Call(key, key, signer, "SettlementToken", "transfer", ())
        row = store.add_call(session, call, None)
        row.status = OutboxStatus.SUBMITTED
        session.flush()
        session.add(Attempt(outbox_id=row.id, signer=signer, nonce=nonce, tx_hash=tx_hash, raw=raw))


def bytes_in(world: World, hashes: list[str]) -> list[str]:
    """The signed bytes of these transactions."""
    return [
        "0x" + written(world.node.rpc("eth_getTransactionByHash", [each])).hex() for each in hashes
    ]


def asks_for_whole_blocks(asked: list[str]) -> Change:
    """An honest node that keeps the numbers of the blocks whose transactions it was asked for."""

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getBlockByNumber" and params[1]:
            asked.append(params[0])
        return answer

    return change


def swaps(one: str, other: str, *, whole: bool) -> Change:
    """Gives each of two transactions as the other; `whole`: also where it gives all that stands in them."""

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if not whole and method == "eth_getBlockByNumber" and params[1]:
            return answer
        text = json.dumps(answer).replace(one, "?").replace(other, one).replace("?", other)
        found: Answer = json.loads(text)
        return found

    return change


def is_proved(world: World, key: str = KEY) -> bool:
    """True once an event counts as proof that the call was made."""
    asked = "SELECT witnessed FROM bridge_attempt a JOIN bridge_outbox o ON a.outbox_id = o.id WHERE key = :k"
    ((witnessed,),) = world.sql(asked, k=key)
    return bool(witnessed)


@pytest.mark.parametrize("whole", [True, False])
def test_anothers_event_ends_no_call_of_ours(world: World, whole: bool) -> None:
    world.settle()
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        mine, theirs = two_in_one_block(world)
        ours_is(world, mine)
        liar.change = swaps(mine, theirs, whole=whole)
        before = world.status()["block"]
        with pytest.raises(NodeIncomplete, match="another"):
            world.settle_passes(1)
        assert world.status()["block"] == before
        assert not is_proved(world)
        liar.change = honest
        world.settle()
        assert is_proved(world)
    world.reopen(rpc=())


def whole_blocks_asked_for(world: World, kept: Callable[[list[str]], list[str]]) -> list[str]:
    """Numbers of the blocks that a node is asked for whole, while two calls of the house are read and proved.

    `kept`: what the bridge has as the bytes of both, by those that it signed.
    """
    asked: list[str] = []
    world.settle()
    with node_proxy(world.node.url) as node:
        node.change = asks_for_whole_blocks(asked)
        world.reopen(rpc=(node.url,))
        pair = two_in_one_block(world)
        for number, raw in enumerate(kept(bytes_in(world, pair))):
            ours_is(world, pair[number], raw, f"of ours:{number}", number)
        world.settle()
        assert is_proved(world, "of ours:0")
        assert is_proved(world, "of ours:1")
    world.reopen(rpc=())
    return asked


def test_a_block_of_calls_of_ours_alone_is_proved_by_the_bytes_that_were_signed_here(
    world: World,
) -> None:
    """A node recovers who signed each transaction that it gives: that takes it longer than all else that it is asked."""
    assert whole_blocks_asked_for(world, lambda raws: raws) == []


@pytest.mark.parametrize("kept", ["0x", "0xno hex", "swapped"])
def test_bytes_that_are_not_those_of_the_block_prove_nothing_and_the_node_is_asked(
    world: World, kept: str
) -> None:
    def wrong(raws: list[str]) -> list[str]:
        return raws[::-1] if kept == "swapped" else [kept, raws[1]]

    assert whole_blocks_asked_for(world, wrong)


def test_a_node_that_swaps_names_is_found_out_by_the_bytes_that_were_signed_here(
    world: World,
) -> None:
    world.settle()
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        pair = two_in_one_block(world)
        for number, raw in enumerate(bytes_in(world, pair)):
            ours_is(world, pair[number], raw, f"of ours:{number}", number)
        liar.change = swaps(*pair, whole=False)
        before = world.status()["block"]
        with pytest.raises(NodeIncomplete, match="another"):
            world.settle_passes(1)
        assert world.status()["block"] == before
        liar.change = honest
        world.settle()
        assert is_proved(world, "of ours:0")
    world.reopen(rpc=())


def test_where_nobody_can_say_whose_they_are_an_alarm_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain may have transactions of a kind of its own: it is read all the same."""

    def unknown(_header: Header, _given: list[Any], _raw: object) -> None:
        raise ours.UnknownKind("of kind 0x7e")

    world.settle()
    monkeypatch.setattr(ours, "proved_hashes", unknown)
    mine, _ = two_in_one_block(world)
    ours_is(world, mine)
    world.settle()
    assert is_proved(world)
    assert "of kind 0x7e" in world.alarms()["unproved transactions"]
