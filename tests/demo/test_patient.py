"""People whose node is away for a while wait for it, and what they had sent before counts as sent."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.chain.client import Client
from bridge.chain.rpc import RpcError
from bridge.errors import NodeUnavailable
from scripts.plays.stage import patient
from scripts.plays.stage.patient import SEND, PatientClient

URL = "http://127.0.0.1:1"
KNOWN = RpcError(SEND, {"message": "already known"})
POOR = RpcError(SEND, {"message": "insufficient funds"})


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the node says to each question in turn; what is an error is raised."""
    given: list[Any] = []

    def answer(self: Client, *asked: Any) -> Any:
        told = given.pop(0)
        if isinstance(told, Exception):
            raise told
        return told

    monkeypatch.setattr(Client, "call", answer)
    monkeypatch.setattr(Client, "batch", answer)
    monkeypatch.setattr(patient, "PAUSE_SECONDS", 0.0)
    return given


def test_a_node_that_comes_back_is_asked_again(answers: list[Any]) -> None:
    answers += [NodeUnavailable("away"), NodeUnavailable("away"), "0x5"]
    assert PatientClient([URL]).call("eth_blockNumber") == "0x5"
    answers += [NodeUnavailable("away"), ["a", "b"]]
    assert PatientClient([URL]).batch([("x", []), ("y", [])]) == ["a", "b"]


def test_what_the_node_refuses_is_refused_at_once(answers: list[Any]) -> None:
    answers += [POOR, "never asked"]
    with pytest.raises(RpcError, match="insufficient funds"):
        PatientClient([URL]).call(SEND, "0x00")
    answers[:] = [KNOWN]
    with pytest.raises(RpcError, match="already known"):  # it was not we who sent it before
        PatientClient([URL]).call(SEND, "0x00")


def test_what_had_arrived_before_the_node_went_away_counts_as_sent(answers: list[Any]) -> None:
    answers += [NodeUnavailable("away"), KNOWN]
    assert PatientClient([URL]).call(SEND, "0x00") is None
    answers += [NodeUnavailable("away"), [KNOWN, POOR, "0xaa"]]
    asked = [(SEND, ["0x00"]), (SEND, ["0x01"]), ("eth_call", [])]
    assert PatientClient([URL]).batch(asked) == [None, POOR, "0xaa"]


def test_patience_ends(answers: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient, "PATIENCE_SECONDS", -1.0)
    answers += [NodeUnavailable("away")]
    with pytest.raises(NodeUnavailable, match="away"):
        PatientClient([URL]).call("eth_blockNumber")
