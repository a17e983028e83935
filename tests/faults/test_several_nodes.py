"""Of several nodes one that lies, forks or serves another chain neither halts the bridge nor has a veto (attack A4)."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bridge.capabilities.participants import LOST_POST
from bridge.chain import wire
from bridge.chain.gateway import encode_call
from bridge.chain.headers.plain import ETHEREUM
from bridge.errors import NodeIncomplete, NodesDisagree, NodeUnavailable, WrongChain, WrongKey
from bridge.intents import OutboxStatus
from scripts.devchain.devchain import DevChain
from tests.faults.driving import run_daemon
from tests.faults.test_one_lie_of_the_node import revert_data
from tests.proxy import Answer, Change, node_proxy
from tests.world import World

LONG_AGO = 1_000_000_000  # another first block
OTHER_HOLDER = 0x77


def transfer(world: World, amount: int) -> None:
    to = world.people["SUPPLIER"].address
    world.transact("BUYER", "SettlementToken", "transfer", to, amount)


def at_height(number: int, **changed: Any) -> Change:
    """Changes fields of the block at one height."""

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getBlockByNumber" and params[0] == hex(number) and answer.get("result"):
            return {**answer, "result": {**copy.deepcopy(answer["result"]), **changed}}
        return answer

    return change


def test_a_header_of_the_tip_that_does_not_hash_halts_nobody(world: World) -> None:
    world.settle()
    tip = world.status()["block"]
    with node_proxy(world.node.url) as liar:
        liar.change = at_height(tip, hash="0x" + "77" * 32)
        world.reopen(rpc=(liar.url, world.node.url))
        transfer(world, 5)
        run_daemon(world, until=lambda: bool(world.documents("token_transfer")))
        assert world.bridge.client.url == world.node.url
        assert "does not hash" in world.alarms()["incomplete node"]
        world.reopen(rpc=(liar.url,))  # nobody else to ask: it waits, and does not halt
        transfer(world, 6)
        passes = iter(range(3))
        world.bridge.daemon._sleep = lambda _: None
        world.bridge.daemon.run(lambda: next(passes, None) is None)
    world.reopen(rpc=())
    world.settle()
    assert [d.fields["amount_minor"] for d in world.documents("token_transfer")] == [5, 6]
    world.assert_audit_holds()


def test_a_node_of_another_chain_is_never_asked(world: World) -> None:
    """First in line at the start, and again when the right one is away for a moment."""
    with DevChain("anvil", start=LONG_AGO) as other, node_proxy(world.node.url) as right:
        other.mine(3)
        world.reopen(rpc=(other.url, right.url))
        assert world.bridge.client.url == right.url
        transfer(world, 5)
        world.settle()
        right.down = True
        transfer(world, 6)
        passes = iter(range(4))
        world.bridge.daemon._sleep = lambda _: None
        world.bridge.daemon.run(lambda: next(passes, None) is None)
        right.down = False
        assert "has the genesis block" in world.alarms()["incomplete node"]
        run_daemon(world, until=lambda: len(world.documents("token_transfer")) == 2)
        world.settle()
    world.reopen(rpc=())
    world.assert_audit_holds()


def test_without_any_node_of_the_chain_the_start_says_so(world: World) -> None:
    with (
        DevChain("anvil", start=LONG_AGO) as other,
        pytest.raises(WrongChain, match="has the genesis block"),
    ):
        world.reopen(rpc=(other.url, "http://127.0.0.1:9"))
    with pytest.raises(NodeUnavailable, match="does not answer"):
        world.reopen(rpc=("http://127.0.0.1:9", "http://127.0.0.1:10"))
    world.reopen(rpc=())


def names_another_holder(world: World) -> Change:
    """Refuses what the attester's post may call, and says that somebody else holds the post."""
    orders = world.deployment.address("PurchaseOrders").lower()
    asks_for_holder = encode_call("Participants", "holderOf", (0,))[:10]

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method != "eth_call":
            return answer
        if params[0]["data"].startswith(asks_for_holder):
            return {**answer, "result": f"0x{OTHER_HOLDER:064x}"}
        if params[0]["to"].lower() == orders and "from" in params[0]:
            data = revert_data("PurchaseOrders", LOST_POST)
            refused = {"code": 3, "message": "execution reverted", "data": data}
            return {"jsonrpc": "2.0", "id": answer["id"], "error": refused}
        return answer

    return change


