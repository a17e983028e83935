"""One chain for many tests: the seeded world is built once, and every test gets it fresh."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from bridge.bootstrap import build
from scripts.deployment.accounts import Person
from scripts.devchain.devchain import DevChain
from tests.world import Clock, World, build_world


class Worlds:
    """A world as it is after `build_world`, on a chain that goes back to that moment for each test."""

    def __init__(self, node: DevChain, home: Path) -> None:
        self.origin = build_world(node, home)
        self.origin.close()
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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server for this run, in a folder that its own user may enter."""
    pgserver = pytest.importorskip("pgserver", reason="the package pgserver is not installed")
    with tempfile.TemporaryDirectory(prefix="interlock-postgres-") as folder:
        Path(folder).chmod(0o755)
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture
def postgres_db(postgres_server: str) -> str:
    """The URL of a new, empty PostgreSQL database."""
    name = f"interlock_{uuid.uuid4().hex}"
    engine = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
