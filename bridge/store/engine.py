"""Opens the database of the bridge's tables where it is not the ERP's: SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection, StaticPool

from bridge.errors import BadConfiguration, StoreBusy

# Bounds of waiting, as in erp/database.py. An operator's own, in the URL's `options`, come last.
BUSY_TIMEOUT_MS = 10_000  # SQLite: for another writer
LOCK_TIMEOUT_MS = 5_000  # PostgreSQL: for a lock that another transaction holds
STATEMENT_TIMEOUT_MS = 30_000
IDLE_TIMEOUT_MS = 10_000  # an open transaction that asks nothing
CONNECT_TIMEOUT_SECONDS = 10
ENCODING = "UTF8"  # PostgreSQL's name for it
POOL_SIZE = 5  # connections that stay open
POOL_OVERFLOW = 10  # more, while they are needed
POOL_TIMEOUT_SECONDS = 5  # for one of them to be free
PREPARE_THRESHOLD = 1  # times a statement is run before PostgreSQL keeps its plan
CACHE_KIB = 65_536  # pages that an SQLite connection keeps
MMAP_BYTES = 256 * 1024 * 1024  # of an SQLite file, read without copying
IN_MEMORY = "sqlite://"
# What PostgreSQL says where it may serve later: no room, memory or connection, a lock, a bound of time, it starts or ends.
BUSY_STATES = frozenset(
    {"53000", "53100", "53200", "53300", "55P03", "57014", "57P01", "57P02", "57P03", "58030"}
)

# What the loader says of a driver's library for which there is no memory.
NO_MEMORY_WORDS = "Cannot allocate memory", "failed to map segment"


def open_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL. Connects to nothing yet. Raises BadConfiguration for an unusable URL.

    So does connecting to a PostgreSQL database that keeps text in another encoding than UTF-8.

    On SQLite every transaction begins IMMEDIATE, so that writers queue instead of deadlocking; an engine with the
    execution option `read_only=True` begins deferred, sees one snapshot and queues for nobody. A new SQLite file is its
    owner's alone (mode 0600), and errors never show the parameters of their statement. On PostgreSQL no statement, lock
    or idle transaction lasts longer than the bounds of this module. `open_engine` of erp/database.py is the same by
    intent, since this file imports no ERP: tests/architecture/test_engines.py holds both to it.
    """
    with driver_errors(url):
        pool: dict[str, Any] = {
            "pool_size": POOL_SIZE,
            "max_overflow": POOL_OVERFLOW,
            "pool_timeout": POOL_TIMEOUT_SECONDS,
        }
        if not is_sqlite(url):
            arguments = _postgresql_arguments(make_url(url))
            engine = create_engine(
                url, connect_args=arguments, pool_pre_ping=True, hide_parameters=True, **pool
            )
            event.listen(
                engine, "connect", _check_encoding, insert=True
            )  # before anything is asked
            return engine
        file = file_of(url)
        if file is None:
            pool = {"poolclass": StaticPool}
        arguments = {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1_000}
        engine = create_engine(url, connect_args=arguments, hide_parameters=True, **pool)
        if file is not None:
            event.listen(engine, "do_connect", lambda *_: _create_privately(file))
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine


def content_of(engine: Engine) -> bytes:
    """An SQLite database as the bytes of its file."""
    connection = engine.raw_connection()
    try:
        return bytes(_driver_of(connection).serialize())
    finally:
        connection.close()


def fill(engine: Engine, content: bytes) -> None:
    """Makes an empty SQLite database what such bytes are."""
    connection, source = engine.raw_connection(), sqlite3.connect(":memory:")
    try:
        source.deserialize(content)
        source.backup(_driver_of(connection))
    finally:
        connection.close()
        source.close()


def _driver_of(connection: PoolProxiedConnection) -> sqlite3.Connection:
    found = connection.driver_connection
    if not isinstance(found, sqlite3.Connection):
        raise TypeError(f"{found!r} is no connection of SQLite")
    return found


def _postgresql_arguments(url: URL) -> dict[str, Any]:
    """How psycopg connects: with this module's bounds of waiting, then the URL's own options."""
    bounds = {
        "lock_timeout": LOCK_TIMEOUT_MS,
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS,
    }
    options = [f"-c {name}={milliseconds}" for name, milliseconds in bounds.items()]
    given = url.query.get("options", ())
    return {
        "options": " ".join([*options, *([given] if isinstance(given, str) else given)]),
        "prepare_threshold": PREPARE_THRESHOLD,
        "connect_timeout": int(str(url.query.get("connect_timeout", CONNECT_TIMEOUT_SECONDS))),
    }


def _check_encoding(connection: Any, _record: Any) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding not in (ENCODING, None):  # a pooler in between may not tell it
        name = connection.info.dbname
        raise BadConfiguration(
            f"the database {name} keeps text as {encoding}, and has to keep it as {ENCODING}: make another one with "
            f"CREATE DATABASE … ENCODING '{ENCODING}' TEMPLATE template0"
        )


def _create_privately(file: Path) -> None:
    """Creates the file with mode 0600 when there is none. What hinders it, SQLite will name when it connects."""
    with suppress(OSError):
        file.touch(mode=0o600, exist_ok=False)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        f"cache_size = -{CACHE_KIB}",
        f"mmap_size = {MMAP_BYTES}",
        "secure_delete = ON",  # what is deleted is overwritten: erased personal data is gone
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    deferred = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")


def is_sqlite(url: str) -> bool:
    """True for a URL of SQLite."""
    return make_url(url).get_backend_name() == "sqlite"


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None in memory and on a server."""
    parsed = make_url(url)
    if not is_sqlite(url) or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database)).resolve()


def is_missing(url: str) -> bool:
    """True for an SQLite database whose file is not there; connecting would make it."""
    with driver_errors(url):
        path = file_of(url)
    return path is not None and not path.exists()


def is_same_database(one: str, other: str) -> bool:
    """True when two URLs name one database: the same file, or the same server, port and database name."""
    if one == other:
        return True
    with driver_errors(one):
        mine = _place(make_url(one))
    with driver_errors(other):
        return mine == _place(make_url(other))


def _place(url: URL) -> tuple[Any, ...]:
    text = url.render_as_string(hide_password=False)
    if url.get_backend_name() == "sqlite":
        return "sqlite", file_of(text) or text
    return url.get_backend_name(), url.host, url.port, url.database


@contextmanager
def driver_errors(url: str) -> Iterator[None]:
    """Turns what the database driver says into StoreBusy or BadConfiguration, without the password."""
    try:
        yield
    except (SQLAlchemyError, ImportError) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        told = f"cannot open the database {without_password(url)}: {cause}"
        if _passes(error):
            raise StoreBusy(told) from error
        raise BadConfiguration(told) from error


def _passes(error: SQLAlchemyError | ImportError) -> bool:
    """True for a database that is there and will serve once somebody else is done, or this machine has memory again."""
    if isinstance(error, ImportError):
        return any(words in str(error) for words in NO_MEMORY_WORDS)
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return (
        error.connection_invalidated
        or state in BUSY_STATES
        or "database is locked" in str(error.orig)
    )


def without_password(url: str) -> str:
    """A URL for people: its password is hidden."""
    try:
        return str(make_url(url))
    except ArgumentError:
        return "named by --db or --bridge-db"
