"""D2 on PostgreSQL: the service works under a role that owns nothing, and cannot take away what keeps posted rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from erp.database import IMMUTABLE_TABLES, metadata, open_engine
from tests.erp.test_worked_case import play
from tests.erp.world import World

pytestmark = pytest.mark.postgresql("SQLite has no roles")


@pytest.fixture
def served(world: World) -> Iterator[World]:
    """The world as the service sees it: SELECT and INSERT on posted tables, all four rights elsewhere."""
    role = f"clerk_{uuid.uuid4().hex}"
    with world.engine.begin() as owner:
        owner.execute(text(f"CREATE ROLE {role} LOGIN"))
        for table in metadata.sorted_tables:
            rights = "SELECT, INSERT"
            if table.name not in IMMUTABLE_TABLES:
                rights += ", UPDATE, DELETE"
            owner.execute(text(f"GRANT {rights} ON {table.name} TO {role}"))
    url = world.engine.url.set(username=role)
    engine = open_engine(url.render_as_string(hide_password=False))
    made = World(engine)
    made.now, made.told = world.now, 1_000
    yield made
    engine.dispose()
    with world.engine.begin() as owner:
        owner.execute(text(f"DROP OWNED BY {role}"))
        owner.execute(text(f"DROP ROLE {role}"))


def refused(engine: Engine, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        engine.begin() as connection,
    ):
        connection.execute(text(statement))


def test_d2_a_service_that_owns_no_table_keeps_books_and_cannot_undo_them(served: World) -> None:
    play(served)
    with served.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM journal_line")).scalar_one() > 0
    for table in IMMUTABLE_TABLES:
        refused(served.engine, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        refused(served.engine, f"TRUNCATE {table}")
        refused(served.engine, f"DELETE FROM {table}")  # noqa: S608 - our own tables
    refused(served.engine, "SET session_replication_role = replica")
