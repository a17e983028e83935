"""Neither a chain that makes no block of its own (attack A8) nor a clock that goes back (A12) stops a call that is due."""

from __future__ import annotations

import pytest

from bridge.chain.gateway import Gateway
from tests.world import World

LONG = 3_600.0  # seconds


def test_a_call_that_is_due_leaves_although_no_block_comes(world: World) -> None:
    tender = world.open_tender()
    world.commit("SUPPLIER", tender, 1_000_000, 0)
    world.reach(tender.fields["commit_end"])
    world.reveal("SUPPLIER", tender)
    world.settle()
    block = world.status()["head"]
    # time goes on, and no block is made of it
    world.node.rpc("evm_increaseTime", [tender.fields["reveal_end"] + 60 - world.now])
    world.settle()
    assert world.documents("purchase_order") == []  # it does not know yet that the chain is quiet
    submit = world.bridge.daemon._ring.submit
    monotonic = submit._monotonic
    submit._monotonic = lambda: monotonic() + 60
    world.settle()
    assert len(world.documents("purchase_order")) == 1
    assert world.status()["head"] > block
    world.settle()
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_lost_transaction_is_sent_again_although_the_clock_went_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.issue()
    with monkeypatch.context() as patch:
        patch.setattr(Gateway, "send", lambda _self, raw: [None] * len(raw))
        world.settle_passes(3)
    world.clock.ahead -= LONG
    world.settle()
    assert len(world.documents("tender")) == 1
    assert world.status()["unanchored"] == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_heartbeat_is_given_although_the_clock_went_back(world: World) -> None:
    world.settle()
    world.clock.ahead -= LONG
    world.settle_passes(1)
    assert abs(world.status()["last_pass_at"] - world.clock()) < 60


def test_a_block_that_takes_less_gas_than_a_call_may_use_takes_the_call(world: World) -> None:
    """The second half of attack A13: every transaction was refused for ever."""
    usual = world.bridge.client.head().gas_limit
    world.node.rpc("evm_setBlockGasLimit", [hex(3_000_000)])
    try:
        world.node.mine()
        world.issue()
        for _ in range(
            6
        ):  # two calls do not fit into one block, and this node makes none for those that are left
            world.settle_passes(1)
            world.node.mine()
    finally:
        world.node.rpc("evm_setBlockGasLimit", [hex(usual)])
        world.node.mine()
    world.settle()
    assert len(world.documents("tender")) == 1
    assert "send" not in world.alarms()
    world.assert_nothing_waits()
    world.assert_audit_holds()
