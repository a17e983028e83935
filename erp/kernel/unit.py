"""Unit of work: what the commands of one transaction share, written at its end."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import NestedTransaction
from sqlalchemy.orm import Session

from erp.kernel.actors import doer_of
from erp.kernel.calendar import HOUSE_ZONE, year_of
from erp.kernel.log import queries as log
from erp.kernel.log import rules
from erp.kernel.log.model import Document
from erp.kernel.log.tables import DocumentHead, DocumentLog, NumberSeries
from erp.kernel.rows import Rows


class Unit:
    """The rows, numbers and documents of commands that are written together. It holds the lock of the log.

    Nothing is written before `flush`, and all that it writes stands after one savepoint, so that `discard` leaves the
    transaction as it was.
    """

    def __init__(self, session: Session) -> None:
        session.flush()
        self._session = session
        self._connection = session.connection()
        self._savepoint: NestedTransaction | None = None
        self._session_given = False
        self._by_origin: dict[str, Document | None] = {}
        self._by_number: dict[str, Document] = {}
        self._voided: set[int] = set()  # sequences of documents of this unit that count no more
        self.rows = Rows(self._connection, self._before_write)
        head = self.rows.lock(DocumentHead, log.HEAD)
        if head is None:
            raise LookupError("document_head has no row: the database was not seeded")
        self._head = head

    @property
    def session(self) -> Session:
        """The session of the transaction, for queries that read the database itself: all that is pending is written."""
        self.flush()
        self._before_write()  # it may write, too
        self._session_given = True
        return self._session

    def claim_sequence(self) -> int:
        """Takes the next sequence of the log."""
        self._head.last_sequence += 1
        return self._head.last_sequence

    def claim_entries(self, count: int) -> int:
        """Takes `count` numbers for new entries of the journal and returns the first."""
        self._head.last_entry += count
        return self._head.last_entry - count + 1

    def next_number(self, series: str, at: int) -> str:
        """Takes the next number of the series in the house's year of `at` (unix seconds): PO-2026-00001."""
        year = year_of(at, HOUSE_ZONE)
        row = self.rows.get(NumberSeries, series, year)
        if row is None:
            row = self.rows.add(NumberSeries, series=series, year=year, last=0)
        row.last += 1
        return rules.number(series, year, row.last)

    def look_up(self, origins: Sequence[str]) -> None:
        """Reads the documents that were made for these origins before."""
        self._by_origin = dict.fromkeys(origins)
        if origins:
            self._by_origin.update(log.find_all(self._connection, origins))

    def by_origin(self, origin: str) -> Document | None:
        """The document made for one of the origins that were looked up, or by a command before in this unit."""
        return self._by_origin[origin]

    def by_number(self, number: str) -> Document | None:
        """The document with a number; None when there is none."""
        made = self._by_number.get(number)
        if made is not None:
            return None if made.sequence in self._voided else made
        return log.by_number(self._session, number)

    @property
    def documents(self) -> list[Document]:
        """The documents that were made, in the order of the log."""
        return list(self._by_number.values())

    def told_by(self, doer: str, order: str, number: str) -> list[tuple[str, str]]:
        """Number and type of what somebody (`doer_of`) told so far on an order, or under a document's number."""
        pending = [
            (each.number, each.type)
            for each in self._by_number.values()
            if doer_of(each.actor) == doer
            and each.sequence not in self._voided
            and each.origin is None
            and each.caused_by is None
            and (each.fields.get("order") == order or each.number == number)
        ]
        return pending + log.told_by(self._connection, doer, order, number)

    def keep(self, document: Document) -> None:
        """Adds a document to the log."""
        self.rows.append(DocumentLog, [log.row_of(document)])
        self._by_number[document.number] = document
        if document.origin is not None:
            self._by_origin[document.origin] = document

    def void(self, sequences: Collection[int]) -> None:
        """Goes on from the tables as they are now, after a command has voided documents and made the tables anew."""
        self.flush()
        self._session.expire_all()
        self._voided.update(sequences)
        self.rows = Rows(self._connection, self._before_write)
        head = self.rows.lock(DocumentHead, log.HEAD)
        if head is None:
            raise LookupError("document_head has no row any more")
        self._head = head

    def end_command(self) -> None:
        """Writes what a command changed through the session itself."""
        if self._session_given:
            self._session.flush()

    def flush(self) -> None:
        """Writes everything that is pending."""
        self.end_command()
        self.rows.flush()
        if self._savepoint is not None:
            self._session.expire_all()  # what the session read before may be old

    def release(self) -> None:
        """Writes everything and ends the unit: it stands as long as the transaction does."""
        self.flush()
        if self._savepoint is not None:
            self._savepoint.commit()

    def discard(self) -> None:
        """Ends the unit without a trace."""
        if self._savepoint is not None and self._savepoint.is_active:
            self._savepoint.rollback()
            self._session.expire_all()

    def _before_write(self) -> None:
        if self._savepoint is None:
            self._savepoint = self._connection.begin_nested()
