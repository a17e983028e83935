"""What is sealed stays sealed: whoever runs the node finds no price, salt, plan or rating before its reveal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.proxy import node_proxy
from tests.scripts.sandbox_world import SandboxWorld, needs_brownie, open_world

pytestmark = [pytest.mark.chain, needs_brownie]

PRICE = 8_712_345_678_901  # many digits: nothing else is this number by chance
SCORES = (8_123, 6_457)
SECRETS = """
import json
from scripts.console import secrets_file
from scripts.console.ops import calls
def secrets(contract):
    kept = json.loads(secrets_file.SECRETS_FILE.read_text())[calls.shelf(contract)]
    return list(kept.values())
"""


@dataclass
class Overheard:
    """Everything that a node was sent, as text."""

    sandbox: SandboxWorld
    requests: list[str] = field(default_factory=list)

    def told(self, *lines: str) -> list[Any]:
        """What lines of the console hand to `tell`; only what these send is remembered."""
        self.requests.clear()
        return self.sandbox.told(SECRETS, *lines)

    def holds(self, secret: int | str) -> bool:
        """A number is sought as a word of 32 bytes, as hex and in decimals; 32 bytes as hex."""
        heard = "\n".join(self.requests).lower()
        if isinstance(secret, str):
            return secret.removeprefix("0x").lower() in heard
        forms = [f"{secret:064x}"]
        if secret == PRICE:  # a small number is anywhere in hex
            forms += [f"{secret:x}", str(secret)]
        return any(form in heard for form in forms)


@pytest.fixture(scope="module")
def overheard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Overheard]:
    home = tmp_path_factory.mktemp("sealed")
    sandbox = open_world("anvil", home)
    with node_proxy(sandbox.node.url) as proxy:
        known = json.loads(sandbox.deployment.read_text())
        sandbox.deployment = home / "overheard.json"
        sandbox.deployment.write_text(json.dumps(known | {"rpcUrl": proxy.url}))
        found = Overheard(sandbox)

        def remember(method: str, params: list[Any], answer: dict[str, Any]) -> dict[str, Any]:
            found.requests.append(json.dumps([method, params]))
            return answer

        proxy.change = remember
        yield found
    sandbox.bridge.close()
    sandbox.node.stop()


def test_nobody_reads_a_price_before_it_is_revealed(overheard: Overheard) -> None:
    bid, early = overheard.told(
        'ops.open_tender(500, 9_000_000_000_000, ["S1", "S2"], commit_seconds=60, reveal_seconds=60)',
        f'ops.bid(1, "S1", {PRICE}); tell(secrets("Tenders")[-1])',
        'ops.tender(1); ops.tenders(); tell(no(lambda: ops.reveal(1, "S1")))',
    )
    assert early.startswith("TooEarly: ")
    assert bid["amount"] == PRICE
    assert any(
        "eth_sendTransaction" in r or "eth_sendRawTransaction" in r for r in overheard.requests
    )
    assert not overheard.holds(PRICE)
    assert not overheard.holds(bid["salt"])
    overheard.told('ops.wait(61); ops.reveal(1, "S1")')
    assert overheard.holds(PRICE)  # so it would have been found before
    assert overheard.holds(bid["salt"])


def test_nobody_reads_a_plan_or_a_rating_before_it_is_shown(overheard: Overheard) -> None:
    plans = overheard.told(
        "roles = [ops.role_terms(pay=600_000), ops.role_terms(pay=400_000)]",
        'ops.open_group("N1", roles, target=1_000)',
        'ops.grab(1, 1, "N2", 800, "the plan of N2"); ops.grab(1, 2, "N3", 700, "the plan of N3")',
        "for plan in secrets('ChainGroups')[-2:]: tell(plan)",
        'tell(no(lambda: ops.open_plan(1, 1, "N2")))',
    )
    assert plans.pop().startswith("TooEarly: plans for role 1 of group 1 are opened from ")
    assert len({plan["plan"] for plan in plans}) == 2
    assert not any(overheard.holds(plan[kind]) for plan in plans for kind in ("plan", "salt"))
    overheard.told('ops.wait(3_601); ops.open_plan(1, 1, "N2")')
    assert overheard.holds(plans[0]["plan"])

    ratings, early = overheard.told(
        "ops.wait(3_600); ops.form(1); ops.progress(1, 1, 10_000); ops.progress(1, 2, 10_000)",
        "ops.wait(8 * 86_400); ops.close_group(1)",
        f'ops.rate(1, "N2", {{"N1": {SCORES[0]}, "N3": {SCORES[1]}}})',
        "tell(secrets('PeerRatings')[-1]); tell(no(lambda: ops.reveal_ratings(1, 'N2')))",
    )
    assert early.startswith("TooEarly: ratings of group 1 are revealed from ")
    assert sorted(row[1] for row in ratings["ratings"]) == sorted(SCORES)
    assert not any(map(overheard.holds, (*SCORES, ratings["salt"])))
    overheard.told('ops.wait(3 * 86_400); ops.reveal_ratings(1, "N2")')
    assert all(map(overheard.holds, (*SCORES, ratings["salt"])))
