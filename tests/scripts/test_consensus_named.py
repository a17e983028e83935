"""`interlock deploy` names how the chain agrees, and holds that against the chain before it deploys anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.errors import BadConfiguration
from scripts.deployment.consensus import Named, check_chain, named, pinned
from scripts.devchain.devchain import DevChain

ACCOUNT = "0x" + "AB" * 20


def test_depths_that_the_consensus_says_need_not_be_named() -> None:
    assert [named(kind, None, []).depth for kind in ("development", "ibft", "qbft", "ibft2")] == [
        0
    ] * 4
    assert named("clique", 4, [ACCOUNT]) == Named("clique", 4, (ACCOUNT.lower(),))


@pytest.mark.parametrize(
    ("consensus", "finality", "said"),
    [
        ("raft", None, "--consensus is one of development, ethereum, clique, ibft, qbft, ibft2"),
        ("clique", None, "can fork: name with --finality"),
        ("ethereum", None, "can fork: name with --finality"),
        ("ethereum", -1, "0 or more"),
        ("qbft", 3, "--finality is 0"),
    ],
)
def test_what_does_not_go_together_is_told(consensus: str, finality: int | None, said: str) -> None:
    with pytest.raises(BadConfiguration, match=said):
        named(consensus, finality, [])


def test_a_chain_of_another_consensus_is_told_before_anything_is_deployed() -> None:
    with DevChain("anvil") as node:
        node.mine()
        client = Client([node.url])
        check_chain(client, named("ethereum", 12, []))
        for kind in ("ibft", "qbft", "ibft2"):
            with pytest.raises(BadConfiguration, match="Name the right one with --consensus"):
                check_chain(client, named(kind, None, []))
        made = Deployment("n", 1, node.url, client.header(0).hash, 1, {})
        signers = named("clique", 4, [ACCOUNT])
        wanted = replace(made, consensus="clique", finality=4, validators=(ACCOUNT.lower(),))
        assert pinned(client, made, signers) == wanted
