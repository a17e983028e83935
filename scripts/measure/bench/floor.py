"""The floor of a write: the rows that it left, inserted again by the raw driver into the same tables without us.

Settings of the database (journal, durability) are ours, and so are keys and indexes. Triggers and foreign keys are left
out, and what a write changed in rows that stood before it is not done again: a floor is what no program gets below.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Table

from erp.database import metadata, open_engine

Key = tuple[Any, ...]
Standing = Mapping[str, frozenset[Key]]


@dataclass(frozen=True, slots=True)
class Written:
    """New rows of one table."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def part(self, index: int, of: int) -> tuple[tuple[Any, ...], ...]:
        """One of `of` parts of the rows, as equal as can be."""
        count = len(self.rows)
        return self.rows[count * index // of : count * (index + 1) // of]


def standing(engine: Engine) -> Standing:
    """The keys of all rows of the ERP's tables."""
    with engine.connect() as connection:
        return {
            table.name: frozenset(
                tuple(row) for row in connection.exec_driver_sql(_select(table, _keys(table)))
            )
            for table in metadata.sorted_tables
        }


def written(engine: Engine, before: Standing) -> list[Written]:
    """The rows whose key did not stand `before`, by table, as the driver gives them."""
    found = []
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            columns = tuple(column.name for column in table.columns)
            places = [columns.index(name) for name in _keys(table)]
            rows = tuple(
                tuple(row)
                for row in connection.exec_driver_sql(_select(table, columns))
                if tuple(row[place] for place in places) not in before[table.name]
            )
            if rows:
                found.append(Written(table.name, columns, rows))
    return found


def insert_seconds(url: str, made: Sequence[Written], commits: int) -> float:
    """Seconds that the raw driver takes to insert these rows into the empty database at `url`, in so many transactions."""
    engine = open_engine(url)
    with engine.begin() as connection:
        metadata.create_all(connection)
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        sqlite = engine.dialect.name == "sqlite"
        mark = "?" if sqlite else "%s"
        statements = [_insert(each, mark) for each in made]
        parts = [[each.part(index, commits) for each in made] for index in range(commits)]
        driver.cursor().execute(
            "PRAGMA foreign_keys = OFF" if sqlite else "SET session_replication_role = replica"
        )
        driver.commit()
        began = time.perf_counter()
        for part in parts:
            cursor = driver.cursor()
            cursor.execute("BEGIN IMMEDIATE" if sqlite else "SELECT 1")
            for statement, rows in zip(statements, part, strict=True):
                if rows:
                    cursor.executemany(statement, rows)
            driver.commit()
        return time.perf_counter() - began
    finally:
        raw.close()
        engine.dispose()


def rows_each(made: Sequence[Written], documents: int) -> str:
    """How many rows one document writes, as text: `5.8 rows a document in 9 tables`."""
    count = sum(len(each.rows) for each in made)
    return f"{count / documents:.1f} rows a document in {len(made)} tables"


def _keys(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


def _select(table: Table, columns: Sequence[str]) -> str:
    return f"SELECT {_names(columns)} FROM {table.name}"  # noqa: S608 - names of our own tables


def _insert(each: Written, mark: str) -> str:
    marks = ", ".join([mark] * len(each.columns))
    return f"INSERT INTO {each.table} ({_names(each.columns)}) VALUES ({marks})"  # noqa: S608 - our own names


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
