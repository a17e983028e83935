"""Brings the bridge's tables up to date (Alembic, version table alembic_version_bridge)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

VERSION_TABLE = "alembic_version_bridge"
MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _applied(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return set(context.get_current_heads())


def is_new(engine: Engine) -> bool:
    """True when no bridge ever used this database."""
    return not _applied(engine)


def is_current(engine: Engine) -> bool:
    """True when the newest migration, and no unknown one, has been applied."""
    return _applied(engine) == set(ScriptDirectory.from_config(_config()).get_heads())


def upgrade(engine: Engine) -> None:
    """All migrations applied, in one transaction; nothing happens when they are."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
