"""Many new rows of one table by one statement of the driver: what SQLAlchemy does for each row costs as much as the row.

SQLite takes the rows one by one from its driver. PostgreSQL takes columns as arrays, in one statement for all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Integer, String, Table
from sqlmodel import AutoString

Values = tuple[Any, ...]


class RowsInsert:
    """The statements that insert rows, all columns in the table's order.

    Raises TypeError for a column that is neither text nor number.
    """

    def __init__(self, table: Table) -> None:
        self.names = tuple(column.name for column in table.columns)
        names = ", ".join(f'"{name}"' for name in self.names)
        arrays = ", ".join(f"%b::{_array(column.type)}" for column in table.columns)
        into = f"INSERT INTO {table.name} ({names})"
        self._sqlite = f"{into} VALUES ({', '.join('?' for _ in self.names)})"
        self._postgresql = f"{into} SELECT * FROM unnest({arrays})"  # noqa: S608 - names of our own tables

    def __call__(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Inserts the rows. Raises what any statement of the connection raises."""
        if not rows:
            return
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(self._sqlite, list(rows))
        else:
            columns = tuple(list(column) for column in zip(*rows, strict=True))
            connection.exec_driver_sql(self._postgresql, columns)


def _array(kind: Any) -> str:
    plain = kind.impl_instance if isinstance(kind, AutoString) else kind
    if isinstance(plain, Integer):  # and BigInteger
        return "bigint[]"
    if isinstance(plain, String):  # and Text
        return "text[]"
    raise TypeError(f"rows with a column of {kind!r} are not inserted in bulk")
