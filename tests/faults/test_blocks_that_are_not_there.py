"""A node that stands still, swears to blocks that no chain has, or names another block at a height that was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.administrator import AMOUNT, matched
from tests.faults.driving import run_daemon
from tests.faults.test_deep_reorg import Branches, amounts
from tests.proxy import Answer, Change, node_proxy
from tests.world import BUYER, World

FAR = 1_000_000  # blocks
LATER = 20.0  # seconds: more than confirm waits before it sends the same bytes again


def transfer(world: World, amount: int) -> None:
    to = world.people["SUPPLIER"].address
    world.transact(BUYER, "SettlementToken", "transfer", to, amount)


def latest(world: World) -> dict[str, Any]:
    """The newest block, as the node gives it."""
    return dict(world.bridge.client.call("eth_getBlockByNumber", "latest", False))


def stands_at(newest: dict[str, Any]) -> Change:
    """A node that knows of no block after this one, and answers everything else."""
    head = int(newest["number"], 16)

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_blockNumber":
            return {**answer, "result": hex(head)}
        if method != "eth_getBlockByNumber" or params[0] == "pending":
            return answer
        if params[0] == "latest":
            return {**answer, "result": newest}
        return {**answer, "result": None} if int(params[0], 16) > head else answer

    return change


def test_a_node_that_stands_still_is_left_for_one_that_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers everything, so nothing failed, and to the bridge it was a chain on which nothing happens."""
    monkeypatch.setattr("bridge.chain.client.BEHIND_SECONDS", 0.0)
    world.settle()
    with node_proxy(world.node.url) as still:
        still.change = stands_at(latest(world))
        world.reopen(rpc=(still.url, world.node.url))
        transfer(world, 111)
        run_daemon(world, until=lambda: amounts(world) == [111])
        assert world.bridge.client.url == world.node.url
        assert "stands at block" in world.alarms()["incomplete node"]
    world.reopen(rpc=())
    world.settle()
    world.assert_audit_holds()


def test_another_block_at_the_height_that_was_read_is_seen_before_a_further_one_comes(
    world: World,
) -> None:
    """A chain that makes no block while nothing happens may never make the further one."""
    world.settle()
    branches = Branches(world)
    transfer(world, 111)
    world.settle()
    assert amounts(world) == [111]
    branches.leave(0)
    run_daemon(world, until=lambda: amounts(world) == [])
    world.settle()
    assert "reorganisation" in world.alarms()
    world.assert_audit_holds()


def swears_to(world: World, lies: Callable[[], bool]) -> Change:
    """Swears to a receipt of what it has not, in a block far away that is its newest."""
    newest = latest(world)
    far = hex(int(newest["number"], 16) + FAR)
    receipt = {
        "status": "0x1", "blockNumber": far, "gasUsed": "0x5208", "cumulativeGasUsed": "0x5208",
        "logsBloom": "0x" + "00" * 256, "logs": [],
    }  # fmt: skip

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if not lies():
            return answer
        if method == "eth_getTransactionReceipt" and not answer.get("result"):
            return {**answer, "result": {**receipt, "transactionHash": params[0]}}
        if method == "eth_getBlockByNumber" and params[0] == "latest":
            return {**answer, "result": {**newest, "number": far}}
        return answer

    return change


def test_a_receipt_in_a_block_that_no_chain_has_loses_no_payment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call counted as confirmed, and waited for ever to be witnessed: no alarm, and everybody ready."""
    number = matched(world)
    before = world.balance("SUPPLIER")
    lying: list[bool] = []
    with node_proxy(world.node.url) as liar, monkeypatch.context() as patch:
        liar.change = swears_to(world, lambda: bool(lying))
        world.reopen(rpc=(liar.url,))
        patch.setattr(world.bridge.gateway, "send", lambda raw: [None] * len(raw))
        ring = world.bridge.daemon.ring
        for stage in (ring.ingest, ring.dispatch, ring.report, ring.submit):
            stage.run()
        lying.append(True)
        world.clock.ahead += LATER
        ring.confirm.run()
        sworn = "SELECT status FROM bridge_outbox WHERE document_number = :n"
        assert world.sql(sworn, n=number) == [("confirmed",)]  # as the node says, for now
    world.reopen(rpc=())
    world.settle_passes(1)
    assert "unproved receipt" in world.alarms()
    world.clock.ahead += LATER
    world.settle()
    assert world.balance("SUPPLIER") == before + AMOUNT
    world.assert_nothing_waits()
    world.assert_audit_holds()
