"""The trial balance of a million journal lines, by entity and by chain group: the slower of the two, on SQLite.

The lines are copies of those of played orders, spread over entities, chain groups and months.
Floor: debits and credits of all lines summed by entity and account in raw SQL.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Table

from erp.database import metadata, snapshot
from erp.ledger.turnover.halves import HALF
from erp.ledger.turnover.model import Dimension
from erp.ledger.turnover.queries import cache_differences, trial_balance
from erp.parties.schemas import PartyKind, RegisterParty

from . import mix
from .books import Books, account
from .databases import SQLITE, Databases
from .figure import Figure, duration
from .growth import tell
from .ring import timed

LINES = 1_000_000
DELIVERIES = 40  # played, whose lines are copied
ENTITIES, GROUPS, MONTHS = 20, 50, 24
FIRST_YEAR = 2_020
RUNS = 3  # the quickest counts: what else the machine does only adds
COPIES = "WITH RECURSIVE copies(k) AS (VALUES(1) UNION ALL SELECT k + 1 FROM copies WHERE k < ?) "
CHANGED = {
    "id": "id + k * ?",
    "entry": "entry + k * ?",
    "entity": f"printf('E%02d', k % {ENTITIES})",
    "node": f"printf('E%02d', k % {ENTITIES})",
    "chain_group": f"printf('G%02d', k / {ENTITIES} % {GROUPS})",
    "period": f"printf('%d-%02d', {FIRST_YEAR} + k % {MONTHS} / 12, 1 + k % {MONTHS} % 12)",
}
TURNOVER = f"""
INSERT INTO ledger_turnover
SELECT l.entity, l.chain_group, e.ledger, l.account, e.period,
    sum(l.debit_minor / {HALF}), sum(l.debit_minor % {HALF}), sum(l.credit_minor / {HALF}), sum(l.credit_minor % {HALF})
FROM journal_line l JOIN journal_entry e ON e.id = l.entry GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - names of our own tables
BALANCES = """
INSERT INTO ledger_balance
SELECT l.entity, e.ledger, l.account, sum(l.debit_minor - l.credit_minor)
FROM journal_line l JOIN journal_entry e ON e.id = l.entry GROUP BY 1, 2, 3
"""
RAW_SUM = (
    "SELECT entity, account, sum(debit_minor), sum(credit_minor) FROM journal_line GROUP BY 1, 2"
)


def measure(databases: Databases, lines: int = LINES) -> Figure:
    """Measures `trial_balance_s`."""
    books = Books(databases.new(SQLITE), int(time.time()))
    _play(books)
    made = _multiply(books.engine, lines)
    seconds = {
        by.value: _seconds(books.engine, by) for by in (Dimension.ENTITY, Dimension.CHAIN_GROUP)
    }
    floor = min(timed(lambda: _raw(books.engine, RAW_SUM)) for _ in range(RUNS))
    books.close()
    told = ", ".join(f"{by} {each:.3f} s" for by, each in seconds.items())
    note = f"{made:,} lines; {told}"
    return duration("trial_balance_s", "s", max(seconds.values()), floor, note)


def _play(books: Books) -> None:
    """Registers the entities and books some deliveries."""
    codes = [f"E{index:02d}" for index in range(ENTITIES)]
    books.all_of([_entity(code) for code in codes])
    for delivery in books.despatched(DELIVERIES):
        received = tell(books, mix.receipt(delivery, books.now))
        tell(books, mix.inspection(received))
        tell(books, mix.invoice(delivery))


def _entity(code: str) -> RegisterParty:
    return RegisterParty(code=code, name=code, kind=PartyKind.INTERNAL, account=account(code))


def _multiply(engine: Engine, lines: int) -> int:
    """Copies entries and lines until there are at least so many lines, and sums them anew; returns how many there are."""
    ((there,),) = _raw(engine, "SELECT count(*) FROM journal_line")
    ((step,),) = _raw(engine, "SELECT max(id) FROM journal_entry")
    copies = -(-lines // there)
    for name, key in (("journal_entry", "id"), ("journal_line", "entry")):
        _raw(engine, _copying(metadata.tables[name], key), (copies, step, step))
    for cache, summed in (("ledger_turnover", TURNOVER), ("ledger_balance", BALANCES)):
        _raw(engine, f"DELETE FROM {cache}")  # noqa: S608 - names of our own tables
        _raw(engine, summed)
    with snapshot(engine) as session:
        if wrong := cache_differences(session):
            raise AssertionError(f"the copied books are not summed up: {wrong[0]}")
    ((made,),) = _raw(engine, "SELECT count(*) FROM journal_line")
    return int(made)


def _copying(table: Table, key: str) -> str:
    """SQL that copies the rows of the played entries, changed by the number of the copy."""
    columns = [column.name for column in table.columns]
    into = ", ".join(columns)
    values = ", ".join(CHANGED.get(name, name) for name in columns)
    return (
        f"{COPIES} INSERT INTO {table.name} ({into}) "  # noqa: S608 - names of our own tables
        f"SELECT {values} FROM copies CROSS JOIN {table.name} WHERE {key} <= ?"
    )


def _seconds(engine: Engine, by: Dimension) -> float:
    """Seconds of the trial balance by one dimension, the quickest of RUNS."""
    with snapshot(engine) as session:
        return min(timed(lambda: trial_balance(session, by)) for _ in range(RUNS))


def _raw(engine: Engine, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """Rows of a statement by the raw driver, committed; foreign keys are not looked at."""
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        return list(driver.execute(sql, values))
    finally:
        connection.close()
