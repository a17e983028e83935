"""What a lying node may say; each lie is told once, or as long as it lies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.faults.test_lying_node import LIES
from tests.faults.test_malformed_answers import SHAPES
from tests.faults.test_one_lie_of_the_node import refuses_once, revert_data
from tests.proxy import Answer, Change, NodeProxy, honest
from tests.world import World

Lie = Callable[[NodeProxy, World], Change]
BEHIND = 3  # blocks


def is_behind(_proxy: NodeProxy, world: World) -> Change:
    """A back end that has not heard of the newest blocks."""
    head = int(world.node.rpc("eth_blockNumber"), 16)
    old = world.node.rpc("eth_getBlockByNumber", [hex(max(0, head - BEHIND)), False])

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_blockNumber":
            return {**answer, "result": old["number"]}
        if method == "eth_getBlockByNumber":
            if params[0] == "latest":
                return {**answer, "result": old}
            if params[0].startswith("0x") and int(params[0], 16) > int(old["number"], 16):
                return {**answer, "result": None}
        return answer

    return change


def has_no_logs(_proxy: NodeProxy, _world: World) -> Change:
    """Whatever is a list is empty."""
    return lambda _method, _params, answer: (
        {**answer, "result": []} if isinstance(answer.get("result"), list) else answer
    )


def refuses(contract: str, error: str) -> Lie:
    """The next trial of any call of a contract is refused, once."""

    def lie(proxy: NodeProxy, world: World) -> Change:
        return refuses_once(proxy, world.deployment.address(contract), revert_data(contract, error))

    return lie


def says_that_it_failed(proxy: NodeProxy, _world: World) -> Change:
    """The next transaction that is asked about has failed, once."""

    def change(method: str, _params: list[Any], answer: Answer) -> Answer:
        if method != "eth_getTransactionReceipt" or not answer.get("result"):
            return answer
        proxy.change = honest
        return {**answer, "result": {**answer["result"], "status": "0x0", "logs": []}}

    return change


def swears_success(_proxy: NodeProxy, world: World) -> Change:
    """Whatever is asked about was mined and went well, although it was not."""
    head = hex(int(world.node.rpc("eth_blockNumber"), 16))
    empty = {
        "status": "0x1", "blockNumber": head, "gasUsed": "0x5208", "cumulativeGasUsed": "0x5208", "logs": [],
        "logsBloom": "0x" + "00" * 256,
    }  # fmt: skip

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method != "eth_getTransactionReceipt" or answer.get("result"):
            return answer
        receipt = {**empty, "transactionHash": params[0]}
        return {"jsonrpc": "2.0", "id": answer["id"], "result": receipt}

    return change


def counts_one_more(_proxy: NodeProxy, _world: World) -> Change:
    """Of every account one transaction more was mined than was."""
    return lambda method, _params, answer: (
        {**answer, "result": hex(int(answer["result"], 16) + 1)}
        if method == "eth_getTransactionCount" and answer.get("result")
        else answer
    )


def as_is(change: Change) -> Lie:
    """A change that hangs on nothing."""
    return lambda _proxy, _world: change


TOLD: dict[str, Lie] = {
    **{name: as_is(change) for name, change in LIES.items()},
    **{name: as_is(change) for name, change in SHAPES.items()},
    "it is behind": is_behind,
    "lists are empty": has_no_logs,
    "an order is funded already": refuses("PurchaseOrders", "PurchaseOrders_WrongStatus"),
    "nothing new may begin": refuses("PurchaseOrders", "Room_ObligationsStopped"),
    "an anchor is old": refuses("DocumentRegistry", "DocumentRegistry_HeadMismatch"),
    "a transaction failed": says_that_it_failed,
    "an account sent more": counts_one_more,
}
