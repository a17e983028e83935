"""A node that cannot answer so much at once is asked for less: an honest one, or the way to it, is not too slow for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from bridge.chain.rpc import PATIENCE_MIN, RPC_BATCH_MAX, Node, RpcError
from bridge.errors import NodeUnavailable

ASKED = [("eth_getBlockByNumber", [hex(n), False]) for n in range(RPC_BATCH_MAX)]
TRIES = 8  # of one question, one after the other, as a stage makes them


class Provider:
    """Answers each question with its first argument, in batches of no more than it can bear."""

    def __init__(self, most: int, beyond: Callable[[list[Any], int], Any]) -> None:
        self.most, self.beyond = most, beyond
        self.batches: list[int] = []

    def make_batch_request(self, asked: list[Any]) -> Any:
        self.batches.append(len(asked))
        if len(asked) > self.most:
            return self.beyond(asked, self.most)
        return answers(asked)

    def make_request(self, _method: str, params: list[Any]) -> Any:
        return {"id": 1, "result": params[0]}


def answers(asked: list[Any]) -> list[Any]:
    return [{"id": n, "result": params[0]} for n, (_, params) in enumerate(asked)]


def too_large(asked: list[Any], most: int) -> list[Any]:
    """As geth does: what comes after 25 MB are errors."""
    error = {"code": -32003, "message": "response too large"}
    refused = [{"id": n, "error": error} for n in range(most, len(asked))]
    return answers(asked)[:most] + refused


def too_late(_asked: list[Any], _most: int) -> Any:
    raise requests.Timeout("it was not whole within 30 s")


def node(most: int, beyond: Callable[[list[Any], int], Any]) -> tuple[Node, Provider]:
    made, provider = Node("http://far"), Provider(most, beyond)
    made._provider = provider  # type: ignore[assignment]
    return made, provider


@pytest.mark.parametrize("most", [0, 1, 7, 60])
def test_what_is_too_large_for_one_answer_is_asked_for_in_parts(most: int) -> None:
    far, _ = node(most, too_large)
    assert far.batch(ASKED) == [params[0] for _, params in ASKED]


@pytest.mark.parametrize("most", [1, 7, 60])
def test_what_takes_too_long_at_once_is_asked_for_in_smaller_parts_the_next_time(most: int) -> None:
    """A hundred of the largest blocks took longer than an answer may: asked the same again, it failed for ever."""
    far, provider = node(most, too_late)
    for _ in range(TRIES):
        try:
            found = far.batch(ASKED)
        except NodeUnavailable:
            continue
        break
    assert found == [params[0] for _, params in ASKED]
    provider.most = RPC_BATCH_MAX
    for _ in range(8 * PATIENCE_MIN):
        far.batch(ASKED)
    assert provider.batches[-1] == RPC_BATCH_MAX  # it recovers


def test_a_node_that_can_only_so_much_is_seldom_asked_for_more() -> None:
    far, _ = node(60, too_late)
    failed = 0
    for _ in range(1_000):
        try:
            far.batch(ASKED)
        except NodeUnavailable:
            failed += 1
    assert failed < 10


def test_a_node_that_is_away_is_asked_as_much_as_before_when_it_comes_back() -> None:
    def refuses(_asked: list[Any], _most: int) -> Any:
        raise requests.ConnectionError("connection refused")

    far, provider = node(0, refuses)
    for _ in range(TRIES):
        with pytest.raises(NodeUnavailable):
            far.batch(ASKED)
    provider.most = RPC_BATCH_MAX
    far.batch(ASKED)
    assert provider.batches[-1] == RPC_BATCH_MAX


def test_one_answer_that_is_too_large_in_itself_is_told() -> None:
    far, provider = node(0, too_large)
    error = {"id": 1, "error": {"code": -32003, "message": "response too large"}}
    provider.make_request = lambda *_: error  # type: ignore[method-assign]
    (found,) = far.batch(ASKED[:1])
    assert isinstance(found, RpcError)
