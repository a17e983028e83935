"""The bridge's migrations build exactly the tables that its models describe, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from bridge.store import schema
from bridge.store.tables import metadata
from erp.database import open_engine, upgrade


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: (
                kind != "table" or str(name).startswith("bridge_")
            ),
        }
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))


def built(url: str) -> Engine:
    engine = open_engine(url)
    upgrade(engine)
    schema.upgrade(engine)
    schema.upgrade(engine)  # once more changes nothing
    return engine


def test_migrations_and_models_agree_on_sqlite(tmp_path: Path) -> None:
    engine = built(f"sqlite:///{tmp_path / 'bridge.db'}")
    assert differences(engine) == []
    engine.dispose()


def test_migrations_and_models_agree_on_postgresql(postgres_db: str) -> None:
    engine = built(postgres_db)
    assert differences(engine) == []
    engine.dispose()


def test_bridge_and_erp_share_a_database_without_touching_each_other(tmp_path: Path) -> None:
    engine = built(f"sqlite:///{tmp_path / 'both.db'}")
    tables = set(inspect(engine).get_table_names())
    assert {"alembic_version_bridge", "alembic_version_erp", "document_log"} <= tables
    assert {t for t in tables if t.startswith("bridge_")} == set(metadata.tables)
    engine.dispose()
