"""Brings the bridge's tables up to date (Alembic, version table alembic_version_bridge)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from bridge.errors import WrongDeployment
from bridge.store.tables import metadata

VERSION_TABLE = "alembic_version_bridge"
UPGRADE_LOCK = 0x1E2B_0002  # PostgreSQL advisory lock: one upgrade of these tables at a time
MIGRATIONS = Path(__file__).parent / "migrations"
ANOTHER_VERSION = (
    "was made by another version of interlock, which this one does not read: "
    "name a new database with --db or --bridge-db"
)

_ALONE = text("SELECT pg_advisory_xact_lock(:key)")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _applied(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return _revisions(connection)


def _revisions(connection: Connection) -> set[str]:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return set(context.get_current_heads())


@cache
def _scripts() -> ScriptDirectory:
    """The migrations, read once in a process."""
    return ScriptDirectory.from_config(_config())


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


@cache
def _heads() -> frozenset[str]:
    return frozenset(_scripts().get_heads())


def is_new(engine: Engine) -> bool:
    """True when no bridge ever used this database."""
    return not _applied(engine)


def is_current(engine: Engine) -> bool:
    """True when the newest migration, and no unknown one, has been applied, and no column is missing."""
    if _applied(engine) != _heads():
        return False
    with engine.connect() as connection:
        return _has_all_columns(connection)


def is_known(engine: Engine) -> bool:
    """True when no bridge ever used this database, or one of this version did."""
    return _applied(engine) <= _known()


def upgrade(engine: Engine) -> None:
    """All migrations applied, in one transaction; nothing happens when they are.

    Of several that begin at once on PostgreSQL each waits for the one before it. Raises WrongDeployment, with the URL less
    its password, for the database of another version.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(_ALONE, {"key": UPGRADE_LOCK})
        applied = _revisions(connection)
        if not applied <= _known():
            raise WrongDeployment(f"{engine.url} {ANOTHER_VERSION}")
        if applied != _heads():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        if not _has_all_columns(connection):  # its migrations were others, under these names
            raise WrongDeployment(f"{engine.url} {ANOTHER_VERSION}")


def _has_all_columns(connection: Connection) -> bool:
    """True when the tables have every column that this version reads."""
    names = [name for name in metadata.tables if name.startswith("bridge_")]
    found = inspect(connection).get_multi_columns(filter_names=names)
    there = {(table, column["name"]) for (_, table), several in found.items() for column in several}
    asked = ((name, column.name) for name in names for column in metadata.tables[name].columns)
    return there.issuperset(asked)
