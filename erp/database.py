"""The ERP's database: how it is opened, created and brought up to date."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Index,
    String,
    Table,
    create_engine,
    event,
    make_url,
    select,
    text,
    tuple_,
)
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection, StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from erp import rooms
from erp.kernel.base import busy_is_retryable, is_busy, metadata

__all__ = [
    "UnknownRevision",
    "busy_is_retryable",
    "create_schema",
    "empty_write_ahead_log",
    "is_busy",
    "is_current",
    "is_known",
    "metadata",
    "open_engine",
    "rehearsal",
    "snapshot",
    "transaction",
    "upgrade",
]

IMMUTABLE_TABLES = {  # and the keys by which a row inserted could take the place of another
    "document_log": (("sequence",), ("number",), ("origin",)),
    "journal_entry": (("id",),),
    "journal_line": (("entry", "position"),),
}
# Bounds of waiting, so that whoever is frozen freezes nobody else. An operator's own, in the URL's `options`, come last.
BUSY_TIMEOUT_MS = 10_000  # SQLite: for another writer; who waits asks again and again, out of turn
LOCK_TIMEOUT_MS = 5_000  # PostgreSQL: for a lock that another transaction holds
STATEMENT_TIMEOUT_MS = 30_000  # one statement of a clerk or of the bridge
IDLE_TIMEOUT_MS = 10_000  # an open transaction that asks nothing, and may hold locks
LONG_TIMEOUT_MS = 900_000  # both, for `snapshot` (audit, replay, export) and `upgrade`
CONNECT_TIMEOUT_SECONDS = 10
ENCODING = "UTF8"  # PostgreSQL's name for it
POOL_SIZE = 5  # connections that stay open
POOL_OVERFLOW = 10  # more, while they are needed
POOL_TIMEOUT_SECONDS = 5  # for one of them to be free
PREPARE_THRESHOLD = 1  # runs before PostgreSQL keeps a statement's plan: ours are few
CACHE_KIB = 65_536  # pages that an SQLite connection keeps
MMAP_BYTES = 256 * 1024 * 1024  # of an SQLite file, read without copying
UPGRADE_LOCK = 0x1E2B_0001  # PostgreSQL advisory lock: one upgrade at a time
Key = tuple[Any, ...]  # the values of a table's key
ROWS_AT_ONCE = 1_000  # of a table that is read whole
KEYS_AT_ONCE = 500  # in one list of a statement
VERSION_TABLE = "alembic_version_erp"
MIGRATIONS = Path(__file__).parent / "migrations"
ANOTHER_VERSION = (
    "was made by another version of interlock, which this one does not read: name a new database"
)


# For the rest of a transaction. LOCK_TIMEOUT_MS stays: who waits for the lock of a table stops all who come after.
_PATIENTLY = text(
    f"SELECT set_config('statement_timeout', '{LONG_TIMEOUT_MS}', true), "
    f"set_config('idle_in_transaction_session_timeout', '{LONG_TIMEOUT_MS}', true)"
)
_UPGRADE_ALONE = text("SELECT pg_advisory_xact_lock(:key)")


class UnknownRevision(Exception):
    """The ERP's tables stand at a revision that this version has no migration for; nothing was changed."""


class WrongEncoding(Exception):
    """A PostgreSQL database keeps text in an encoding in which not all of ours can be written; nothing was changed."""


def open_engine(url: str) -> Engine:
    """An engine for SQLite (file or memory) or PostgreSQL. Connecting raises WrongEncoding unless it keeps text as UTF-8.

    On SQLite every transaction begins IMMEDIATE, so that writers queue instead of deadlocking; an engine or connection
    with the execution option `read_only=True` begins deferred and sees one snapshot without queueing. A new SQLite file is
    its owner's alone (mode 0600), since it holds salts. On PostgreSQL no statement, lock or idle transaction lasts longer
    than the bounds of this module. Errors never show the parameters of their statement. Whoever else opens the same
    database does it alike, with code of its own: tests/architecture/test_engines.py holds both to it.
    """
    pool: dict[str, Any] = {
        "pool_size": POOL_SIZE,
        "max_overflow": POOL_OVERFLOW,
        "pool_timeout": POOL_TIMEOUT_SECONDS,
    }
    if make_url(url).get_backend_name() != "sqlite":
        arguments = _postgresql_arguments(make_url(url))
        engine = create_engine(
            url, connect_args=arguments, pool_pre_ping=True, hide_parameters=True, **pool
        )
        event.listen(engine, "connect", _check_encoding, insert=True)  # before anything is asked
        return engine
    file = make_url(url).database
    memory = file in (None, "", ":memory:")
    if memory:
        pool = {"poolclass": StaticPool}
    arguments = {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, **pool)
    if file and not memory:
        event.listen(engine, "do_connect", lambda *_: _create_privately(file))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


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
        raise WrongEncoding(
            f"the database {name} keeps text as {encoding}, and has to keep it as {ENCODING}: make another one with "
            f"CREATE DATABASE … ENCODING '{ENCODING}' TEMPLATE template0"
        )


