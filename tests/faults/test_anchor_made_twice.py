"""A lagging back end hides the receipt of an anchor: it is taken for replaced, and found on the chain already."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.chain.gateway import Gateway
from bridge.errors import BadConfiguration
from bridge.ring.submit import DOUBT_SECONDS
from tests.faults.administrator import paid
from tests.proxy import Answer, honest, node_proxy
from tests.world import World

LATER = 10.0  # seconds: more than confirm waits before it looks after an unmined transaction


def test_an_anchor_taken_for_replaced_is_moot_and_anchoring_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(world)
    world.issue()
    world.bridge.report.run()
    ring = world.bridge.daemon._ring
    ring.submit.run()
    with monkeypatch.context() as patch:
        patch.setattr(Gateway, "receipts", lambda _self, hashes: ([None for _ in hashes], 0))
        patch.setattr(
            Gateway, "nonces", lambda self, signer, _block="latest": self.client.nonce(signer)
        )
        world.clock.sleep(LATER)
        ring.confirm.run()
    assert "was used by another transaction" in world.alarms()["replaced"]
    world.settle()
    ended = world.sql("SELECT key FROM bridge_outbox WHERE status = 'moot' AND key LIKE 'anchor:%'")
    assert len(ended) == 1
    assert world.status()["stuck"] == []
    world.assert_audit_holds()

    world.issue()
    world.settle()
    assert world.status()["unanchored"] == 0
    (newest,) = world.sql(
        "SELECT status FROM bridge_outbox WHERE key LIKE 'anchor:%' ORDER BY id DESC"
    )[0]
    assert newest == "confirmed"
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_anchor_cannot_be_given_up_and_goes_on_by_itself(world: World) -> None:
    """All documents after it are anchored behind it (attack A7)."""
    paid(world)
    world.issue()
    with node_proxy(world.node.url) as proxy:
        world.reopen(rpc=(proxy.url,))
        registry = world.deployment.address("DocumentRegistry").lower()

        def refuses(method: str, params: list[Any], answer: Answer) -> Answer:
            if method == "eth_call" and params[0]["to"].lower() == registry and "from" in params[0]:
                error = {"code": 3, "message": "execution reverted", "data": "0x"}
                return {"jsonrpc": "2.0", "id": answer["id"], "error": error}
            return answer

        proxy.change = refuses
        world.settle()
        (stuck,) = world.status()["stuck"]
        with pytest.raises(BadConfiguration, match="cannot be given up"):
            world.resolve(stuck["key"], "it can never go through")
        proxy.change = honest
        world.clock.sleep(DOUBT_SECONDS[0])
        world.settle()
    world.reopen(rpc=())
    assert world.status()["unanchored"] == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()
