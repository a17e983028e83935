"""In the plays too a bid is heard of by the node only when it is revealed: salt and amount, word by word."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from bridge.chain.artifact import artifact
from bridge.chain.decode import abi_type
from scripts.devchain.devchain import DevChain
from scripts.plays.demo.cli import demo
from scripts.plays.tenders.caltrans import read_auctions
from scripts.plays.tenders.play import Replay
from tests.proxy import NodeProxy, node_proxy

pytestmark = pytest.mark.chain

ROOT = Path(__file__).resolve().parents[2]
WORD = 64  # hex digits
CALL_MAX = 5_000  # characters; what is longer creates a contract, whose code holds every selector


def selector_of(function: str) -> str:
    """First four bytes of a call of Tenders, hex."""
    (entry,) = (e for e in artifact("Tenders").abi if e.get("name") == function)
    return keccak(text=f"{function}({','.join(map(abi_type, entry['inputs']))})")[:4].hex()


def remembering(proxy: NodeProxy) -> list[str]:
    """Everything that the node is sent from now on, as text."""
    heard: list[str] = []

    def remember(method: str, params: list[Any], answer: dict[str, Any]) -> dict[str, Any]:
        heard.append(json.dumps([method, params]).lower())
        return answer

    proxy.change = remember
    return heard


def no_bid_is_heard_before_its_reveal(heard: list[str]) -> int:
    """Every revealed bid, sought in all that was sent before its reveal; how many there were."""
    selector, found = selector_of("revealBid"), 0
    for place, request in enumerate(heard):
        start = request.find(selector)
        if start < 0 or "eth_sendraw" not in request or len(request) > CALL_MAX:
            continue
        data = request[start + len(selector) :]
        terms_words = (len(terms_of_a_tender()) + len(terms_of_a_tender("order"))) - 1
        amount, _, salt = (data[WORD * (1 + terms_words + i) :][:WORD] for i in range(3))
        assert int(amount, 16) > 0
        before = "\n".join(heard[:place])
        assert salt not in before
        assert amount not in before
        found += 1
    return found


def terms_of_a_tender(member: str | None = None) -> list[dict[str, Any]]:
    """Members of TenderTerms, or of a struct in it: all of one word, so a call has them in a row."""
    (entry,) = (e for e in artifact("Tenders").abi if e.get("name") == "revealBid")
    terms = next(i for i in entry["inputs"] if i["name"] == "terms")["components"]
    if member is None:
        return list(terms)
    return list(next(m for m in terms if m["name"] == member)["components"])


def test_the_replay_of_real_tenders_tells_no_bid_before_its_reveal() -> None:
    auctions = read_auctions(ROOT / "tests" / "scenarios" / "data" / "caltrans")[:2]
    with DevChain("anvil") as node, node_proxy(node.url) as proxy:
        heard = remembering(proxy)
        seen = SimpleNamespace(url=proxy.url, head_time=node.head_time, reach_time=node.reach_time)
        Replay(seen, os.urandom, lambda *_: None).run(auctions)  # type: ignore[arg-type]
    assert no_bid_is_heard_before_its_reveal(heard) == sum(len(a.bids) for a in auctions)


def test_the_demo_tells_no_bid_before_its_reveal(tmp_path: Path) -> None:
    with DevChain("anvil") as node, node_proxy(node.url) as proxy:
        heard = remembering(proxy)
        demo(lines="2", chain=proxy.url, home=tmp_path / "home", quiet=True)
    assert no_bid_is_heard_before_its_reveal(heard) >= 2
