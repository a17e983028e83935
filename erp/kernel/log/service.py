"""Writing the document log. Never commits."""

from __future__ import annotations

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from erp.kernel.base import metadata
from erp.kernel.log import rules
from erp.kernel.log.model import Document, canonical
from erp.kernel.log.tables import DocumentLog

_LOG = metadata.tables[DocumentLog.__tablename__]
_APPEND = insert(_LOG)
_CLAIM = text(
    "UPDATE document_head SET last_sequence = last_sequence + 1 WHERE id = 1 RETURNING last_sequence"
)
_NUMBER = text(
    "INSERT INTO number_series (series, year, last) VALUES (:series, :year, 1) "
    "ON CONFLICT (series, year) DO UPDATE SET last = number_series.last + 1 RETURNING last"
)


def claim_sequence(session: Session) -> int:
    """The next sequence.

    Holds the lock of the log until the transaction ends: log order is commit order.
    """
    return int(session.connection().execute(_CLAIM).scalar_one())


def next_number(session: Session, series: str, at: int) -> str:
    """The next number of the series in the year of `at`."""
    year = rules.year_of(at)
    last = session.connection().execute(_NUMBER, {"series": series, "year": year}).scalar_one()
    return rules.number(series, year, int(last))


def append(session: Session, document: Document) -> None:
    """Writes the document's row of the log."""
    session.connection().execute(
        _APPEND,
        {
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
            "order_number": document.fields.get("order"),
        },
    )
