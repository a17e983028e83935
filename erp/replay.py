"""Rebuilds the books from the document log alone and compares them, row by row, with the live ones (audit invariant 5).

Two entry points: `rebuild` gives the rebuilt database, `differences` names every row where the live one is not equal to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from erp.comparison import (
    MAX_DIFFERENCES,
    Difference,
    DifferenceReport,
    compare_books,
    compare_next,
    compare_rows,
    compare_sums,
)
from erp.database import create_schema, open_engine
from erp.execute import MAX_BATCH, Executor, Outcome, Submission
from erp.kernel.errors import BatchRefused, ErpError
from erp.kernel.log import queries as log
from erp.kernel.log.model import Document
from erp.rebuilt import WrittenRows, read_place, write_place
from erp.rooms import ERP

PAGE = 500  # documents read at once
# what a damaged log makes an operation raise
REFUSALS = (BatchRefused, ValidationError, SQLAlchemyError, ValueError, KeyError)

Progress = Callable[[int, int], None]  # documents done, documents in all


class NothingStandsFor(ErpError):
    """A document of the log is not to be carried out again: nothing that it is said to come of is there."""


# How a document of the log is to be told again by what it came of; None: as the log has it. Raises NothingStandsFor.
Retell = Callable[[Document], Submission | None]


class ReplayFailed(ErpError):
    """A document cannot be executed again; `difference` says at which sequence and why."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(str(difference))
        self.difference = difference


def rebuild(documents: Iterable[Document], executor: Executor = ERP) -> Engine:
    """Executes the commands of `documents` again in a new SQLite database in memory, and returns it.

    Raises ReplayFailed at the first document that cannot be executed again.
    """
    report = DifferenceReport()
    engine = open_engine("sqlite://")
    _replay(documents, engine, lambda _done: None, _Retold(report, executor))
    if report.found:
        engine.dispose()
        raise ReplayFailed(report.found[0])
    return engine


def differences(
    live: Session,
    progress: Progress | None = None,
    executor: Executor = ERP,
    *,
    retell: Retell | None = None,
    file: Path | None = None,
) -> list[Difference]:
    """Every row and column where the live books differ from what their own log says; empty when they are sound.

    Side data, which no replay makes, is compared with the digests in the log.

    Give a session that sees one snapshot (`erp.database.snapshot`). At most MAX_DIFFERENCES are listed; one more says
    how many were left out. `progress` is told (documents done, documents in all). `retell`: what stands behind documents,
    where that is not to be taken from the log. The rebuilt books stay in `file`, a new SQLite database, where one is named.
    Memory does not grow with the books.
    """
    report = DifferenceReport()
    total = log.last_sequence(live)
    with _new_database(file) as engine:
        _replay(
            _log(live, report),
            engine,
            lambda done: progress(done, total) if progress else None,
            _Retold(report, executor, retell),
        )
        with Session(engine) as rebuilt:
            compare_books(live, rebuilt, report)
    return report.closed()


def continued(
    live: Session, file: Path, rows: int, progress: Progress | None = None, executor: Executor = ERP
) -> list[Difference]:
    """Goes on with the rebuilt books in `file`, which `differences` left there, by the documents that came since.

    Compared are the rows that these documents wrote, the sums of all journal lines, and the next `rows` rows of all tables,
    in turns: what somebody edits in an old row is found when its turn comes. Where nothing differs, `file` has the books of
    now; otherwise it stays as it was, so that the next call finds the same again.
    """
    report = DifferenceReport()
    total = log.last_sequence(live)
    engine = open_engine(f"sqlite:///{file}")
    try:
        with Session(engine) as rebuilt, rebuilt.begin():
            written = WrittenRows(rebuilt)
            head = log.head(rebuilt)
            _go_on(
                _log(live, report, head),
                _Replayer(rebuilt, _Retold(report, executor), head),
                lambda done: progress(done, total) if progress else None,
            )
            compare_rows(live, rebuilt, written.keys(), report)
            compare_sums(live, rebuilt, report)
            place = compare_next(live, rebuilt, read_place(rebuilt), rows, report)
            if report.found:
                rebuilt.rollback()
            else:
                write_place(rebuilt, place)
    finally:
        engine.dispose()
    return report.closed()


@contextmanager
def _new_database(file: Path | None) -> Iterator[Engine]:
    """A new SQLite database on disk, which is gone afterwards unless `file` says where it stays."""
    with TemporaryDirectory(prefix="rebuilt-") as folder:
        engine = open_engine(f"sqlite:///{file or Path(folder) / 'books.db'}")
        try:
            yield engine
        finally:
            engine.dispose()


# ---- replay -----------------------------------------------------------------------------------


def _log(live: Session, report: DifferenceReport, after: int = 0) -> Iterator[Document]:
    """All readable documents of the live log after one, in order. Each unreadable one becomes a difference."""
    while page := log.sequences(live, after, PAGE):
        try:
            documents = log.changes(live, after, PAGE)
        except (ValueError, KeyError, TypeError):
            documents = _readable(live, page, report)
        yield from documents
        after = page[-1]


