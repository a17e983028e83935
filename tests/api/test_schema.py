"""The API's tables are what the migrations make, on SQLite."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from erp.database import VERSION_TABLE, is_current, open_engine
from erp.kernel.base import metadata

from .house import House


def test_models_and_migrations_agree(house: House) -> None:
    with house.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_an_older_schema_is_not_taken_for_the_current_one(house: House) -> None:
    assert is_current(house.engine)
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version_erp SET version_num = '0000'"))
    assert not is_current(house.engine)


def test_an_empty_database_has_no_schema() -> None:
    assert not is_current(open_engine("sqlite://"))
