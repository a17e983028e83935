"""Four real signers of Clique lock themselves, two on each of two branches of the same weight, and are led together."""

from __future__ import annotations

import time
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from scripts.network import clique
from scripts.network.clique import CLIQUE, Clique
from scripts.network.home import Validator
from scripts.network.network import Network
from scripts.network.rpc import ask, height
from tests.network.nodes import BUILD, require

PATIENCE = 60.0


def until(validator: Validator, block: int) -> None:
    """Waits for a block of one node."""
    deadline = time.monotonic() + PATIENCE
    while (height(validator.url) or 0) < block:
        assert time.monotonic() < deadline, f"{validator.name} does not make block {block}"
        time.sleep(0.05)


def make_branch(first: Validator, second: Validator) -> None:
    """Two signers make a block each; of four, neither may make the next one."""
    ask(first.url, "miner_start")
    until(first, 1)
    clique._hand(first, second, 1, 1)
    ask(second.url, "miner_start")
    until(second, 2)


def branches(network: Network) -> set[str]:
    """Hashes of the newest blocks."""
    latest = ("eth_getBlockByNumber", "latest", False)
    return {ask(each.url, *latest)["hash"] for each in network.spec.validators}


@pytest.mark.background(BUILD)
def test_signers_that_locked_themselves_stand_on_one_block_and_go_on(
    background: CompletedProcess[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(background)
    network = Network.make(tmp_path / "home", "clique", tied=True)
    monkeypatch.setattr(Clique, "started", lambda *_: None)  # nobody seals yet
    try:
        order = sorted(network.spec.validators, key=lambda each: each.account)
        parts = [
            (order[1], order[3]),
            (order[0], order[2]),
        ]  # a block in its turn, and one that is not
        for part in parts:
            for each in part:
                clique._write_peers(network.home, part, each)
        network.start(network.numbers)
        for part in parts:
            make_branch(*part)
        CLIQUE.heal(network.home, network.spec)
        for each in network.spec.validators:
            until_heard(each, len(order) - 1)
        assert len(branches(network)) == 2
        assert network.unlock() is True
        assert network.unlocked == 1
        network.reach(8, seconds=PATIENCE)
    finally:
        network.down()


def until_heard(validator: Validator, peers: int) -> None:
    """Waits until a node hears so many peers."""
    deadline = time.monotonic() + PATIENCE
    while int(ask(validator.url, "net_peerCount"), 16) < peers:
        assert time.monotonic() < deadline, f"{validator.name} does not hear {peers} peers"
        time.sleep(0.1)
