"""Databases to play in: a SQLite file per test, and a PostgreSQL server per run when its package is there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from erp.database import open_engine, upgrade
from tests.erp.world import World


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date SQLite database."""
    made = open_engine(f"sqlite:///{tmp_path / 'erp.db'}")
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def world(engine: Engine) -> World:
    """Buyer, supplier and rival with tokens, an item with a policy, a budget."""
    made = World(engine)
    made.prepare()
    return made


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server for this run, in a folder that its own user may enter."""
    pgserver = pytest.importorskip("pgserver", reason="the package pgserver is not installed")
    with tempfile.TemporaryDirectory(prefix="erp-postgres-") as folder:
        Path(folder).chmod(0o755)
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Engine]:
    """An empty, up-to-date PostgreSQL database."""
    made = open_engine(postgres_url)
    with made.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    upgrade(made)
    yield made
    made.dispose()
