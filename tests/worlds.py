"""One chain for many tests: the seeded world is built once, and every test gets it fresh."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.bootstrap import build
from scripts.deployment.accounts import Person
from scripts.deployment.consensus import Named
from scripts.deployment.deploy import ONE_NODE
from scripts.devchain.devchain import DevChain
from tests.world import Clock, World, build_world


class Worlds:
    """A world as it is after `build_world`, on a chain that goes back to that moment for each test."""

    def __init__(self, node: DevChain, home: Path, consensus: Named = ONE_NODE) -> None:
        self.origin = build_world(node, home, consensus=consensus)
        self.origin.close()
        self._snapshot = node.rpc("evm_snapshot")

    def fresh(self, home: Path) -> World:
        """The same world with a chain, a database and a bridge of its own time."""
        first = self.origin
        first.node.rpc("evm_revert", [self._snapshot])
        first.node.rpc("anvil_dropAllTransactions")  # what waits in the pool is not put back
        self._snapshot = first.node.rpc("evm_snapshot")
        database = home / "interlock.db"
        shutil.copy(first.home / "interlock.db", database)
        db = f"sqlite:///{database}"
        config, clock = replace(first.config, db=db), Clock()
        bridge = build(config, clock=clock, sleep=clock.sleep)
        people = {
            name: Person(bridge.client, person.account.key) for name, person in first.people.items()
        }
        return World(first.node, home, db, first.deployment, bridge, people, config, clock)


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """The one chain, and the world on it."""
    with DevChain("anvil") as node:
        yield Worlds(node, tmp_path_factory.mktemp("worlds"))


@pytest.fixture
def world(worlds: Worlds, tmp_path: Path) -> Iterator[World]:
    """A fresh seeded world: buyer, supplier and rival with tokens, an item at its reorder point, a budget."""
    made = worlds.fresh(tmp_path)
    yield made
    made.close()
