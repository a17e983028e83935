"""`interlock soak` in its short form: people buy while daemons, node and database fall away, and every checkpoint holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.plays.soak.checks import miscounted
from scripts.plays.soak.lives import BOND, TOKENS, Expected
from scripts.plays.soak.node import MortalNode
from scripts.plays.soak.soak import Asked, soak

SHORT = {"seconds": 20.0, "kills_per_minute": 20.0, "check_seconds": 20.0, "width": 2}


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_people_go_on_buying_while_daemons_are_killed(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    db = request.getfixturevalue("postgres_db") if database == "postgresql" else None
    soaked = soak(Asked(**SHORT, seed=3, db=db, home=tmp_path / "soak"), lambda _: None)
    told = json.loads(json.dumps(soaked.as_json()))
    assert soaked.failures == []
    assert soaked.holds
    assert told["kills"] >= 1
    assert told["orders"] >= 2
    assert told["audits"] >= 1
    assert told["daemon_peak_bytes"] > 0
    assert told["disk_bytes_per_document"] > 0


def test_a_node_that_was_killed_comes_back_with_its_blocks_and_without_its_pool() -> None:
    with MortalNode("anvil") as node:
        sender, receiver = (account.address for account in node.accounts[:2])
        sent = {"from": sender, "to": receiver, "value": "0x1", "gasPrice": "0x0"}
        first = node.rpc("eth_sendTransaction", [sent])
        node.reach_time(node.head_time() + 86_400)
        blocks = int(node.rpc("eth_blockNumber"), 16)
        before = [node.rpc("eth_getBlockByNumber", [hex(n), False]) for n in range(blocks + 1)]
        node.rpc("evm_setAutomine", [False])
        second = node.rpc("eth_sendTransaction", [sent])
        node.die_and_return()
        assert node.rpc("eth_getTransactionByHash", [second]) is None
        assert node.rpc("eth_getTransactionReceipt", [first])["status"] == "0x1"
        after = [node.rpc("eth_getBlockByNumber", [hex(n), False]) for n in range(blocks + 1)]
        assert [block["hash"] for block in after] == [block["hash"] for block in before]
        node.mine()
        assert node.head_time() > int(before[-1]["timestamp"], 16)


class Counted:
    """A stage on which so many documents and tokens are found."""

    def __init__(self, documents: dict[str, int], tokens: dict[str, int], held: int) -> None:
        self.counts = lambda: documents
        self.balance = lambda who: tokens[who]
        self.custody = lambda _contract: held


def test_a_document_too_many_and_a_token_too_few_are_named() -> None:
    expected = Expected()
    expected.documents["payment"] = 2
    tokens = dict(expected.tokens)
    fits: Any = Counted({"payment": 2, "tender": 9}, tokens, 0)
    assert miscounted(fits, expected) == []
    wrong: Any = Counted({"payment": 3}, tokens | {"RIVAL": TOKENS - 1}, BOND)
    assert miscounted(wrong, expected) == [
        "3 documents 'payment', had to be 2",
        f"RIVAL has {TOKENS - 1} tokens, had to have {TOKENS}",
        f"Tenders still holds {BOND} tokens",
        f"PurchaseOrders still holds {BOND} tokens",
    ]
