"""Migrations make exactly the tables the program knows, and posted rows cannot be changed by SQL."""

# ruff: noqa: S608 - table names of our own schema

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

import erp.api.tables  # the API's tables are in the same migrations
import erp.webhooks.tables  # and those of webhooks
from erp.database import IMMUTABLE_TABLES, VERSION_TABLE, create_schema, open_engine, upgrade
from erp.kernel.base import metadata
from erp.ledger.chart import CHART
from tests.erp.test_worked_case import play
from tests.erp.world import World

assert erp.api.tables.ApiToken is not None
assert erp.webhooks.tables.Subscription is not None


def drift(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        )


def test_migrations_equal_models(engine: Engine) -> None:
    assert drift(engine) == []


def test_upgrade_twice_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT count(*) FROM ledger_account")).scalar_one()
    assert rows == len(CHART)


@pytest.mark.sqlite("a database in memory, for replays, is SQLite")
def test_schema_without_migrations_has_the_same_triggers(engine: Engine) -> None:
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    memory = open_engine("sqlite://")
    create_schema(memory)
    with engine.connect() as migrated, memory.connect() as created:
        assert created.execute(query).all() == migrated.execute(query).all() != []


def test_posted_rows_refuse_update_and_delete(world: World) -> None:
    engine = world.engine
    play(world)
    for table in IMMUTABLE_TABLES:
        column = inspect(engine).get_columns(table)[0]["name"]
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with (
                pytest.raises(DatabaseError, match=f"{table} is append-only"),
                engine.begin() as connection,
            ):
                connection.execute(text(statement))
