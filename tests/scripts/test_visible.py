"""A node that shows a mined transaction a moment late does not make Brownie believe that it was dropped."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.console.visible import LOOKS_MAX, PAUSE_SECONDS, patient

HASH = "0x" + "ab" * 32


class LateNode:
    """A node that finds a transaction only at the look with this number."""

    def __init__(self, found_at: int) -> None:
        self.found_at = found_at
        self.looks = 0
        self.pauses: list[float] = []

    def make_request(self, method: Any, parameters: Any) -> Any:
        if method == "eth_sendRawTransaction":
            return {"result": HASH}
        self.looks += 1
        return {"result": {"hash": parameters[0]} if self.looks >= self.found_at else None}


def test_a_transaction_sent_from_here_is_looked_for_until_the_node_shows_it() -> None:
    node = LateNode(found_at=3)
    request = patient(node.make_request, set(), node.pauses.append)

    request("eth_sendRawTransaction", ["0x00"])
    found = request("eth_getTransactionByHash", [bytes.fromhex(HASH[2:])])

    assert found["result"] is not None
    assert node.pauses == [PAUSE_SECONDS] * 2


def test_a_transaction_that_never_shows_is_given_up_after_the_bound() -> None:
    node = LateNode(found_at=LOOKS_MAX + 1)
    request = patient(node.make_request, set(), node.pauses.append)

    request("eth_sendRawTransaction", ["0x00"])

    assert request("eth_getTransactionReceipt", [HASH])["result"] is None
    assert node.looks == LOOKS_MAX


@pytest.mark.parametrize("method", ["eth_getTransactionByHash", "eth_getTransactionReceipt"])
def test_a_hash_that_nobody_sent_from_here_is_looked_for_once(method: str) -> None:
    node = LateNode(found_at=2)

    assert patient(node.make_request, set(), node.pauses.append)(method, [HASH])["result"] is None
    assert (node.looks, node.pauses) == (1, [])
