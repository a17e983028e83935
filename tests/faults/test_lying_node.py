"""A node leaves something out or makes something up: the cursor stays, an alarm is raised, another node is asked."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bridge.errors import NodeIncomplete
from tests.faults.driving import run_daemon
from tests.proxy import Answer, node_proxy
from tests.world import World


def omits_a_log(method: str, _params: list[Any], answer: Answer) -> Answer:
    if method == "eth_getTransactionReceipt" and answer["result"] and answer["result"]["logs"]:
        answer = copy.deepcopy(answer)
        answer["result"]["logs"].pop()
    return answer


def changes_an_amount(method: str, _params: list[Any], answer: Answer) -> Answer:
    if method == "eth_getTransactionReceipt" and answer["result"] and answer["result"]["logs"]:
        answer = copy.deepcopy(answer)
        log = answer["result"]["logs"][-1]
        log["data"] = log["data"][:-1] + ("0" if log["data"][-1] != "0" else "1")
    return answer


def omits_a_receipt(method: str, _params: list[Any], answer: Answer) -> Answer:
    return {**answer, "result": None} if method == "eth_getTransactionReceipt" else answer


def hides_the_transactions(method: str, _params: list[Any], answer: Answer) -> Answer:
    if method == "eth_getBlockByNumber" and answer["result"]:
        answer = {**answer, "result": {**answer["result"], "transactions": []}}
    return answer


def forges_the_bloom(method: str, _params: list[Any], answer: Answer) -> Answer:
    if method == "eth_getBlockByNumber" and answer["result"]:
        answer = {**answer, "result": {**answer["result"], "logsBloom": "0x" + "00" * 256}}
    return answer


def moves_the_time(method: str, _params: list[Any], answer: Answer) -> Answer:
    if method == "eth_getBlockByNumber" and answer["result"]:
        later = hex(int(answer["result"]["timestamp"], 16) + 86_400)
        answer = {**answer, "result": {**answer["result"], "timestamp": later}}
    return answer


LIES = [
    omits_a_log,
    changes_an_amount,
    omits_a_receipt,
    hides_the_transactions,
    forges_the_bloom,
    moves_the_time,
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_lie_moves_no_cursor_and_the_honest_node_is_asked(world: World, lie: Any) -> None:
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url, world.node.url))
        to = world.people["SUPPLIER"].address
        world.transact("BUYER", "SettlementToken", "transfer", to, 777)
        before = world.status()["block"]
        liar.change = lie
        with pytest.raises(NodeIncomplete):
            world.bridge.daemon.once()
        assert world.status()["block"] == before
        assert world.documents("token_transfer") == []
        run_daemon(world, until=lambda: bool(world.documents("token_transfer")))
    assert world.bridge.client.url == world.node.url
    assert "incomplete node" in world.alarms()
    assert world.last("token_transfer").fields["amount_minor"] == 777
    world.settle()
    world.assert_audit_holds()
