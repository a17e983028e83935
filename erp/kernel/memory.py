"""A database in memory, for books that are made to be compared and thrown away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from erp.kernel.base import metadata


def open_memory() -> Engine:
    """An SQLite database in memory with all tables, without rows, triggers or checks of foreign keys."""
    engine = create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    metadata.create_all(engine)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
