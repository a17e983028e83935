"""Attack E8 of review 15, one bad node of two: its answer is met as a bug, and nobody else is asked."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from bridge.chain import rpc
from tests.faults.attacking import asks_to_pay, requests_of
from tests.faults.driving import run_daemon
from tests.proxy import Answer, node_proxy
from tests.world import BUYER, World

LARGEST = 2**63 - 1  # that `wire.number` takes: the next slot is a number that no database keeps
BOMB = "0xb0b0"


def test_a_count_at_the_edge_of_what_is_kept_has_another_node_asked(world: World) -> None:
    account = world.people[BUYER].address.lower()

    def counts(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getTransactionCount" and params[0].lower() == account:
            return {**answer, "result": hex(LARGEST)}
        return answer

    world.settle()
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url, world.node.url))
        liar.change = counts
        first, second = asks_to_pay(world, 1), asks_to_pay(world, 2)
        run_daemon(world, until=lambda: bool(requests_of(world, first)))
        run_daemon(world, until=lambda: bool(requests_of(world, second)))
        assert "bug" not in world.alarms()
    world.reopen(rpc=())


def test_an_answer_for_which_there_is_no_memory_has_another_node_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20 MB of empty lists take 680 MB here, and 512 MB are read: where there is not so much, orjson raises SystemError.

    That it does was seen with a bound on memory (`resource.RLIMIT_AS`); here its error stands for it.
    """

    def loads(body: bytes) -> Any:
        if BOMB.encode() in body:
            raise SystemError("<built-in function loads> returned a result with an exception set")
        return orjson.loads(body)

    def bomb(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getBlockByNumber" and params[0] == "latest":
            return {**answer, "result": BOMB}
        return answer

    with node_proxy(world.node.url) as bad:
        world.reopen(rpc=(bad.url, world.node.url))
        to = world.people["SUPPLIER"].address
        world.transact(BUYER, "SettlementToken", "transfer", to, 777)
        monkeypatch.setattr(rpc._Provider, "decode_rpc_response", staticmethod(loads))
        bad.change = bomb
        run_daemon(world, until=lambda: bool(world.documents("token_transfer")))
        assert "bug" not in world.alarms()
    monkeypatch.undo()
    world.reopen(rpc=())
