"""Reading and appending the document log: all its SQL. Never commits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, text
from sqlalchemy.orm import Session

from erp.kernel.actors import doer_of
from erp.kernel.base import metadata
from erp.kernel.log.model import Document, canonical
from erp.kernel.log.tables import DocumentLog, DocumentTrace, DocumentVoid
from erp.kernel.queries import begins

_LOG = metadata.tables[DocumentLog.__tablename__]
_TRACE = metadata.tables[DocumentTrace.__tablename__]
_VOID = metadata.tables[DocumentVoid.__tablename__]
# True for documents that count: what was voided is read only where the log itself is told.
STANDS = ~select(_VOID.c.sequence).where(_VOID.c.sequence == _LOG.c.sequence).exists()
_BY_ORIGIN = select(_LOG).where(_LOG.c.origin == bindparam("wanted"))
_BY_ORIGINS = select(_LOG).where(_LOG.c.origin.in_(bindparam("wanted", expanding=True)))
# Who told it is compared in Python: SQLite would take "origin IS NULL" for one row and read all that people told.
_OF_ORDER = select(_LOG.c.number, _LOG.c.type, _LOG.c.actor, _LOG.c.origin, _LOG.c.caused_by).where(
    or_(_LOG.c.order_number == bindparam("order"), _LOG.c.number == bindparam("number")), STANDS
)
_HEAD = text("SELECT last_sequence FROM document_head")
_SET_HEAD = text("UPDATE document_head SET last_sequence = :last")
_SET_SERIES = text(
    "INSERT INTO number_series (series, year, last) VALUES (:series, :year, :last) "
    "ON CONFLICT (series, year) DO UPDATE SET last = :last"
)
HEAD = 1  # the key of the one row of `document_head`
ORIGIN_SEPARATOR = ":"  # between chain, block's hash and place of an event: 31337:0xab…:0
MAX_PAGE = 10_000  # documents one query returns at most


def keep_traces(session: Session, traceparents: Mapping[str, str]) -> None:
    """Keeps the trace of each new document, by its number."""
    rows = [{"number": n, "traceparent": kept} for n, kept in traceparents.items()]
    session.execute(insert(_TRACE), rows)


def traces(session: Session, numbers: Sequence[str]) -> dict[str, str]:
    """The traces of those of these documents that have one, by number."""
    statement = select(_TRACE.c.number, _TRACE.c.traceparent).where(_TRACE.c.number.in_(numbers))
    return {row.number: row.traceparent for row in session.execute(statement)}


def changes(session: Session, after: int, limit: int) -> list[Document]:
    """Documents after a sequence, in order, at most `limit`."""
    statement = (
        select(_LOG)
        .where(_LOG.c.sequence > after)
        .order_by(_LOG.c.sequence)
        .limit(min(limit, MAX_PAGE))
    )
    return [document_of(row) for row in session.execute(statement)]


def find(session: Session, origin: str) -> Document | None:
    """The document made for an origin; None when there is none."""
    row = session.connection().execute(_BY_ORIGIN, {"wanted": origin}).first()
    return document_of(row) if row else None


def find_all(connection: Connection, origins: Sequence[str]) -> dict[str, Document]:
    """The documents made for these origins, by origin; at most the size of a batch."""
    if len(origins) == 1:
        rows = connection.execute(_BY_ORIGIN, {"wanted": origins[0]})
    else:
        rows = connection.execute(_BY_ORIGINS, {"wanted": origins})
    return {row.origin: document_of(row) for row in rows}


def told_by(connection: Connection, doer: str, order: str, number: str) -> list[tuple[str, str]]:
    """Number and type of what somebody (`doer_of`) told on an order (its number), or under a document's number."""
    return [
        (row.number, row.type)
        for row in connection.execute(_OF_ORDER, {"order": order, "number": number})
        if doer_of(row.actor) == doer and row.origin is None and row.caused_by is None
    ]


def by_number(session: Session, number: str) -> Document | None:
    """The document with a number, PO-2026-00001; None when there is none, or it was voided."""
    row = session.execute(select(_LOG).where(_LOG.c.number == number, STANDS)).first()
    return document_of(row) if row else None


def logged(session: Session, number: str) -> Document | None:
    """The document that the log has under a number, voided or not; None when there is none."""
    row = session.execute(select(_LOG).where(_LOG.c.number == number)).first()
    return document_of(row) if row else None


def numbered(session: Session, numbers: Sequence[str]) -> dict[str, Document]:
    """The documents that stand under these numbers, by number, at most MAX_PAGE; what was voided is left out."""
    statement = select(_LOG).where(_LOG.c.number.in_(list(numbers[:MAX_PAGE])), STANDS)
    return {row.number: document_of(row) for row in session.execute(statement)}


def voided(session: Session, sequences: Sequence[int]) -> dict[int, str]:
    """Which of these documents were voided, each with the number of the document that did it."""
    statement = select(_VOID.c.sequence, _VOID.c.voided_by)
    found = session.execute(statement.where(_VOID.c.sequence.in_(list(sequences))))
    return {sequence: str(by) for sequence, by in found}


def all_voided(session: Session) -> dict[int, str]:
    """Every document that was voided, by its sequence, with the number of the document that did it."""
    found = session.execute(select(_VOID.c.sequence, _VOID.c.voided_by))
    return {sequence: str(by) for sequence, by in found}


def by_sequences(session: Session, sequences: Sequence[int]) -> list[Document]:
    """The documents with these sequences, in order; those that are not there are left out."""
    statement = select(_LOG).where(_LOG.c.sequence.in_(list(sequences))).order_by(_LOG.c.sequence)
    return [document_of(row) for row in session.execute(statement)]


