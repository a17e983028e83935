"""Many new rows of one table at once, by one statement of the driver.

What SQLAlchemy does for each row costs as much as the row. SQLite takes the rows one by one from its driver. PostgreSQL
takes columns as arrays, in one statement for all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, Connection, Integer, LargeBinary, String, Table
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString

Values = tuple[Any, ...]

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
        marks = ", ".join("?" for _ in table.columns)
        into = f"INSERT INTO {table.name} ({names})"
        self._sqlite = f"{into} VALUES ({marks})"
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


def _array(kind: TypeEngine[Any]) -> str:
    plain = kind.impl_instance if isinstance(kind, AutoString) else kind
    for known, array in ARRAYS:
        if isinstance(plain, known):
            return array
    raise TypeError(f"rows with a column of {kind!r} are not inserted in bulk")
