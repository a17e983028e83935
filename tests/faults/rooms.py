"""Which life leaves rows in the tables of which room, for tests that edit one row after the other."""

from __future__ import annotations

from sqlalchemy import Table

from erp import rooms
from erp.kernel.base import ErpTable, metadata

# Room of the ERP -> the life (`tests/lives/`) that fills its tables. Those of other rooms are edited in `test_tamper.py`.
FILLED_BY = {
    "capacity": "capacity",
    "groups": "groups",
    "guarantees": "guarantees",
    "receivables": "receivables",
    "signing": "signing",
}


def tables_of(room: str) -> list[Table]:
    """The tables of a room, by name."""
    (module,) = (each for each in rooms.TABLES if each.__name__ == f"erp.{room}.tables")
    found = (
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ErpTable)
        and value.__module__ == module.__name__
    )
    return sorted(
        (metadata.tables[str(each.__tablename__)] for each in found), key=lambda t: t.name
    )
