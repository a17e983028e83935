"""A node answers with what no node should: the daemon lives, the cursor stays, another node is asked (attack A3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bridge.operator.watched import watched
from tests.bridge.test_operator import status
from tests.faults.driving import run_daemon
from tests.proxy import Answer, in_receipts, node_proxy
from tests.world import World

Malform = Callable[[str, list[Any], Answer], Any]


def in_blocks(change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Malform:
    """Changes every block that is given."""

    def malform(method: str, _params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getBlockByNumber" and answer.get("result"):
            return {**answer, "result": change(dict(answer["result"]))}
        return answer

    return malform


def without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Leaves a field out."""
    return lambda given: {key: value for key, value in given.items() if key != name}


def latest_is_null(method: str, params: list[Any], answer: Answer) -> Answer:
    if method == "eth_getBlockByNumber" and params[0] == "latest":
        return {**answer, "result": None}
    return answer


def error_is_text(_method: str, _params: list[Any], answer: Answer) -> Answer:
    return {"jsonrpc": "2.0", "id": answer["id"], "error": "too many requests"}


def belongs_to_nobody(_method: str, _params: list[Any], answer: Answer) -> Answer:
    return {"jsonrpc": "2.0", "id": None, "error": {"code": -32005, "message": "rate limited"}}


def is_a_number(_method: str, _params: list[Any], _answer: Answer) -> Any:
    return 7


SHAPES = {
    "a block without its bloom": in_blocks(without("logsBloom")),
    "a block without its receiptsRoot": in_blocks(without("receiptsRoot")),
    "a block with odd hex": in_blocks(lambda given: {**given, "timestamp": "0x"}),
    "no newest block": latest_is_null,
    "a receipt without logs": in_receipts(without("logs")),
    "a receipt whose status is null": in_receipts(lambda given: {**given, "status": None}),
    "an error that is a text": error_is_text,
    "answers that are nobody's": belongs_to_nobody,
    "answers that are no objects": is_a_number,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_malformed_answer_ends_nothing_and_an_honest_node_is_asked(
    world: World, shape: str
) -> None:
    with node_proxy(world.node.url) as malformed:
        world.reopen(rpc=(malformed.url, world.node.url))
        to = world.people["SUPPLIER"].address
        world.transact("BUYER", "SettlementToken", "transfer", to, 777)
        malformed.change = SHAPES[shape]
        run_daemon(world, until=lambda: bool(world.documents("token_transfer")))
        assert world.bridge.client.url == world.node.url
        assert "bug" not in world.alarms()
        world.settle()
    world.reopen(rpc=())
    assert world.last("token_transfer").fields["amount_minor"] == 777
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_daemon_starts_although_the_first_node_answers_nonsense(world: World) -> None:
    with node_proxy(world.node.url) as malformed:
        malformed.change = is_a_number
        world.reopen(rpc=(malformed.url, world.node.url))
        assert world.bridge.client.url == world.node.url
        world.settle()


def test_who_watches_or_asks_for_the_status_is_told_although_the_only_node_answers_nonsense(
    world: World,
) -> None:
    with node_proxy(world.node.url) as malformed:
        world.reopen(rpc=(malformed.url,), watch_port=0)
        malformed.change = SHAPES["a block without its bloom"]
        with watched(world.bridge) as url:  # the daemon goes on, and says of its node what is wrong
            assert url is not None
        code, told = status(world, rpc=malformed.url)
    world.reopen(rpc=(), watch_port=None)
    assert (code, told["node"][:4]) == (1, "DOWN")
