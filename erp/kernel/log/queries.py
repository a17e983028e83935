"""Reading the document log."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from erp.kernel.base import metadata
from erp.kernel.log.model import Document
from erp.kernel.log.tables import DocumentLog

_LOG = metadata.tables[DocumentLog.__tablename__]
_BY_ORIGIN = select(_LOG).where(_LOG.c.origin == bindparam("wanted"))
MAX_PAGE = 10_000  # documents one query returns at most


def changes(session: Session, after: int, limit: int) -> list[Document]:
    """Documents after a sequence, in order, at most `limit`."""
    statement = (
        select(_LOG)
        .where(_LOG.c.sequence > after)
        .order_by(_LOG.c.sequence)
        .limit(min(limit, MAX_PAGE))
    )
    return [_document(row) for row in session.execute(statement)]


def find(session: Session, origin: str) -> Document | None:
    """The document made for an origin."""
    row = session.connection().execute(_BY_ORIGIN, {"wanted": origin}).first()
    return _document(row) if row else None


def by_number(session: Session, number: str) -> Document | None:
    """The document with a number, PO-2026-00001."""
    row = session.execute(select(_LOG).where(_LOG.c.number == number)).first()
    return _document(row) if row else None


def by_sequence(session: Session, sequence: int) -> Document | None:
    """The document at a place of the log."""
    row = session.execute(select(_LOG).where(_LOG.c.sequence == sequence)).first()
    return _document(row) if row else None


def select_documents(
    session: Session,
    *,
    types: Iterable[str] | None = None,
    order: str | None = None,
    after: int = 0,
    limit: int,
) -> list[Document]:
    """Documents of some types and of one order (its number), in sequence."""
    statement = select(_LOG).where(_LOG.c.sequence > after)
    if types is not None:
        statement = statement.where(_LOG.c.type.in_(list(types)))
    if order is not None:
        statement = statement.where(_LOG.c.order_number == order)
    statement = statement.order_by(_LOG.c.sequence).limit(min(limit, MAX_PAGE))
    return [_document(row) for row in session.execute(statement)]


def last_sequence(session: Session) -> int:
    """The sequence of the newest document; 0 when there is none."""
    return session.execute(select(func.max(_LOG.c.sequence))).scalar() or 0


def _document(row: Row[Any]) -> Document:
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
    )
