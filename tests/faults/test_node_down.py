"""The chain node does not answer: the bridge waits longer each time, asks another node, and goes on where it was."""

from __future__ import annotations

import pytest

from bridge.chain.gateway import Gateway
from bridge.errors import NodeUnavailable
from bridge.ring.daemon import BACKOFF_FIRST_SECONDS, BACKOFF_MAX_SECONDS
from tests.faults.driving import run_daemon
from tests.proxy import Answer, node_proxy
from tests.world import World


def test_the_daemon_waits_for_its_node_and_goes_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with node_proxy(world.node.url) as proxy:
        world.reopen(rpc=(proxy.url,))
        proxy.down = True
        world.issue()
        slept: list[float] = []

        def back_after_two_minutes(seconds: float) -> None:
            slept.append(seconds)
            proxy.down = sum(slept) < 120

        run_daemon(
            world, sleep=back_after_two_minutes, until=lambda: bool(world.documents("tender"))
        )
    world.reopen(rpc=())
    world.settle()
    told = [r.args for r in caplog.records if isinstance(r.args, tuple) and r.args[0] == "ingest"]
    backoffs = [args[-1] for args in told]
    assert backoffs[0] == BACKOFF_FIRST_SECONDS
    assert backoffs == sorted(backoffs)
    assert backoffs[-1] == BACKOFF_MAX_SECONDS
    assert len(world.documents("tender")) == 1
    world.assert_audit_holds()


def test_a_single_pass_says_that_the_node_is_away(world: World) -> None:
    with node_proxy(world.node.url) as proxy:
        world.reopen(rpc=(proxy.url,))
        proxy.down = True
        with pytest.raises(NodeUnavailable, match="does not answer"):
            world.bridge.daemon.once()


def test_the_next_node_is_asked_when_one_is_away(world: World) -> None:
    with node_proxy(world.node.url) as proxy:
        world.reopen(rpc=(proxy.url, world.node.url))
        proxy.down = True
        world.issue()
        run_daemon(world, until=lambda: bool(world.documents("tender")))
    assert world.bridge.client.url == world.node.url
    world.settle()
    world.assert_audit_holds()


@pytest.mark.parametrize(
    "methods",
    [("eth_getBlockByNumber",), ("eth_getBlockReceipts", "eth_getTransactionReceipt")],
    ids=["blocks", "receipts"],
)
def test_a_node_that_answers_with_errors_is_waited_out(
    world: World, methods: tuple[str, ...]
) -> None:
    with node_proxy(world.node.url) as proxy:
        world.reopen(rpc=(proxy.url,))
        world.issue()
        refused = [0]

        def overloaded(asked: str, _params: list[object], answer: Answer) -> Answer:
            if asked not in methods or refused[0] >= 5:
                return answer
            refused[0] += 1
            return {
                "jsonrpc": "2.0",
                "id": answer["id"],
                "error": {"code": -32005, "message": "limit exceeded"},
            }

        proxy.change = overloaded
        run_daemon(world, until=lambda: bool(world.documents("tender")))
        assert refused[0] == 5
    world.reopen(rpc=())
    world.settle()
    world.assert_audit_holds()


def test_a_transaction_that_never_reached_the_node_is_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node takes the bytes, says yes, and loses them."""
    world.issue()
    with monkeypatch.context() as patch:
        patch.setattr(Gateway, "send", lambda _self, raw: [None] * len(raw))
        world.settle_passes(3)
    assert world.documents("tender") == []
    world.clock.ahead += 10
    world.settle()
    assert len(world.documents("tender")) == 1
    world.assert_nothing_waits()
    assert world.alarms() == {}
    world.assert_audit_holds()


def test_quiet_is_not_reached_while_a_transaction_waits_to_be_mined(world: World) -> None:
    """On a chain with a block time the bridge waits for the block, and the caller for the bridge."""
    world.node.rpc("evm_setAutomine", [False])
    pauses: list[float] = []

    def mines(seconds: float) -> None:
        pauses.append(seconds)
        world.node.mine()

    world.bridge.daemon._sleep = mines
    world.issue()
    try:
        world.settle()
    finally:
        world.node.rpc("evm_setAutomine", [True])
    assert pauses
    assert len(world.documents("tender")) == 1
    world.assert_audit_holds()