def _readable(live: Session, page: list[int], report: DifferenceReport) -> list[Document]:
    found: list[Document] = []
    for sequence in page:
        try:
            found += log.changes(live, sequence - 1, 1)
        except (ValueError, KeyError, TypeError) as error:
            report.add(
                Difference(
                    "document_log", f"sequence {sequence}", "payload", "unreadable", str(error)
                )
            )
    return found


def _replay(
    documents: Iterable[Document],
    engine: Engine,
    done: Callable[[int], None],
    told: _Retold,
) -> None:
    """Fills an empty database."""
    create_schema(engine)
    with Session(engine) as session, session.begin():
        _go_on(documents, _Replayer(session, told), done)


def _go_on(documents: Iterable[Document], replayer: _Replayer, done: Callable[[int], None]) -> None:
    left = iter(documents)
    while page := list(islice(left, MAX_BATCH)):
        if not replayer.take_page(page):
            break
        done(page[-1].sequence)


def _sequence(outcome: Outcome) -> int | None:
    return outcome.sequence if isinstance(outcome, Document) else None


@dataclass(frozen=True)
class _Retold:
    """How logged documents are told again, by whom, and where to say what cannot be."""

    report: DifferenceReport
    executor: Executor
    retell: Retell | None = None

    def submission(self, document: Document) -> Submission:
        """The document's command as it was told, to be carried out by the rules it was made by.

        A version that never was counts as the nearest one, and is found when the rows are compared. Raises
        NothingStandsFor, and one of REFUSALS for a damaged document.
        """
        told = self.retell(document) if self.retell is not None else None
        return Submission(
            told.command if told is not None else self.executor.command_of(document),
            told.at if told is not None else document.at,
            document.salt,
            told.actor if told is not None else document.actor,
            document.origin,
            min(max(document.rules_version, 1), self.executor.rules_version),
        )


@dataclass
class _Replayer:
    """Executes logged commands again with the sequences and numbers of the log, also where the log is damaged."""

    session: Session
    told: _Retold
    last: int = 0  # newest sequence of the log seen
    skewed: bool = False  # something was missing or refused: numbers must be brought back into step

    def take_page(self, page: list[Document]) -> bool:
        """Does documents again: at once where the log is sound, else one by one. False when the replay cannot go on."""
        return self._take_at_once(page) or all(self.take(document) for document in page)

    def _take_at_once(self, page: list[Document]) -> bool:
        """Does documents again in one batch. False, and nothing is done, unless each gets the place it has in the log."""
        told = [document for document in page if document.caused_by is None]
        first, last = self.last + 1, self.last + len(page)
        if self.skewed or [document.sequence for document in page] != [*range(first, last + 1)]:
            return False
        if told and log.head(self.session) != told[0].sequence - 1:
            return False
        savepoint = self.session.begin_nested()
        try:
            submissions = [self.told.submission(document) for document in told]
            made = self.told.executor.execute_many(self.session, submissions, atomic=True)
        except (*REFUSALS, NothingStandsFor):
            savepoint.rollback()
            return False
        if [_sequence(outcome) for outcome in made] != [document.sequence for document in told]:
            savepoint.rollback()
            return False
        savepoint.commit()
        self.last = last
        return True

    def take(self, document: Document) -> bool:
        """Does one document again. False when the replay cannot go on."""
        for missing in range(
            self.last + 1, min(document.sequence, self.last + 1 + MAX_DIFFERENCES)
        ):
            self._differ(missing, "row", "missing", "one document per sequence")
            self.skewed = True
        self.last = document.sequence
        if document.caused_by is not None:
            return True
        head = log.head(self.session)
        if head >= document.sequence:
            self._differ(document.sequence, "caused_by", "none", "follows from an earlier document")
            return False
        if head != document.sequence - 1 or self.skewed:
            self._align(document)
        try:
            submissions = [self.told.submission(document)]
            self.told.executor.execute_many(self.session, submissions, atomic=True)
        except NothingStandsFor as error:
            self.skewed = True
            self._differ(document.sequence, "origin", str(document.origin), str(error))
        except REFUSALS as error:
            self.skewed = True
            cause = error.cause if isinstance(error, BatchRefused) else error
            self._differ(document.sequence, "command", document.command, f"refused: {cause}")
        return True

    def _differ(self, sequence: int, column: str, live: str, rebuilt: str) -> None:
        difference = Difference("document_log", f"sequence {sequence}", column, live, rebuilt)
        self.told.report.add(difference)

    def _align(self, document: Document) -> None:
        """Sets sequence and number series so that the document gets the place it has in the log."""
        log.set_head(self.session, document.sequence - 1)
        series, year, index = [*document.number.split("-"), "", ""][:3]
        if year.isdigit() and index.isdigit():
            log.set_series(self.session, series, int(year), int(index) - 1)
