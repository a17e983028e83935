"""SQL of reorganisations: what is void, and the tables of the rooms made equal to others. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session

from erp.attachments import tables as attachment_tables
from erp.kernel.base import SIDE_PREFIX, metadata
from erp.kernel.log import tables as log_tables
from erp.kernel.log.tables import DocumentLog, DocumentVoid
from erp.ledger import tables as ledger_tables

_LOG = metadata.tables[DocumentLog.__tablename__]
_VOID = metadata.tables[DocumentVoid.__tablename__]
NAMES_MAX = 500  # in one list of a statement
PATIENCE_MS = 900_000  # of one statement, and between two
_PATIENTLY = text(
    f"SELECT set_config('statement_timeout', '{PATIENCE_MS}', true), "
    f"set_config('idle_in_transaction_session_timeout', '{PATIENCE_MS}', true)"
)
# Log and ledger keep what was: what is void stands in them beside its reversal. So does what was attached to it, since its
# bytes stand beside the log. The API's rows are of no document.
KEPT = frozenset(
    str(made.__tablename__)
    for made in (
        log_tables.DocumentLog,
        log_tables.DocumentVoid,
        log_tables.DocumentHead,
        log_tables.NumberSeries,
        ledger_tables.LedgerAccount,
        ledger_tables.JournalEntry,
        ledger_tables.JournalLine,
        ledger_tables.LedgerBalance,
        ledger_tables.LedgerTurnover,
        ledger_tables.LedgerPeriod,
        attachment_tables.Attachment,
    )
)
KEPT_PREFIXES = ("api_", "web_", SIDE_PREFIX)
_OLD = "key_"  # begins the name of a parameter that stands for a key column

Rows = dict[tuple[Any, ...], dict[str, Any]]


def be_patient(session: Session) -> None:
    """Lets the rest of this transaction pause as long as it takes to carry the log out again; PostgreSQL would end it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_PATIENTLY)


def void_sequences(session: Session) -> set[int]:
    """Sequences of all documents that were voided."""
    return set(session.scalars(select(_VOID.c.sequence)))


def told_of(session: Session, origins: Sequence[str]) -> list[int]:
    """Sequences of the documents that these events made."""
    found: list[int] = []
    for start in range(0, len(origins), NAMES_MAX):
        some = _LOG.c.origin.in_(list(origins[start : start + NAMES_MAX]))
        found += session.scalars(select(_LOG.c.sequence).where(some))
    return found


def add_voids(session: Session, by: str, reasons: Mapping[int, str | None]) -> None:
    """Notes which documents count no more: sequence -> why, None where its own event is gone."""
    rows = [
        {"sequence": sequence, "voided_by": by, "reason": reason}
        for sequence, reason in sorted(reasons.items())
    ]
    if rows:
        session.execute(insert(_VOID), rows)


def make_equal(session: Session, rebuilt: Session) -> None:
    """Gives the tables of all rooms the rows of the rebuilt books.

    New rows come first, then changed ones, and those that are gone last, so that no row ever names one that is not there.
    """
    tables = [
        table
        for table in metadata.sorted_tables
        if table.name not in KEPT and not table.name.startswith(KEPT_PREFIXES)
    ]
    differing = [(table, *_unequal(session, rebuilt, table)) for table in tables]
    for table, theirs, ours in differing:
        new = [row for key, row in theirs.items() if key not in ours]
        if new:
            session.connection().execute(insert(table), new)
    for table, theirs, ours in differing:
        changed = [row for key, row in theirs.items() if key in ours]
        if changed:
            _update(session, table, changed)
    for table, theirs, ours in reversed(differing):
        gone = [row for key, row in ours.items() if key not in theirs]
        if gone:
            statement = delete(table).where(*_is(table))
            session.connection().execute(statement, [_old(table, row) for row in gone])


def _unequal(session: Session, rebuilt: Session, table: Table) -> tuple[Rows, Rows]:
    """The rows of a table that are not equal, by key: as rebuilt, and as they are."""
    theirs, ours = _rows(rebuilt, table), _rows(session, table)
    same = {key for key in theirs.keys() & ours.keys() if theirs[key] == ours[key]}
    return (
        {key: row for key, row in theirs.items() if key not in same},
        {key: row for key, row in ours.items() if key not in same},
    )


def _rows(session: Session, table: Table) -> Rows:
    keys = [column.name for column in table.primary_key.columns]
    found = (dict(row) for row in session.execute(select(table)).mappings())
    return {tuple(row[key] for key in keys): row for row in found}


def _update(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    keys = {column.name for column in table.primary_key.columns}
    names = [column.name for column in table.columns if column.name not in keys]
    statement = (
        update(table).where(*_is(table)).values({name: bindparam(f"to_{name}") for name in names})
    )
    parameters = [
        {**_old(table, row), **{f"to_{name}": row[name] for name in names}} for row in rows
    ]
    session.connection().execute(statement, parameters)


def _is(table: Table) -> list[Any]:
    return [column == bindparam(_OLD + column.name) for column in table.primary_key.columns]


def _old(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {_OLD + column.name: row[column.name] for column in table.primary_key.columns}
