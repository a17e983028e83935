"""What a database of rebuilt books keeps beside them: which rows a replay wrote, and whose turn it is to be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Table, text
from sqlalchemy.orm import Session

from erp.comparison import DETERMINED, Place
from erp.database import Key

_TABLES = {table.name: table for table in DETERMINED}
_READ_PLACE = text("SELECT place FROM compared_place")


class WrittenRows:
    """Notes the key of each row that is written through a session's connection (SQLite), until that is closed."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        self._connection.exec_driver_sql("CREATE TEMP TABLE written (name TEXT, key TEXT)")
        for table in DETERMINED:
            for verb, rows in (
                ("INSERT", ("NEW",)),
                ("UPDATE", ("OLD", "NEW")),
                ("DELETE", ("OLD",)),
            ):
                self._connection.exec_driver_sql(_trigger(table, verb, rows))

    def keys(self) -> Iterator[tuple[Table, Key]]:
        """Every row that was written, table by table."""
        found = self._connection.exec_driver_sql(
            "SELECT DISTINCT name, key FROM written ORDER BY name, key"
        )
        for name, key in found.all():
            yield _TABLES[name], tuple(json.loads(key))


def _trigger(table: Table, verb: str, rows: tuple[str, ...]) -> str:
    """SQL: whoever does this to a row of the table leaves its key. The names are our own."""
    key = table.primary_key.columns.keys()
    notes = "".join(
        f"INSERT INTO written VALUES ('{table.name}', "  # noqa: S608 - our own names
        f"json_array({', '.join(f'{row}.{name}' for name in key)})); "
        for row in rows
    )
    return f"CREATE TEMP TRIGGER written_{table.name}_{verb} AFTER {verb} ON {table.name} BEGIN {notes}END"


def read_place(session: Session) -> Place:
    """Where the next rows to compare begin: at the first ones in a database that never was gone on with."""
    session.connection().exec_driver_sql("CREATE TABLE IF NOT EXISTS compared_place (place TEXT)")
    found = session.execute(_READ_PLACE).scalar()
    if found is None:
        return 0, None
    number, key = json.loads(found)
    return number, None if key is None else tuple(key)


def write_place(session: Session, place: Place) -> None:
    """Notes where the next rows to compare begin."""
    session.execute(text("DELETE FROM compared_place"))
    session.execute(
        text("INSERT INTO compared_place VALUES (:place)"), {"place": json.dumps(place)}
    )
