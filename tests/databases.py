"""Databases for the tests: every test of the ERP and of its API runs on SQLite and on PostgreSQL.

A database is made once in a run and copied for each test: a file, or a clone of a PostgreSQL database. One PostgreSQL
server serves the whole run; it keeps nothing beyond it, so it never waits for a disk.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from erp.database import open_engine

KINDS = ("sqlite", "postgresql")
# What a server that need not survive does without.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

HOLD_BACK = {
    "sqlite": "SELECT 1",  # every transaction is a writer's
    "postgresql": "LOCK TABLE document_head, api_token IN EXCLUSIVE MODE",
}

Prepare = Callable[[Engine], object]


class Databases(Protocol):
    """Makes and drops databases of one kind, by their URLs."""

    def copy(self, prepare: Prepare) -> str:
        """A new database as `prepare` leaves an empty one; `prepare` is asked once in a run."""

    def empty(self) -> str:
        """A new database without any table."""

    def drop(self, url: str) -> None:
        """Deletes a database; whoever is still connected to it is cut off."""


class SqliteDatabases:
    """SQLite files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[Prepare, Path] = {}

    def copy(self, prepare: Prepare) -> str:
        if prepare not in self._templates:
            self._templates[prepare] = self._made(prepare)
        return f"sqlite:///{shutil.copy(self._templates[prepare], self._new_path())}"

    def empty(self) -> str:
        return f"sqlite:///{self._new_path()}"

    def drop(self, url: str) -> None:
        for name in ("", "-wal", "-shm", ".bridge.lock"):
            Path(f"{make_url(url).database}{name}").unlink(missing_ok=True)

    def _new_path(self) -> Path:
        return self._folder / f"{uuid.uuid4().hex}.db"

    def _made(self, prepare: Prepare) -> Path:
        path = self._new_path()
        engine = open_engine(f"sqlite:///{path}")
        prepare(engine)
        with engine.connect() as connection:
            connection.commit()
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        engine.dispose()
        return path


class PostgresDatabases:
    """Databases on one server. `connection` commits each statement by itself."""

    def __init__(self, server: str, connection: Connection) -> None:
        self._server = make_url(server)
        self._connection = connection
        self._templates: dict[Prepare, str] = {}

    def copy(self, prepare: Prepare) -> str:
        if prepare not in self._templates:
            url = self.empty()
            engine = open_engine(url)
            prepare(engine)
            engine.dispose()
            self._templates[prepare] = str(make_url(url).database)
        return self._create(f"TEMPLATE {self._templates[prepare]}")

    def empty(self) -> str:
        return self._create("")

    def drop(self, url: str) -> None:
        name = make_url(url).database
        self._connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

    def _create(self, how: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        self._connection.execute(text(f"CREATE DATABASE {name} {how}"))
        return self._server.set(database=name).render_as_string(hide_password=False)


def shorten_waits(engine: Engine) -> None:
    """From now on a connection taken from this engine waits for another writer 50 ms and no longer."""
    statement = {"sqlite": "PRAGMA busy_timeout = 50", "postgresql": "SET lock_timeout = 50"}

    def shorten(raw: Any, _record: object, _proxy: object) -> None:
        raw.execute(statement[engine.dialect.name])
        raw.commit()

    event.listen(engine, "checkout", shorten)


@contextmanager
def writer_at_work(engine: Engine) -> Iterator[None]:
    """Somebody else is in the middle of a write: others can read, and none of them can write."""
    with engine.connect() as connection:
        connection.execute(text(HOLD_BACK[engine.dialect.name]))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of the run's PostgreSQL server, in a folder that its own user may enter."""
    pgserver = pytest.importorskip("pgserver", reason="the package pgserver is not installed")
    with tempfile.TemporaryDirectory(prefix="interlock-postgres-") as folder:
        Path(folder).chmod(0o755)
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name, value in HASTY.items():
                connection.execute(text(f"ALTER SYSTEM SET {name} = {value}"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> Iterator[PostgresDatabases]:
    """Makes databases on the run's PostgreSQL server."""
    engine = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield PostgresDatabases(postgres_server, connection)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    """Makes SQLite files."""
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def postgres_db(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    url = postgres_databases.empty()
    yield url
    postgres_databases.drop(url)


@pytest.fixture(scope="module")
def databases(request: pytest.FixtureRequest, database: str) -> Databases:
    """Makes databases of the kind that this test runs on."""
    made: Databases = request.getfixturevalue(
        {"sqlite": "sqlite_databases", "postgresql": "postgres_databases"}[database]
    )
    return made


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database that this test runs on: sqlite, then postgresql, unless its marker names one alone."""
    return str(request.param)


def on_both_databases(metafunc: pytest.Metafunc) -> None:
    """Runs the test on each kind of database, or on the one that its marker `sqlite` or `postgresql` gives a reason for.

    For a conftest.py, as its `pytest_generate_tests`.
    """
    if "database" not in metafunc.fixturenames:
        return
    alone = [kind for kind in KINDS if metafunc.definition.get_closest_marker(kind)]
    for kind in alone:
        (reason,) = metafunc.definition.get_closest_marker(kind).args  # type: ignore[union-attr]
        assert reason, f"{metafunc.definition.nodeid}: say why on {kind} alone"
    metafunc.parametrize("database", alone or KINDS, indirect=True, scope="module")
