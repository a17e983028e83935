"""What a transaction may use is never taken from a newest block that fits none that was read."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.errors import NodeIncomplete
from tests.faults.administrator import AMOUNT, matched
from tests.proxy import Answer, Change, honest, node_proxy
from tests.world import World


def takes(gas: int) -> Change:
    """A node whose newest block takes so much gas, and that refuses no trial of a call."""

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getBlockByNumber" and params[0] == "latest":
            return {**answer, "result": {**answer["result"], "gasLimit": hex(gas)}}
        if method == "eth_call" and "error" in answer:
            return {"jsonrpc": "2.0", "id": answer["id"], "result": "0x"}
        return answer

    return change


@pytest.mark.parametrize("gas", [0, 25_000])
def test_a_newest_block_that_takes_no_gas_jams_no_lane(world: World, gas: int) -> None:
    """Signed with so little, no node took it, or it was mined and failed: after one lie a lane waited for ever."""
    matched(world)
    before = world.balance("SUPPLIER")
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        ring = world.bridge.daemon.ring
        for stage in (ring.ingest, ring.dispatch, ring.report):
            stage.run()
        liar.change = takes(gas)
        with pytest.raises(NodeIncomplete, match="takes"):
            ring.submit.run()
        liar.change = honest
        world.settle()
    assert world.balance("SUPPLIER") == before + AMOUNT
    world.assert_nothing_waits()