def _create_privately(file: str) -> None:
    """Creates the file with mode 0600 when there is none. What hinders it, SQLite will name when it connects."""
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


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


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session in one transaction: committed at the end, rolled back on any error.

    Raises `Retryable` when the database is busy.
    """
    with busy_is_retryable(), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def rehearsal(engine: Engine) -> Iterator[Session]:
    """A session in one transaction that writes as `transaction` does and is always rolled back (试运行, a dry run).

    Raises `Retryable` when the database is busy.
    """
    with busy_is_retryable(), Session(engine, expire_on_commit=False) as session:
        yield session
        session.flush()  # what only the writing of the last rows would refuse is refused here too


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session for reading: it sees one state of the books however long it takes, and blocks no writer.

    However long: a statement of it, or a pause between two, up to LONG_TIMEOUT_MS on PostgreSQL.
    """
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with busy_is_retryable(), Session(engine.execution_options(**options)) as session:
        if engine.dialect.name == "postgresql":
            session.execute(_PATIENTLY)
        yield session


def empty_write_ahead_log(engine: Engine) -> bool:
    """Moves SQLite's write-ahead log into the database file and cuts it to nothing. Waits for nobody.

    What was deleted is overwritten in the file by then (`secure_delete`), so that neither file holds it any more. False
    when a reader or writer is at work: nothing is lost, the next call does it. True on other databases: they have no
    such log of their own to empty.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()  # a pragma of this kind runs outside of any transaction
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 0")
        busy, _frames, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        return not busy
    finally:
        connection.close()


def create_schema(engine: Engine) -> None:
    """Creates all tables, triggers and the chart of accounts in a database that has none of them, without migrations."""
    if engine.dialect.name == "sqlite" and _is_bare(engine):
        _copy(_empty_sqlite(), engine)
    else:
        _make_schema(engine)


def _is_bare(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()


def _make_schema(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in _schema(connection.dialect):
            connection.exec_driver_sql(statement)
        for statement in immutability(connection.dialect.name):
            connection.exec_driver_sql(statement)
        rooms.seed(connection)


@cache
def _empty_sqlite() -> bytes:
    """What `create_schema` makes, as an SQLite file: made once in a process, since every audit and replay begins with it."""
    engine = open_engine("sqlite://")
    _make_schema(engine)
    connection = engine.raw_connection()
    try:
        return bytes(_sqlite(connection).serialize())
    finally:
        connection.close()
        engine.dispose()


def _copy(content: bytes, engine: Engine) -> None:
    """Makes an SQLite database what these bytes are."""
    source = sqlite3.connect(":memory:")
    connection = engine.raw_connection()
    try:
        source.deserialize(content)
        source.backup(_sqlite(connection))
    finally:
        connection.close()
        source.close()


def _sqlite(connection: PoolProxiedConnection) -> sqlite3.Connection:
    found = connection.driver_connection
    if not isinstance(found, sqlite3.Connection):
        raise TypeError(f"{found!r} is no connection of SQLite")
    return found


_SCHEMAS: dict[str, list[str]] = {}


def _schema(dialect: Dialect) -> list[str]:
    """SQL that creates all tables and indexes, written once for each kind of database: a replay begins with it."""
    if dialect.name not in _SCHEMAS:
        tables = metadata.sorted_tables
        indexes = [index for table in tables for index in sorted(table.indexes, key=_name)]
        elements: list[ExecutableDDLElement] = [*map(CreateTable, tables)]
        elements += map(CreateIndex, indexes)
        _SCHEMAS[dialect.name] = [str(each.compile(dialect=dialect)) for each in elements]
    return _SCHEMAS[dialect.name]


def _name(index: Index) -> str:
    return str(index.name)


def upgrade(target: str | Engine) -> None:
    """Brings the database to the newest revision and completes the chart of accounts. Safe to repeat.

    Raises UnknownRevision, with the URL less its password, for a database of another version.
    """
    engine = open_engine(target) if isinstance(target, str) else target
    with engine.begin() as connection:
        if not _revisions(connection) <= _known():
            raise UnknownRevision(f"the database {engine.url} {ANOTHER_VERSION}")
        if connection.dialect.name == "postgresql":
            connection.execute(_PATIENTLY)
            connection.execute(_UPGRADE_ALONE, {"key": UPGRADE_LOCK})
        if _revisions(connection) != _heads():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        rooms.seed(connection)
    if isinstance(target, str):
        engine.dispose()


def is_current(engine: Engine) -> bool:
    """True when the database stands at the newest migration; false when it is older or unknown."""
    with engine.connect() as connection:
        return _revisions(connection) == _heads()


def is_known(engine: Engine) -> bool:
    """True when the database is empty or stands at a migration of this version, so that `upgrade` can go on from it."""
    with engine.connect() as connection:
        return _revisions(connection) <= _known()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@cache
def _scripts() -> ScriptDirectory:
    """The migrations, read once in a process."""
    return ScriptDirectory.from_config(_config())


@cache
def _known() -> frozenset[str]:
    """All revisions that this version has migrations for."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


