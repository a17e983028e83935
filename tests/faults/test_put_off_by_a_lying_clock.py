"""Attack 8, one liar of three: a node says that its newest block is of a time far ahead, and that a call is too early still.

How long a call waits for what the contract names is bounded by the time of the block that it was asked about; that time was
the node's word as well.
"""

from __future__ import annotations

import copy
import time
from types import SimpleNamespace
from typing import Any

import pytest

from bridge.chain.artifact import artifact
from bridge.chain.decode import signature
from bridge.commitments.keccak import keccak
from bridge.ring import submit
from tests.faults.attacking import outnumbered, passes
from tests.proxy import Answer, honest, node_proxy
from tests.world import HOUR, World

FAR = 2**40
LIES = 12  # passes


def selector(contract: str, name: str) -> bytes:
    (found,) = [e for e in artifact(contract).abi if e.get("name") == name]
    return keccak(signature(found).encode())[:4]


def test_a_payment_is_not_put_off_for_ever_by_a_node_whose_clock_lies(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # on a development chain alone time goes as its owner wants
    monkeypatch.setattr(submit, "DEVELOPMENT", SimpleNamespace(name="none"))
    order = world.tender({"SUPPLIER": 1_000_000})
    delivery = world.ship("SUPPLIER", order, 100)
    world.settle()
    early = selector("PurchaseOrders", "Room_TooEarly") + bytes(32) + FAR.to_bytes(32, "big")
    told = selector("PurchaseOrders", "acceptDelivery").hex()

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getBlockByNumber" and params[0] == "latest" and answer.get("result"):
            changed = copy.deepcopy(answer)
            changed["result"]["timestamp"] = hex(FAR)
            return changed
        if method != "eth_call" or not params[0]["data"].startswith(f"0x{told}"):
            return answer
        refused = {"code": 3, "message": "execution reverted", "data": "0x" + early.hex()}
        return {"jsonrpc": "2.0", "id": answer["id"], "error": refused}

    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=outnumbered(world, liar.url))
        world.wait(HOUR)
        world.inspect(world.receive(order, delivery, 100), 100)
        world.settle()
        world.invoice(order, delivery, 100, 1_000_000, "INV-1")
        world.clock.ahead = world.now - time.time()
        liar.change = change
        passes(world, LIES)
        liar.change = honest
    world.reopen(rpc=())
    world.reach(world.now + 2 * HOUR)
    world.node.mine(1)
    world.clock.ahead = world.now - time.time()
    world.settle()
    assert world.documents("payment"), world.sql(
        "SELECT key, status, not_before - :now, reason FROM bridge_outbox WHERE key LIKE 'match%'",
        now=world.now,
    )
