"""A node leaves something out or makes something up: the cursor stays, an alarm is raised, another node is asked."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.errors import NodeIncomplete
from tests.faults.driving import run_daemon
from tests.proxy import Answer, in_receipts, node_proxy
from tests.world import World


def omits_a_log(receipt: dict[str, Any]) -> dict[str, Any]:
    del receipt["logs"][-1:]
    return receipt


def changes_an_amount(receipt: dict[str, Any]) -> dict[str, Any]:
    for log in receipt["logs"][-1:]:
        log["data"] = log["data"][:-1] + ("0" if log["data"][-1] != "0" else "1")
    return receipt


def names_another_transaction(receipt: dict[str, Any]) -> dict[str, Any]:
    return {**receipt, "transactionHash": "0x" + "99" * 32}


def omits_a_receipt(_receipt: dict[str, Any]) -> None:
    return None


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


LIES = {
    "a log is left out": in_receipts(omits_a_log),
    "an amount is another": in_receipts(changes_an_amount),
    "a receipt is of another transaction": in_receipts(names_another_transaction),
    "a receipt is left out": in_receipts(omits_a_receipt),
    "the transactions are hidden": hides_the_transactions,
    "the bloom is forged": forges_the_bloom,
    "the time is another": moves_the_time,
}


@pytest.mark.parametrize("by_block", [True, False], ids=["by block", "one by one"])
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_moves_no_cursor_and_the_honest_node_is_asked(
    world: World, lie: str, by_block: bool
) -> None:
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url, world.node.url))
        world.bridge.scanner._by_block = by_block
        to = world.people["SUPPLIER"].address
        world.transact("BUYER", "SettlementToken", "transfer", to, 777)
        before = world.status()["block"]
        liar.change = LIES[lie]
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
