"""Many new rows of one table at once, by one statement of the driver.

What SQLAlchemy does for each row costs as much as the row. SQLite takes some rows at once: for each statement it opens
table and indexes anew, which takes as long as the row. PostgreSQL takes columns as arrays, in one statement for all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Boolean, Connection, Integer, LargeBinary, String, Table
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString

Values = tuple[Any, ...]

ROWS_AT_ONCE = 40  # of one statement of SQLite; what is left over goes one by one
VALUES_MAX = 999  # of one statement: the least bound that an SQLite is built with

# SQLAlchemy's type -> the type of an array of it in PostgreSQL. Of these, values need no conversion on either database.
ARRAYS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Integer, "bigint[]"),  # and BigInteger
    (Boolean, "boolean[]"),
    (LargeBinary, "bytea[]"),
    (String, "text[]"),  # and Text
)


class BulkInsert:
    """The statements that insert rows, all columns in the table's order.

    Raises TypeError for a type that it cannot carry.
    """

    def __init__(self, table: Table) -> None:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        arrays = ", ".join(f"%b::{_array(column.type)}" for column in table.columns)
        marks = f"({', '.join('?' for _ in table.columns)})"
        into = f"INSERT INTO {table.name} ({names})"
        self._rows_at_once = min(ROWS_AT_ONCE, VALUES_MAX // len(table.columns))
        self._sqlite = f"{into} VALUES {marks}"
        self._sqlite_many = f"{into} VALUES {', '.join([marks] * self._rows_at_once)}"
        self._postgresql = f"{into} SELECT * FROM unnest({arrays})"  # noqa: S608 - names of our own tables

    def __call__(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Inserts the rows. Raises what any statement of the connection raises."""
        if not rows:
            return
        if connection.dialect.name == "sqlite":
            self._into_sqlite(connection, rows)
        else:
            columns = tuple(list(column) for column in zip(*rows, strict=True))
            connection.exec_driver_sql(self._postgresql, columns)

    def _into_sqlite(self, connection: Connection, rows: Sequence[Values]) -> None:
        count = self._rows_at_once
        whole = len(rows) - len(rows) % count
        for start in range(0, whole, count):
            values = tuple(chain.from_iterable(rows[start : start + count]))
            connection.exec_driver_sql(self._sqlite_many, values)
        if whole < len(rows):
            connection.exec_driver_sql(self._sqlite, list(rows[whole:]))


def _array(kind: TypeEngine[Any]) -> str:
    plain = kind.impl_instance if isinstance(kind, AutoString) else kind
    for known, array in ARRAYS:
        if isinstance(plain, known):
            return array
    raise TypeError(f"rows with a column of {kind!r} are not inserted in bulk")
