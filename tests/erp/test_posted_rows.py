"""D2: no INSERT takes the place of a posted row: not by REPLACE, not by an upsert, not by SQLite's hidden row number."""

# ruff: noqa: S608 - table names of our own schema

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from erp.database import IMMUTABLE_TABLES
from erp.parties.schemas import PartyKind, RegisterParty
from tests.erp.world import World, account

Key = tuple[str, ...]
Replacing = Callable[[str, Key, str], str]  # table with columns, key, select → statement
EDITED = dict.fromkeys(("payload", "period", "debit_minor"), "'999'")


def keys(engine: Engine, table: str) -> set[Key]:
    """The columns of the primary key and of each unique constraint of a table."""
    found = inspect(engine)
    unique = {tuple(each["column_names"]) for each in found.get_unique_constraints(table)}
    return unique | {tuple(found.get_pk_constraint(table)["constrained_columns"])}


def edited_row(table: str, columns: list[str], key: Key, others: set[str]) -> str:
    """A SELECT of a posted row with other content, which has this key in common with it and no other one."""
    spelled = {
        **EDITED,
        **{name: f"{name} || 'x'" for name in ("number", "origin") if name in others},
        **{name: f"{name} + 1000" for name in ("sequence",) if name in others},
    }
    values = ", ".join(spelled.get(name, name) for name in columns)
    where = " AND ".join(f"{name} IS NOT NULL" for name in key)
    return f"SELECT {values} FROM {table} WHERE {where} ORDER BY 1, 2 LIMIT 1"


def rows(engine: Engine, table: str) -> list[object]:
    """All rows of a table in order."""
    with engine.connect() as connection:
        return list(connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")))


def refuse(engine: Engine, table: str, statement: str) -> None:
    """The statement is refused by the trigger, and the rows stand as they stood."""
    before = rows(engine, table)
    with (
        pytest.raises(DatabaseError, match=f"{table} is append-only"),
        engine.begin() as connection,
    ):
        connection.execute(text(statement))
    assert rows(engine, table) == before != []


def refuse_replacing(engine: Engine, replacing: Replacing) -> None:
    """A row inserted over a posted one, by any of its unique keys, is refused."""
    world = World(engine)
    first = RegisterParty(
        code="first", name="First", kind=PartyKind.INTERNAL, account=account("first")
    )
    world.do(first, origin="event-1")  # so that the log's third key has a value
    world.prepare()
    for table in IMMUTABLE_TABLES:
        columns = [column["name"] for column in inspect(engine).get_columns(table)]
        unique = keys(engine, table)
        for key in sorted(unique):
            others = {name for other in unique for name in other} - set(key)
            chosen = edited_row(table, columns, key, others)
            refuse(engine, table, replacing(f"{table} ({', '.join(columns)})", key, chosen))


@pytest.mark.sqlite("REPLACE is a statement of SQLite")
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_d2_a_posted_row_cannot_be_replaced(engine: Engine, verb: str) -> None:
    refuse_replacing(engine, lambda table, _key, chosen: f"{verb} INTO {table} {chosen}")


@pytest.mark.sqlite("REPLACE and hidden row numbers are SQLite's")
def test_d2_a_posted_row_cannot_be_replaced_by_its_hidden_row_number(engine: Engine) -> None:
    World(engine).prepare()
    for hidden in ("rowid", "oid", "_rowid_"):
        statement = (
            f"INSERT OR REPLACE INTO journal_line ({hidden}, entry, position, entity, account, debit_minor, "
            "credit_minor, platform, chain_group, node) "
            "VALUES (1, 1, 77, 'buyer', '1002', 999, 0, 'P1', '', 'buyer')"
        )
        refuse(engine, "journal_line", statement)


def upsert(table: str, key: Key, chosen: str) -> str:
    """An INSERT that updates the row it meets."""
    changed = next(name for name in EDITED if name in table)
    return (
        f"INSERT INTO {table} {chosen} ON CONFLICT ({', '.join(key)}) "
        f"DO UPDATE SET {changed} = excluded.{changed}"
    )


def test_d2_a_posted_row_cannot_be_upserted(engine: Engine) -> None:
    refuse_replacing(engine, upsert)


def test_d2_every_unique_key_of_a_posted_row_is_watched(engine: Engine) -> None:
    for table, watched in IMMUTABLE_TABLES.items():
        assert set(watched) == keys(engine, table)