def select_documents(
    session: Session,
    *,
    types: Iterable[str] | None = None,
    order: str | None = None,
    after: int = 0,
    limit: int,
    voided: bool = False,
) -> list[Document]:
    """Documents of some types and of one order (its number), in sequence, with or without those that were `voided`."""
    statement = select(_LOG).where(_LOG.c.sequence > after)
    if not voided:
        statement = statement.where(STANDS)
    if types is not None:
        statement = statement.where(_LOG.c.type.in_(list(types)))
    if order is not None:
        statement = statement.where(_LOG.c.order_number == order)
    statement = statement.order_by(_LOG.c.sequence).limit(min(limit, MAX_PAGE))
    return [document_of(row) for row in session.execute(statement)]


def documents_naming(
    session: Session, types: Iterable[str], field: str, value: int | str, *, limit: int
) -> list[Document]:
    """Documents of some types whose field has this value, in sequence, at most `limit`.

    Found in the text of their payloads, so that no index grows with each field that something is found by.
    """
    mark = canonical({field: value})[1:-1]
    statement = (
        select(_LOG)
        .where(
            _LOG.c.type.in_(sorted(types)),
            STANDS,
            or_(*(_LOG.c.payload.contains(mark + end, autoescape=True) for end in ",}")),
        )
        .order_by(_LOG.c.sequence)
        .limit(min(limit, MAX_PAGE))
    )
    found = (document_of(row) for row in session.execute(statement))
    return [document for document in found if document.fields.get(field) == value]


def last_sequence(session: Session) -> int:
    """The sequence of the newest document; 0 when there is none."""
    return session.execute(select(func.max(_LOG.c.sequence))).scalar() or 0


def row_of(document: Document) -> dict[str, Any]:
    """The document's row in `document_log`."""
    return {
        "sequence": document.sequence,
        "type": document.type,
        "number": document.number,
        "origin": document.origin,
        "at": document.at,
        "actor": document.actor,
        "caused_by": document.caused_by,
        "command": document.command,
        "payload": canonical({"entries": document.entries, "fields": document.fields}),
        "salt": document.salt.hex(),
        "rules_version": document.rules_version,
        "order_number": document.fields.get("order"),
    }


def sequences(session: Session, after: int, limit: int) -> list[int]:
    """The sequences of the documents after one, in order, at most `limit`."""
    statement = select(_LOG.c.sequence).where(_LOG.c.sequence > after)
    return list(session.scalars(statement.order_by(_LOG.c.sequence).limit(limit)))


def head(session: Session) -> int:
    """The last sequence that was claimed, from `document_head`."""
    return int(session.execute(_HEAD).scalar_one())


def set_head(session: Session, sequence: int) -> None:
    """Makes `sequence` + 1 the next sequence of the log. For replays alone."""
    session.execute(_SET_HEAD, {"last": sequence})


def set_series(session: Session, series: str, year: int, last: int) -> None:
    """Makes `last` + 1 the next number of the series in the year. For replays alone."""
    session.execute(_SET_SERIES, {"series": series, "year": year, "last": last})


def seed_head(connection: Connection) -> None:
    """Inserts the row of `document_head` for an empty log. Safe to repeat."""
    connection.execute(
        text(
            "INSERT INTO document_head (id, last_sequence, last_entry) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING"
        )
    )


def document_of(row: Row[Any] | DocumentLog) -> Document:
    """The document that a row of the log keeps."""
    payload = json.loads(row.payload)
    return Document(
        sequence=row.sequence,
        type=row.type,
        number=row.number,
        origin=row.origin,
        at=row.at,
        actor=row.actor,
        caused_by=row.caused_by,
        command=row.command,
        fields=payload["fields"],
        entries=payload["entries"],
        salt=bytes.fromhex(row.salt),
        rules_version=row.rules_version,
    )


def naming(
    session: Session, field: str, value: str, *, types: Iterable[str], limit: int
) -> list[Document]:
    """Documents of some types whose field has this text, in sequence."""
    wanted = canonical({field: value})[1:-1]  # as it stands in a payload
    statement = (
        select(_LOG)
        .where(
            _LOG.c.type.in_(list(types)), STANDS, _LOG.c.payload.contains(wanted, autoescape=True)
        )
        .order_by(_LOG.c.sequence)
        .limit(min(limit, MAX_PAGE))
    )
    found = [document_of(row) for row in session.execute(statement)]
    return [each for each in found if each.fields.get(field) == value]


def told_of(session: Session, hash_or_origin: str, *, limit: int) -> list[Document]:
    """Documents made for an external event, by its origin, or by the hash of the block that it stood in; in sequence."""
    origin = hash_or_origin
    if ORIGIN_SEPARATOR not in origin:
        newest = select(_LOG.c.origin).where(_LOG.c.origin.is_not(None))
        one = session.execute(newest.order_by(_LOG.c.sequence.desc()).limit(1)).scalar()
        chain = str(one or "").partition(ORIGIN_SEPARATOR)[0]
        origin = f"{chain}{ORIGIN_SEPARATOR}{origin}"
    statement = select(_LOG).where(*begins(_LOG.c.origin, origin)).order_by(_LOG.c.sequence)
    return [document_of(row) for row in session.execute(statement.limit(limit))]


def with_number(session: Session, text: str, *, limit: int) -> list[Document]:
    """Documents whose number begins so, by number."""
    statement = select(_LOG).where(*begins(_LOG.c.number, text)).order_by(_LOG.c.number)
    return [document_of(row) for row in session.execute(statement.limit(limit))]


def told_at(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """When these documents were told, unix seconds, by number; those that are not there are left out."""
    statement = select(_LOG.c.number, _LOG.c.at).where(_LOG.c.number.in_(sorted(numbers)))
    return {str(number): at for number, at in session.execute(statement)}
