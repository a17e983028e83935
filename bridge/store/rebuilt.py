"""The tables that hold what the bridge read, made again in a database of their own, and compared with those that are in use.

Compared is what chain and document log determine. What the bridge did about it (OUTBOX, attempts, alarms, holds, acts of
operators) follows from no chain, and is left to the audit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, Table, bindparam, insert, select, text, update
from sqlmodel import Session, col

from bridge.store import schema
from bridge.store.engine import content_of, fill, open_engine
from bridge.store.tables import Anchor, Inbox, metadata

ROWS_AT_ONCE = 1_000
Key = int | str
Values = tuple[Any, ...]
# Table -> its key and the columns that chain and log determine.
DETERMINED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "bridge_inbox": (
        "position",
        (
            "contract", "event", "aggregate", "block_number", "block_hash", "block_time", "tx_hash", "tx_index",
            "log_index", "body", "document_number",
        ),
    ),
    "bridge_commitment": ("sequence", ("number", "root")),
    "bridge_anchor": ("index", ("first_sequence", "last_sequence", "root", "head")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that is not as it was made again: its table, its key, and what differs."""

    table: str
    key: str
    detail: str


_INDEX = text("CREATE INDEX ix_rebuilt_origin ON bridge_inbox (block_hash, log_index)")


def open_new(file: Path) -> Engine:
    """A new SQLite database with the bridge's tables, in which events are found by their blocks."""
    engine = open_engine(f"sqlite:///{file}")
    fill(engine, _empty())
    return engine


@cache
def _empty() -> bytes:
    """Such a database as a file. It is made once in a process: every audit begins with one."""
    engine = open_engine("sqlite://")
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(_INDEX)
    content = content_of(engine)
    engine.dispose()
    return content


def event_of(session: Session, block_hash: str, log_index: int, retold: int) -> Inbox | None:
    """The event that stands in a block at this place, where it was taken back so often before."""
    return session.scalar(
        select(Inbox).where(
            col(Inbox.block_hash) == block_hash,
            col(Inbox.log_index) == log_index,
            col(Inbox.retold) == retold,
        )
    )


_INBOX = metadata.tables["bridge_inbox"]
_NOTE_DOCUMENT = (
    update(_INBOX)
    .where(
        _INBOX.c.block_hash == bindparam("in_block"),
        _INBOX.c.log_index == bindparam("at_place"),
        _INBOX.c.retold == bindparam("taken_back"),
    )
    .values(document_number=bindparam("made"))
)


def note_documents(session: Session, made: Sequence[tuple[str, int, int, str]]) -> None:
    """Writes to events which document they made: block hash, place and retold of each, and the document's number."""
    rows = [
        {"in_block": block, "at_place": place, "taken_back": retold, "made": number}
        for block, place, retold, number in made
    ]
    if rows:
        session.connection().execute(_NOTE_DOCUMENT, rows)


def add_anchors(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes anchors as the chain has them."""
    if rows:
        session.execute(insert(Anchor), list(rows))


def undocumented(session: Session) -> Iterator[Inbox]:
    """Events that made no document, in the order of the chain."""
    statement = select(Inbox).where(col(Inbox.document_number).is_(None))
    paged = statement.order_by(col(Inbox.position)).execution_options(yield_per=ROWS_AT_ONCE)
    yield from session.scalars(paged)


def differences(
    live: Session, rebuilt: Session, until: Mapping[str, Key]
) -> Iterator[RowDifference]:
    """Each row of `DETERMINED` that is not the same on both sides. `until`: the last key of a table that is compared."""
    for name, (key, columns) in DETERMINED.items():
        yield from _of_table(live, rebuilt, metadata.tables[name], key, columns, until.get(name))


def _of_table(
    live: Session, made: Session, table: Table, key: str, columns: Sequence[str], until: Key | None
) -> Iterator[RowDifference]:  # fmt: skip
    """Compares page by page of the rows that were made, each with all that stand in use between its keys."""
    after: Key | None = None
    while True:
        page = _chosen(table, key, columns, after, until).order_by(table.c[key]).limit(ROWS_AT_ONCE)
        theirs = {row[0]: tuple(row[1:]) for row in made.execute(page)}
        is_last = len(theirs) < ROWS_AT_ONCE
        end = until if is_last else max(theirs)
        between = live.execute(_chosen(table, key, columns, after, end))
        ours = {row[0]: tuple(row[1:]) for row in between}
        for each in sorted(ours.keys() | theirs.keys()):
            row, other = ours.get(each), theirs.get(each)
            yield from _of_row(table.name, f"{key} {each}", row, other, columns)
        if is_last:
            return
        after = end


def _chosen(
    table: Table, key: str, columns: Sequence[str], after: Key | None, until: Key | None
) -> Select[Any]:
    statement = select(table.c[key], *(table.c[name] for name in columns))
    if after is not None:
        statement = statement.where(table.c[key] > after)
    return statement if until is None else statement.where(table.c[key] <= until)


def _of_row(
    table: str, key: str, ours: Values | None, theirs: Values | None, columns: Sequence[str]
) -> Iterator[RowDifference]:
    if ours is None:
        yield RowDifference(table, key, "row is missing, made again it is there")
    elif theirs is None:
        yield RowDifference(table, key, "row is there, made again it is missing")
    else:
        for name, mine, other in zip(columns, ours, theirs, strict=True):
            if mine != other:
                yield RowDifference(table, key, f"{name} is {mine}, made again it is {other}")
