"""Of several nodes none that falls silent holds up the work with the others."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from bridge.chain import client as clients
from bridge.chain import rpc, wire
from bridge.chain.client import Client
from bridge.chain.headers.consensus import Consensus
from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete, NodeUnavailable

A_DAY = 86_400.0
OFTEN = 0.5  # seconds between two passes


def header(number: int) -> Header:
    return Header("0x" + "11" * 32, "0x", number, 0, 0, b"", b"", (), ())


class Hours:
    """Seconds that a test lets pass."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_node_that_swallows_its_questions_takes_little_of_the_rings_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each question to it ends only when the time for an answer is over; all stages wait for that."""
    hours = Hours()
    client = Client(("http://honest", "http://swallows"), hours)
    waited = 0.0

    def swallows(*_: Any) -> Any:
        nonlocal waited
        hours.now += rpc.BESIDE_TIMEOUT_SECONDS
        waited += rpc.BESIDE_TIMEOUT_SECONDS
        raise NodeUnavailable("timed out")

    monkeypatch.setattr(client._nodes[1], "call", swallows)
    while hours.now < A_DAY:
        assert client.votes(header(7), (6, "0x")).same == ("http://honest",)
        hours.now += OFTEN
    assert waited < A_DAY / 10


def test_who_is_asked_beside_the_others_has_less_time_to_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rpc, "BESIDE_TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as swallows:
        url = f"http://127.0.0.1:{swallows.getsockname()[1]}"
        client = Client(("http://honest", url))
        began = time.monotonic()
        assert client.votes(header(7), (6, "0x")).same == ("http://honest",)
        assert time.monotonic() - began < rpc.RPC_TIMEOUT_SECONDS / 2


def test_before_the_bridge_halts_a_node_that_fell_silent_is_asked_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Consensus, "check_alone", lambda *_: None)
    client = Client(("http://forked", "http://stalled"), Hours())
    stalled = client._nodes[1]

    def away(*_: Any) -> Any:
        raise NodeUnavailable("timed out")

    monkeypatch.setattr(stalled, "call", away)
    client.votes(header(7), (6, "0x"))
    monkeypatch.setattr(stalled, "call", lambda *_: "a block")
    monkeypatch.setattr(wire, "header", lambda _: header(7))
    assert client.votes(header(7), (6, "0x")).same == ("http://forked",)  # it is still left alone
    assert client.elsewhere(7) == {header(7).hash}


def test_a_node_that_is_named_twice_has_one_vote() -> None:
    client = Client(("http://one", "http://other", "http://one"))
    assert client.urls == ("http://one", "http://other")


def test_a_node_that_says_at_once_that_it_is_away_is_asked_again_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hours = Hours()
    client = Client(("http://honest", "http://restarts"), hours)
    asked: list[float] = []

    def away(*_: Any) -> Any:
        asked.append(hours.now)
        raise NodeUnavailable("connection refused")

    monkeypatch.setattr(client._nodes[1], "call", away)
    for _ in range(100):
        client.votes(header(7), (6, "0x"))
        hours.now += OFTEN
    assert len(asked) == 100 * OFTEN / clients.SILENT_SECONDS


def test_the_block_of_another_height_is_no_answer_however_well_it_proves_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A node answers with a genuine block, only not with the one that was asked for."""
    client = Client(("http://asked", "http://beside"), Hours())
    monkeypatch.setattr(client.consensus, "check_alone", lambda _header: None)
    monkeypatch.setattr(wire, "header", lambda answer: answer)
    for node in client._nodes:
        monkeypatch.setattr(node, "call", lambda *_: header(3))
    with pytest.raises(NodeIncomplete, match="http://asked gave block 3 for block 7"):
        client.header(7)
    assert client.header(3) == header(3)
    votes = client.votes(header(7), (6, "0x"))
    assert (votes.same, votes.other, votes.astray) == (("http://asked",), (), ())
