"""Edits the books by hand, as somebody with the database's password would: triggers and foreign keys say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from erp.database import immutability


class NothingChanged(Exception):
    """A statement found no row: there is nothing to see by its fault."""


def tamper(engine: Engine, *statements: str) -> None:
    """Runs statements, each of which must change a row. Raises NothingChanged."""
    silenced = {"sqlite": _silenced_sqlite, "postgresql": _silenced_postgresql}
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        connection.rollback()
        with silenced[engine.dialect.name](raw):
            for statement in statements:
                if raw.execute(statement).rowcount < 1:
                    raise NothingChanged(statement)


@contextmanager
def _silenced_sqlite(raw: Any) -> Iterator[None]:
    raw.execute("PRAGMA foreign_keys = OFF")
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    yield
    for trigger in immutability("sqlite"):
        raw.execute(trigger)
    raw.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _silenced_postgresql(raw: Any) -> Iterator[None]:
    raw.execute("SET session_replication_role = replica")
    yield
    raw.execute("RESET session_replication_role")
    raw.commit()
