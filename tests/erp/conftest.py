"""Databases for the tests: a SQLite file per test, and a PostgreSQL server per run when its package is there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from erp.database import open_engine, upgrade
from tests.erp.classes import every_field_has_a_class  # noqa: F401 - a fixture
from tests.erp.world import World


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two SQLite files to copy: an up-to-date empty one, and one with a world prepared in it."""
    folder = tmp_path_factory.mktemp("templates")
    files = {"empty": folder / "empty.db", "prepared": folder / "prepared.db"}
    for name, file in files.items():
        made = open_engine(f"sqlite:///{file}")
        upgrade(made)
        if name == "prepared":
            World(made).prepare()
        with made.connect() as connection:
            connection.commit()
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        made.dispose()
    return files


def copied(template: Path, folder: Path) -> Engine:
    return open_engine(f"sqlite:///{shutil.copy(template, folder / 'erp.db')}")


@pytest.fixture
def engine(templates: dict[str, Path], tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date SQLite database."""
    made = copied(templates["empty"], tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def world(templates: dict[str, Path], tmp_path: Path) -> Iterator[World]:
    """Buyer, supplier and rival with tokens, an item with a policy, a budget."""
    made = copied(templates["prepared"], tmp_path)
    yield World(made)
    made.dispose()


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


@pytest.fixture
def poor_world(engine: Engine) -> World:
    """The same world without any budget."""
    made = World(engine)
    made.prepare(budget=0)
    return made
