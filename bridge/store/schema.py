"""Brings the bridge's tables up to date (Alembic, version table alembic_version_bridge)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from bridge.errors import WrongDeployment

VERSION_TABLE = "alembic_version_bridge"
MIGRATIONS = Path(__file__).parent / "migrations"
ANOTHER_VERSION = (
    "was made by another version of interlock, which this one does not read: "
    "name a new database with --db or --bridge-db"
)


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


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def is_new(engine: Engine) -> bool:
    """True when no bridge ever used this database."""
    return not _applied(engine)


def is_current(engine: Engine) -> bool:
    """True when the newest migration, and no unknown one, has been applied."""
    return _applied(engine) == set(ScriptDirectory.from_config(_config()).get_heads())


def is_known(engine: Engine) -> bool:
    """True when no bridge ever used this database, or one of this version did."""
    return _applied(engine) <= _known()


def upgrade(engine: Engine) -> None:
    """All migrations applied, in one transaction; nothing happens when they are.

    Raises WrongDeployment, with the URL less its password, for the database of another version.
    """
    config = _config()
    with engine.begin() as connection:
        if not _revisions(connection) <= _known():
            raise WrongDeployment(f"{engine.url} {ANOTHER_VERSION}")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
