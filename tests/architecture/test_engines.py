"""The ERP and the bridge open one SQLite file with code of their own, since neither may import the other: alike, then."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text

from bridge.errors import BadConfiguration
from bridge.store import engine as bridges
from erp import database as erps

# All that decide how a connection waits, keeps and checks; those that do something when asked are left out.
PRAGMAS = (
    "auto_vacuum", "automatic_index", "busy_timeout", "cache_size", "cell_size_check", "checkpoint_fullfsync",
    "defer_foreign_keys", "encoding", "foreign_keys", "fullfsync", "ignore_check_constraints", "journal_mode",
    "journal_size_limit", "legacy_alter_table", "locking_mode", "max_page_count", "mmap_size", "page_size",
    "query_only", "read_uncommitted", "recursive_triggers", "reverse_unordered_selects", "secure_delete",
    "synchronous", "temp_store", "threads", "trusted_schema", "wal_autocheckpoint", "writable_schema",
)  # fmt: skip


def pragmas(engine: Engine) -> dict[str, Any]:
    """What a fresh connection says of each of PRAGMAS."""
    with engine.connect() as connection:
        return {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS}


def begins_with(engine: Engine, *, read_only: bool) -> str:
    """The statement with which a transaction begins."""
    told: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: told.append(args[2]))
    with engine.execution_options(read_only=read_only).connect() as connection:
        connection.execute(text("SELECT 1"))
    return told[0]


@pytest.mark.parametrize("place", ["file", "memory"])
def test_both_engines_open_sqlite_with_the_same_pragmas(tmp_path: Path, place: str) -> None:
    url = f"sqlite:///{tmp_path / 'books.db'}" if place == "file" else "sqlite://"
    theirs, ours = erps.open_engine(url), bridges.open_engine(url)
    assert pragmas(theirs) == pragmas(ours)
    assert type(theirs.pool) is type(ours.pool)
    for read_only in (False, True):
        first = begins_with(theirs, read_only=read_only)
        assert first == begins_with(ours, read_only=read_only)
        assert first == ("BEGIN" if read_only else "BEGIN IMMEDIATE")
    theirs.dispose()
    ours.dispose()


# What the server and the driver say of a connection, and what the pool holds.
SETTINGS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


def postgresql_settings(engine: Engine) -> dict[str, Any]:
    """How a connection waits, how statements are kept, and how many connections there are."""
    with engine.connect() as connection:
        told = {
            name: connection.scalar(text(f"SELECT current_setting('{name}')")) for name in SETTINGS
        }
        driver = connection.connection.driver_connection
        assert driver is not None
        told["prepare_threshold"] = driver.prepare_threshold
        told["connect_timeout"] = driver.info.get_parameters()["connect_timeout"]
    pool: Any = engine.pool
    return told | {"size": pool.size(), "overflow": pool._max_overflow, "timeout": pool.timeout()}


def test_both_engines_open_postgresql_with_the_same_bounds(postgres_db: str) -> None:
    theirs, ours = erps.open_engine(postgres_db), bridges.open_engine(postgres_db)
    told = postgresql_settings(theirs)
    assert told == postgresql_settings(ours)
    assert [told[name] for name in SETTINGS] == ["5s", "30s", "10s"]
    assert told["prepare_threshold"] == 1
    for engine in (theirs, ours):
        assert engine.hide_parameters
        engine.dispose()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_both_refuse_a_postgresql_database_that_cannot_keep_chinese_and_say_why(
    postgres_db: str, encoding: str
) -> None:
    name = f"test_{encoding.lower()}_{uuid4().hex}"
    url = make_url(postgres_db).set(database=name).render_as_string(hide_password=False)
    server = create_engine(postgres_db, isolation_level="AUTOCOMMIT")
    how = f"ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {how}"))
        for module, error in ((erps, erps.WrongEncoding), (bridges, BadConfiguration)):
            engine = module.open_engine(url)
            with pytest.raises(error, match=f"{name} keeps text as {encoding}, .* as UTF8"):
                engine.connect()
            engine.dispose()
        connection.execute(text(f"DROP DATABASE {name}"))  # nobody is connected any more
    server.dispose()


def test_what_is_compared_is_what_is_set(tmp_path: Path) -> None:
    engine = erps.open_engine(f"sqlite:///{tmp_path / 'books.db'}")
    told = pragmas(engine)
    assert told["busy_timeout"] == erps.BUSY_TIMEOUT_MS == bridges.BUSY_TIMEOUT_MS
    assert (told["journal_mode"], told["foreign_keys"], told["synchronous"]) == ("wal", 1, 2)
    assert (told["cache_size"], told["mmap_size"]) == (-65_536, 256 * 1024 * 1024)
    engine.dispose()


def test_both_make_a_file_that_is_its_owners_alone_and_hide_what_a_statement_carried(
    tmp_path: Path,
) -> None:
    for place, module in (("erp.db", erps), ("bridge.db", bridges)):
        engine = module.open_engine(f"sqlite:///{tmp_path / place}")
        assert engine.hide_parameters
        with engine.connect():
            assert (tmp_path / place).stat().st_mode & 0o777 == 0o600
        engine.dispose()
