"""Receipts prove their logs, and hold no hash: a node could have a call of ours counted as done by another's event."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete
from bridge.intents import Call, OutboxStatus
from bridge.ring import ours
from bridge.store.tables import Attempt
from tests.blocks import two_in_one_block
from tests.proxy import Answer, Change, honest, node_proxy
from tests.world import World

KEY = "of ours:1"


def ours_is(world: World, tx_hash: str) -> None:
    """This transaction is one of a call of the house."""
    store, signer = world.bridge.store, world.people["SUPPLIER"].address
    with store.unit() as session:
        call = Call(KEY, KEY, signer, "SettlementToken", "transfer", ())
        row = store.add_call(session, call, None)
        row.status = OutboxStatus.SUBMITTED
        session.flush()
        session.add(Attempt(outbox_id=row.id, signer=signer, nonce=0, tx_hash=tx_hash, raw="0x"))


def swaps(one: str, other: str, *, whole: bool) -> Change:
    """Gives each of two transactions as the other; `whole`: also where it gives all that stands in them."""

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if not whole and method == "eth_getBlockByNumber" and params[1]:
            return answer
        text = json.dumps(answer).replace(one, "?").replace(other, one).replace("?", other)
        found: Answer = json.loads(text)
        return found

    return change


def is_proved(world: World) -> bool:
    """True once an event counts as proof that the call was made."""
    asked = "SELECT witnessed FROM bridge_attempt a JOIN bridge_outbox o ON a.outbox_id = o.id WHERE key = :k"
    ((witnessed,),) = world.sql(asked, k=KEY)
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


def test_where_nobody_can_say_whose_they_are_an_alarm_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain may have transactions of a kind of its own: it is read all the same."""

    def unknown(_header: Header, _given: list[Any]) -> None:
        raise ours.UnknownKind("of kind 0x7e")

    world.settle()
    monkeypatch.setattr(ours, "proved_hashes", unknown)
    mine, _ = two_in_one_block(world)
    ours_is(world, mine)
    world.settle()
    assert is_proved(world)
    assert "of kind 0x7e" in world.alarms()["unproved transactions"]
