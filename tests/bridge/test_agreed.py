"""What one node says of an account's slots, or of a transaction, is held against what the others say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from bridge.chain.client import Client
from bridge.chain.gateway import Gateway

KEY, HASH = "0x" + "aa" * 20, "0x" + "bb" * 32
FAILED, DONE = "0x0", "0x1"


class Nodes:
    """The first is asked; each answers one thing, the others when they are asked beside."""

    url = "http://first"

    def __init__(self, answers: Sequence[Any]) -> None:
        self._answers = list(answers)

    def nonce(self, _account: str, _block: str) -> int:
        return int(self._answers[0], 16)

    def call_elsewhere(self, _method: str, *_params: Any) -> list[tuple[str, Any]]:
        return [(f"http://{place}", each) for place, each in enumerate(self._answers[1:], start=2)]


def gateway(*answers: Any) -> Gateway:
    made = Gateway.__new__(Gateway)
    made.client = cast(Client, Nodes(answers))
    return made


@pytest.mark.parametrize(
    ("said", "agreed"),
    [
        (["0x7"], 7),
        (["0x8", "0x7"], 7),
        (["0x7", "0x8"], 7),
        (["0x8", "0x7", "0x7"], 7),
        (["0x7", "0x0", "0x7"], 7),
        (["0x7", "0x7", "nonsense"], 7),
        (["0x9", "0x7", "0x8", "0x7"], 7),
    ],
)
def test_neither_too_many_nor_too_few_are_counted_by_one_node_of_three(
    said: list[str], agreed: int
) -> None:
    assert gateway(*said).agreed_nonces(KEY) == agreed


def receipt(status: str) -> dict[str, Any]:
    return {
        "transactionHash": HASH, "blockNumber": "0x1", "type": "0x0", "status": status, "gasUsed": "0x1",
        "cumulativeGasUsed": "0x1", "logsBloom": "0x" + "00" * 256, "logs": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("others", "denied"),
    [
        ([], False),
        ([receipt(FAILED)], False),
        ([receipt(DONE)], True),
        ([None], True),
        ([None, receipt(FAILED)], False),
        ([None, receipt(DONE)], True),
        ([{"status": "nonsense"}], False),
    ],
)
def test_that_a_transaction_failed_is_believed_where_most_nodes_say_so(
    others: list[Any], denied: bool
) -> None:
    assert gateway(receipt(FAILED), *others).is_denied(HASH) is denied
