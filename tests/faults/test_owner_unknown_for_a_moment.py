"""Attack E6 of review 15, honest node: it is busy for a moment where it is asked who owns a firm's account.

`chain/accounts.py` takes every error for "no contract": the account's own key is wanted, which nobody holds, and the call is
refused for good, by the bridge's own word, so that nobody doubts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.chain.accounts import OWNER
from scripts.devchain.devchain import DevChain
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, passes, row_of
from tests.proxy import Answer, honest, node_proxy
from tests.world import BUYER, World, build_world


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose buyer's account is a contract."""
    with DevChain("anvil") as node:
        world = build_world(node, Path(tmp_path_factory.mktemp("firm")), firms=(BUYER,))
        yield world
        world.close()


def is_busy(method: str, params: list[Any], answer: Answer) -> Answer:
    if method == "eth_call" and params[0].get("data") == OWNER:
        error = {"code": -32005, "message": "limit exceeded"}
        return {"jsonrpc": "2.0", "id": answer["id"], "error": error}
    return answer


def test_a_call_of_a_firm_outlasts_a_node_that_was_busy(firm: World) -> None:
    with node_proxy(firm.node.url) as busy:
        firm.reopen(rpc=(busy.url, firm.node.url))
        firm.issue()
        busy.change = is_busy
        firm.settle_passes(2)
        busy.change = honest
        firm.clock.ahead += 4_000
        firm.settle()
    firm.reopen(rpc=())
    firm.settle()
    stuck = [(each["key"], each["reason"]) for each in firm.status()["stuck"]]
    assert (len(firm.documents("tender")), stuck) == (1, [])


def test_an_act_of_a_firm_outlasts_a_node_that_was_busy(firm: World) -> None:
    with node_proxy(firm.node.url) as busy:
        firm.reopen(rpc=(busy.url, firm.node.url))
        asked = asks_to_pay(firm)
        firm.settle()
        answers(firm, asked)
        busy.change = is_busy
        passes(firm, 1)
        busy.change = honest
        firm.clock.ahead += 60
        firm.settle()
    firm.reopen(rpc=())
    assert (paid(firm), outcomes(firm, asked)) == (1, ["done"]), row_of(firm, asked)