def ends_of(world: World, function: str) -> list[str]:
    """What became of the calls of a function."""
    rows = world.sql(f"SELECT status FROM bridge_outbox WHERE function = '{function}'")  # noqa: S608 - no text of anybody's
    return [status for (status,) in rows]


def test_a_node_that_says_that_another_holds_the_attesters_post_ends_no_daemon(
    world: World,
) -> None:
    order = world.tender({"SUPPLIER": 1_000_000})
    delivery = world.ship("SUPPLIER", order, 100)
    world.receive(order, delivery, 100)
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url, world.node.url))
        liar.change = names_another_holder(world)
        with pytest.raises(NodeIncomplete, match="holds it still: one of them lies or is behind"):
            world.settle()
        run_daemon(
            world, until=lambda: ends_of(world, "receiveDelivery") == [OutboxStatus.CONFIRMED]
        )
        assert world.bridge.client.url == world.node.url
        world.reopen(rpc=(liar.url, world.node.url))  # nor does it keep one from starting
        assert world.bridge.client.url == world.node.url
        with pytest.raises(WrongKey, match="holds no post"):
            world.reopen(rpc=(liar.url,))
    world.reopen(rpc=())
    world.settle()
    world.assert_audit_holds()


def forked(world: World, above: int) -> Change:
    """A node on a fork of its own: another block, which hashes, at each height above one."""
    parents: dict[int, str] = {}

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        given = answer.get("result")
        if method != "eth_getBlockByNumber" or not given or int(given["number"], 16) <= above:
            return answer
        number = int(given["number"], 16)
        block = {
            **given,
            "extraData": "0xf0",
            "parentHash": parents.get(number - 1, given["parentHash"]),
        }
        header = wire.header({**block, "transactions": []})
        block["hash"] = parents[number] = "0x" + ETHEREUM.hash_of(header).hex()
        return {**answer, "result": block}

    return change


def test_two_of_three_nodes_outvote_one(world: World) -> None:
    world.settle()
    with node_proxy(world.node.url) as forks, node_proxy(world.node.url) as honest:
        forks.change = forked(world, world.status()["block"])
        for first in (forks.url, honest.url):
            rest = [url for url in (honest.url, forks.url) if url != first]
            world.reopen(rpc=(first, *rest, world.node.url))
            transfer(world, 5)
            run_daemon(world, until=lambda: world.status()["lag_blocks"] == 0)
            assert world.bridge.client.url != forks.url
            world.settle()
        alarms = world.alarms()
        assert "most of them say otherwise" in alarms["incomplete node"]
        assert "they are outvoted" in alarms["dissenting node"]
        assert forks.url in alarms["dissenting node"]
    world.reopen(rpc=())
    world.assert_audit_holds()


def test_of_two_nodes_that_disagree_none_is_believed(world: World) -> None:
    world.settle()
    before = world.status()["block"]
    with node_proxy(world.node.url) as forks:
        forks.change = forked(world, before)
        transfer(world, 5)
        for urls in ((forks.url, world.node.url), (world.node.url, forks.url)):
            world.reopen(rpc=urls)
            with pytest.raises(NodesDisagree, match="one of them lies or is on a fork"):
                world.bridge.daemon.once()
            assert world.bridge.client.url == urls[0]
        assert world.status()["block"] == before


def test_a_node_on_a_fork_below_the_tip_is_followed_only_when_no_other_has_the_block(
    world: World,
) -> None:
    transfer(world, 5)
    world.settle()
    tip = world.status()["block"]
    with node_proxy(world.node.url) as forks:
        forks.change = forked(world, tip - 1)
        transfer(world, 6)
        world.reopen(rpc=(forks.url, world.node.url))
        run_daemon(world, until=lambda: len(world.documents("token_transfer")) == 2)
        assert "another node has" in world.alarms()["incomplete node"]
        world.settle()
        forks.change = forked(world, world.status()["block"] - 1)
        transfer(world, 7)
        world.reopen(rpc=(forks.url,))
        world.bridge.daemon.once()
        assert "reorganisation" in world.alarms()
    world.reopen(rpc=())
    world.node.mine(1)
    world.settle()  # what it was told by a fork is reversed in its turn
    assert [d.fields["amount_minor"] for d in world.documents("token_transfer")] == [5, 6, 7]
    assert len(world.status()["reorganisations"]) == 2
    world.assert_audit_holds()
