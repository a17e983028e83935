"""The auditor's notebook (审计底稿): what audits have read so far, in an SQLite database of its own.

It holds the events as the chain proved them, the root of each document, what belongs together, and what is still to be
looked at. It only says what need not be looked at again: whoever edits it can hide old faults from audits of what is new,
and none from a whole one, which begins an empty notebook.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, bindparam, select, text
from sqlmodel import Session, col

from bridge.store import rebuilt
from bridge.store.tables import Anchor, Commitment, Inbox

NAMES_MAX = 500  # in one list of a statement
# item: an event or document. due: to be looked at in this audit. open: in the next one as well.
_TABLES = (
    "CREATE TABLE item (id TEXT PRIMARY KEY, due INTEGER NOT NULL, open INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX ix_item_due ON item (id) WHERE due = 1",
    "CREATE INDEX ix_item_open ON item (id) WHERE open = 1",
    "CREATE TABLE link (key TEXT, item TEXT, PRIMARY KEY (key, item)) WITHOUT ROWID",
    "CREATE INDEX ix_link_item ON link (item)",
    "CREATE TABLE remark (item TEXT, detail TEXT, PRIMARY KEY (item, detail)) WITHOUT ROWID",
    "CREATE TABLE folded (state TEXT NOT NULL)",
    "CREATE INDEX ix_notebook_number ON bridge_commitment (number)",
)


def _of_names(statement: str) -> TextClause:
    """A statement about rows in a list of names."""
    return text(statement).bindparams(bindparam("names", expanding=True))


_ADD_ITEM = text("INSERT INTO item VALUES (:id, 1, 0)")
_ADD_LINK = text("INSERT OR IGNORE INTO link VALUES (:key, :item)")
_ADD_REMARK = text("INSERT OR IGNORE INTO remark VALUES (:item, :detail)")
_BATCH = text("SELECT id FROM item WHERE due = 1 ORDER BY id LIMIT :limit")
_OPEN = text("SELECT id FROM item WHERE open = 1 ORDER BY id")
_OPEN_IS_DUE = text("UPDATE item SET due = 1 WHERE open = 1")
_DUE_FROM = text("UPDATE item SET due = 1 WHERE id >= :first AND id <= :last")
_REMARKS = text("SELECT item, detail FROM remark ORDER BY item, detail LIMIT :limit")
_READ_STATE = text("SELECT state FROM folded")
_KEYS = _of_names("SELECT item, key FROM link WHERE item IN :names")
_ITEMS = _of_names("SELECT DISTINCT item FROM link WHERE key IN :names")
_DUE = _of_names("UPDATE item SET due = 1 WHERE id IN :names")
_SEEN = _of_names("UPDATE item SET due = 0, open = 0 WHERE id IN :names")
_LEAVE_OPEN = _of_names("UPDATE item SET open = 1 WHERE id IN :names")
_FORGET = _of_names("DELETE FROM remark WHERE item IN :names")


def document_item(sequence: int) -> str:
    """The item of a document."""
    return f"d:{sequence:012d}"


def event_item(position: str) -> str:
    """The item of an event."""
    return f"e:{position}"


def open_new(file: Path) -> Engine:
    """An empty notebook."""
    engine = rebuilt.open_new(file)
    with engine.begin() as connection:
        for statement in _TABLES:
            connection.exec_driver_sql(statement)
    return engine


def read_state(session: Session) -> dict[str, Any] | None:
    """How far the audits are that this notebook is of; None before the first."""
    found = session.connection().execute(_READ_STATE).scalar()
    return None if found is None else dict(json.loads(found))


def write_state(session: Session, state: Mapping[str, Any]) -> None:
    """Replaces what `read_state` answers."""
    session.connection().exec_driver_sql("DELETE FROM folded")
    session.connection().exec_driver_sql("INSERT INTO folded VALUES (?)", (json.dumps(state),))


# ---- what belongs together ----------------------------------------------------------------------


def add_items(session: Session, linked: Mapping[str, Iterable[str]]) -> None:
    """Notes new items, to be looked at, each with the keys that it shares with what belongs to it."""
    rows = [{"key": key, "item": item} for item, keys in linked.items() for key in keys]
    if linked:
        session.connection().execute(_ADD_ITEM, [{"id": item} for item in linked])
    if rows:
        session.connection().execute(_ADD_LINK, rows)


def make_due(session: Session, items: Sequence[str]) -> None:
    """These are looked at in this audit."""
    _each(session.connection(), _DUE, items)


def make_due_between(session: Session, first: str, last: str) -> None:
    """Items from one to another, both included, are looked at in this audit."""
    session.connection().execute(_DUE_FROM, {"first": first, "last": last})


def make_open_due(session: Session) -> None:
    """What the last audit left open is looked at in this one."""
    session.connection().execute(_OPEN_IS_DUE)


def next_part(session: Session, limit: int) -> list[str]:
    """Some items that are due, with all that belongs to them, directly or through others; none when nothing is due.

    They are neither due nor open any more.
    """
    connection = session.connection()
    known = set(connection.execute(_BATCH, {"limit": limit}).scalars())
    new, keys = sorted(known), set[str]()
    while new:
        shared = {key for _, key in _rows(connection, _KEYS, new)} - keys
        keys |= shared
        new = sorted({item for (item,) in _rows(connection, _ITEMS, sorted(shared))} - known)
        known.update(new)
    found = sorted(known)
    _each(connection, _SEEN, found)
    _each(connection, _FORGET, found)
    return found


def keys_of(session: Session, items: Sequence[str]) -> list[tuple[str, str]]:
    """Items and the keys that they share with others."""
    return [(item, key) for item, key in _rows(session.connection(), _KEYS, items)]


def leave_open(session: Session, items: Sequence[str]) -> None:
    """These are looked at in the next audit again."""
    _each(session.connection(), _LEAVE_OPEN, items)


def open_items(session: Session) -> list[str]:
    """What is looked at in the next audit again."""
    return list(session.connection().execute(_OPEN).scalars())


def add_remarks(session: Session, remarks: Sequence[tuple[str, str]]) -> None:
    """Notes remarks: the item that each is about, and what it says."""
    if remarks:
        rows = [{"item": item, "detail": detail} for item, detail in remarks]
        session.connection().execute(_ADD_REMARK, rows)


def remarks(session: Session, limit: int) -> list[tuple[str, str]]:
    """Items and what is remarked about them, in order."""
    found = session.connection().execute(_REMARKS, {"limit": limit})
    return [(item, detail) for item, detail in found]


# ---- what was read ------------------------------------------------------------------------------


def events_at(session: Session, positions: Sequence[str]) -> list[Inbox]:
    """The events at these positions, in order."""
    found: list[Inbox] = []
    for start in range(0, len(positions), NAMES_MAX):
        part = col(Inbox.position).in_(positions[start : start + NAMES_MAX])
        found += session.scalars(select(Inbox).where(part))
    session.expunge_all()
    return sorted(found, key=lambda row: row.position)


def events_in_blocks(session: Session, first: int, last: int) -> list[Inbox]:
    """The events of some blocks, in order."""
    between = col(Inbox.position) >= f"{first:012d}", col(Inbox.position) < f"{last + 1:012d}"
    found = list(session.scalars(select(Inbox).where(*between).order_by(col(Inbox.position))))
    session.expunge_all()
    return found


def event_before(session: Session, block: int) -> Inbox | None:
    """The newest event of the blocks before one."""
    before = select(Inbox).where(col(Inbox.position) < f"{block:012d}")
    found = session.scalar(before.order_by(col(Inbox.position).desc()).limit(1))
    session.expunge_all()
    return found


def commitments(session: Session, first: int, last: int) -> list[tuple[int, str, bytes]]:
    """Sequence, number and root of the documents from one sequence to another."""
    statement = select(col(Commitment.sequence), col(Commitment.number), col(Commitment.root))
    between = col(Commitment.sequence) >= first, col(Commitment.sequence) <= last
    rows = session.execute(statement.where(*between).order_by(col(Commitment.sequence)))
    return [(sequence, number, bytes.fromhex(root[2:])) for sequence, number, root in rows]


def commitments_at(session: Session, sequences: Sequence[int]) -> Iterator[tuple[int, str, bytes]]:
    """The same of the documents with these sequences."""
    statement = select(col(Commitment.sequence), col(Commitment.number), col(Commitment.root))
    for start in range(0, len(sequences), NAMES_MAX):
        named = col(Commitment.sequence).in_(sequences[start : start + NAMES_MAX])
        for sequence, number, root in session.execute(statement.where(named)):
            yield sequence, number, bytes.fromhex(root[2:])


def sequence_of(session: Session, number: str) -> int | None:
    """Sequence of the document with a number."""
    return session.scalar(select(col(Commitment.sequence)).where(col(Commitment.number) == number))


def anchors_from(session: Session, index: int) -> Iterator[Anchor]:
    """Anchors behind the one with this index, in order."""
    statement = select(Anchor).where(col(Anchor.index) > index).order_by(col(Anchor.index))
    yield from session.scalars(statement.execution_options(yield_per=NAMES_MAX))


def _rows(connection: Connection, statement: Any, names: Sequence[str]) -> Iterator[Any]:
    for start in range(0, len(names), NAMES_MAX):
        yield from connection.execute(statement, {"names": names[start : start + NAMES_MAX]})


def _each(connection: Connection, statement: Any, names: Sequence[str]) -> None:
    for start in range(0, len(names), NAMES_MAX):
        connection.execute(statement, {"names": names[start : start + NAMES_MAX]})