@cache
def _heads() -> frozenset[str]:
    """The newest revision."""
    return frozenset(_scripts().get_heads())


def _revisions(connection: Connection) -> set[str]:
    """Revisions at which the database stands; none when it is empty."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return set(context.get_current_heads())


def all_rows(session: Session, table: Table) -> Iterator[dict[str, Any]]:
    """Every row of a table, by column name, in the order of its key: of numbers, and of code points of texts.

    Read in pages, so that memory does not grow with the table.
    """
    paged = (
        select(table).order_by(*_in_order(session, table)).execution_options(yield_per=ROWS_AT_ONCE)
    )
    return (dict(row) for row in session.execute(paged).mappings())


def rows_between(
    session: Session, table: Table, after: Key | None, until: Key | None, limit: int | None = None
) -> dict[Key, dict[str, Any]]:
    """Rows by their keys, behind one and up to another, in the order of `all_rows`."""
    key = _in_order(session, table)
    statement = select(table)
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*after))
    if until is not None:
        statement = statement.where(tuple_(*key) <= tuple_(*until))
    if limit is not None:
        statement = statement.order_by(*key).limit(limit)
    names = [column.name for column in table.primary_key.columns]
    rows = (dict(row) for row in session.execute(statement).mappings())
    return {tuple(row[name] for name in names): row for row in rows}


def rows_at(session: Session, table: Table, keys: Collection[Key]) -> dict[Key, dict[str, Any]]:
    """The rows with these keys, by their keys."""
    columns = list(table.primary_key.columns)
    left, found = list(keys), dict[Key, dict[str, Any]]()
    for start in range(0, len(left), KEYS_AT_ONCE):
        is_meant = tuple_(*columns).in_(left[start : start + KEYS_AT_ONCE])
        for row in session.execute(select(table).where(is_meant)).mappings():
            found[tuple(row[column.name] for column in columns)] = dict(row)
    return found


def _in_order(session: Session, table: Table) -> list[ColumnElement[Any]]:
    """The columns of a key, so that every database puts their values into the same order."""
    binary = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    return [
        column.collate(binary) if isinstance(column.type, String) else column
        for column in table.primary_key.columns
    ]


def immutability(dialect: str) -> list[str]:
    """SQL that makes the rows of IMMUTABLE_TABLES refuse update, delete and replacement (凭证不可改)."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{name} BEFORE {event} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: reverse the document instead'); END"
            for table, keys in IMMUTABLE_TABLES.items()
            for name, event in (
                ("update", f"UPDATE ON {table}"),
                ("delete", f"DELETE ON {table}"),
                ("replace", f"INSERT ON {table} WHEN {_stands(table, keys)}"),
            )
        ]
    function = (
        "CREATE OR REPLACE FUNCTION erp_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only: reverse the document instead', TG_TABLE_NAME; END $$"
    )
    return [function] + [
        f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION erp_refuse_change()"
        for table in IMMUTABLE_TABLES
    ]


def _stands(table: str, keys: tuple[tuple[str, ...], ...]) -> str:
    """SQL: a row has a key of the NEW one, or its hidden number. SQLite would replace it without any DELETE trigger."""
    same = [" AND ".join(f"{name} = NEW.{name}" for name in key) for key in (("rowid",), *keys)]
    return f"EXISTS (SELECT 1 FROM {table} WHERE {' OR '.join(f'({one})' for one in same)})"  # noqa: S608 - our own names
