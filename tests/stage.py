"""One chain for many tests: the seeded world is built once, and every test gets it fresh."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.bootstrap import build
from scripts.accounts import Person
from scripts.devchain import DevChain
from tests.world import Clock, World, build_world


class Stage:
    """A world as it is after `build_world`, on a chain that goes back to that moment for each test."""

    def __init__(self, node: DevChain, home: Path) -> None:
        self.origin = build_world(node, home)
        self.origin.bridge.port.engine.dispose()
        self._snapshot = node.rpc("evm_snapshot")

    def fresh(self, home: Path) -> World:
        """The same world with a chain, a database and a bridge of its own time."""
        first = self.origin
        first.node.rpc("evm_revert", [self._snapshot])
        self._snapshot = first.node.rpc("evm_snapshot")
        database = home / "interlock.db"
        shutil.copy(first.home / "interlock.db", database)
        db = f"sqlite:///{database}"
        config, clock = replace(first.config, db=db), Clock()
        bridge = build(config, clock=clock, sleep=lambda _: None)
        people = {
            name: Person(bridge.client, person.account.key) for name, person in first.people.items()
        }
        return World(first.node, home, db, first.deployment, bridge, people, config, clock)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The one chain, and the world on it."""
    with DevChain("anvil") as node:
        yield Stage(node, tmp_path_factory.mktemp("stage"))


@pytest.fixture
def world(stage: Stage, tmp_path: Path) -> Iterator[World]:
    """A fresh seeded world: buyer, supplier and rival with tokens, an item at its reorder point, a budget."""
    made = stage.fresh(tmp_path)
    yield made
    made.bridge.port.engine.dispose()
