"""Rebuilds the books from the document log alone and compares them, row by row, with the live ones (audit invariant 5).

Two entry points: `rebuild` gives the rebuilt database, `differences` names every row where the live one is not equal to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from erp.attachments import check as side_data
from erp.attachments.tables import SideData
from erp.database import all_rows, create_schema, open_engine
from erp.execute import MAX_BATCH, Executor, Outcome, Submission
from erp.kernel.base import SIDE_PREFIX, metadata
from erp.kernel.errors import BatchRefused, ErpError
from erp.kernel.log import queries as log
from erp.kernel.log.model import Document
from erp.rooms import ERP

MAX_DIFFERENCES = 200  # kept in one report
PAGE = 500  # documents read at once
OUTSIDE = ("api_", SIDE_PREFIX)  # prefixes of tables that the log does not determine
# what a damaged log makes an operation raise
REFUSALS = (BatchRefused, ValidationError, SQLAlchemyError, ValueError, KeyError)

Progress = Callable[[int, int], None]  # documents done, documents in all


@dataclass(frozen=True)
class Difference:
    """One row or column where the live books are not what the log says."""

    table: str
    key: str
    column: str
    live: str
    rebuilt: str

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.column} is {self.live}, by the log it is {self.rebuilt}"


class ReplayFailed(ErpError):
    """A document cannot be executed again; `difference` says at which sequence and why."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(str(difference))
        self.difference = difference


@dataclass
class _Report:
    """The differences found so far, at most MAX_DIFFERENCES, and how many more were left out."""

    found: list[Difference] = field(default_factory=list)
    left_out: int = 0

    def add(self, difference: Difference) -> None:
        if len(self.found) < MAX_DIFFERENCES:
            self.found.append(difference)
        else:
            self.left_out += 1

    def closed(self) -> list[Difference]:
        if not self.left_out:
            return self.found
        note = f"{self.left_out} more differences"
        return [*self.found, Difference("(all tables)", "(cut)", "(count)", note, "not listed")]


def rebuild(documents: Iterable[Document], executor: Executor = ERP) -> Engine:
    """Executes the commands of `documents` again in a new SQLite database in memory, and returns it.

    Raises ReplayFailed at the first document that cannot be executed again.
    """
    report = _Report()
    engine = _replay(documents, report, lambda _done: None, executor)
    if report.found:
        engine.dispose()
        raise ReplayFailed(report.found[0])
    return engine


def differences(
    live: Session, progress: Progress | None = None, executor: Executor = ERP
) -> list[Difference]:
    """Every row and column where the live books differ from what their own log says; empty when they are sound.

    Side data, which no replay makes, is compared with the digests in the log.

    Give a session that sees one snapshot (`erp.database.snapshot`). At most MAX_DIFFERENCES are listed; one more says
    how many were left out. `progress` is told (documents done, documents in all).
    """
    report = _Report()
    total = log.last_sequence(live)
    engine = _replay(
        _log(live, report),
        report,
        lambda done: progress(done, total) if progress else None,
        executor,
    )
    try:
        with Session(engine) as rebuilt:
            for table in metadata.sorted_tables:
                if not table.name.startswith(OUTSIDE):
                    _compare_table(live, rebuilt, table, report)
            _compare_side_data(live, rebuilt, report)
    finally:
        engine.dispose()
    return report.closed()


# ---- replay -----------------------------------------------------------------------------------


def _log(live: Session, report: _Report) -> Iterator[Document]:
    """All readable documents of the live log, in order. Each unreadable one becomes a difference."""
    after = 0
    while page := log.sequences(live, after, PAGE):
        try:
            documents = log.changes(live, after, PAGE)
        except (ValueError, KeyError, TypeError):
            documents = _readable(live, page, report)
        yield from documents
        after = page[-1]


def _readable(live: Session, page: list[int], report: _Report) -> list[Document]:
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
    report: _Report,
    done: Callable[[int], None],
    executor: Executor,
) -> Engine:
    engine = open_engine("sqlite://")
    create_schema(engine)
    with Session(engine) as session, session.begin():
        replayer, left = _Replayer(session, report, executor), iter(documents)
        while page := list(islice(left, MAX_BATCH)):
            if not replayer.take_page(page):
                break
            done(page[-1].sequence)
    return engine


def _sequence(outcome: Outcome) -> int | None:
    return outcome.sequence if isinstance(outcome, Document) else None


@dataclass
class _Replayer:
    """Executes logged commands again with the sequences and numbers of the log, also where the log is damaged."""

    session: Session
    report: _Report
    executor: Executor
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
            submissions = [self._submission(document) for document in told]
            made = self.executor.execute_many(self.session, submissions, atomic=True)
        except REFUSALS:
            savepoint.rollback()
            return False
        if [_sequence(outcome) for outcome in made] != [document.sequence for document in told]:
            savepoint.rollback()
            return False
        savepoint.commit()
        self.last = last
        return True

    def _submission(self, document: Document) -> Submission:
        """The document's command as it was told, to be carried out by the rules it was made by.

        A version that never was counts as the nearest one, and is found when the rows are compared.
        """
        return Submission(
            self.executor.command_of(document),
            document.at,
            document.salt,
            document.actor,
            document.origin,
            min(max(document.rules_version, 1), self.executor.rules_version),
        )

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
            self.executor.execute_many(self.session, [self._submission(document)], atomic=True)
        except REFUSALS as error:
            self.skewed = True
            cause = error.cause if isinstance(error, BatchRefused) else error
            self._differ(document.sequence, "command", document.command, f"refused: {cause}")
        return True

    def _differ(self, sequence: int, column: str, live: str, rebuilt: str) -> None:
        self.report.add(Difference("document_log", f"sequence {sequence}", column, live, rebuilt))

    def _align(self, document: Document) -> None:
        """Sets sequence and number series so that the document gets the place it has in the log."""
        log.set_head(self.session, document.sequence - 1)
        series, year, index = [*document.number.split("-"), "", ""][:3]
        if year.isdigit() and index.isdigit():
            log.set_series(self.session, series, int(year), int(index) - 1)


# ---- comparison -------------------------------------------------------------------------------


def _compare_table(live: Session, rebuilt: Session, table: Table, report: _Report) -> None:
    keys = [column.name for column in table.primary_key.columns]
    ours, theirs = _rows(live, table, keys), _rows(rebuilt, table, keys)
    if ours == theirs:
        return
    for key in sorted(ours.keys() | theirs.keys()):
        name = ", ".join(f"{column} {value}" for column, value in zip(keys, key, strict=True))
        if key not in ours:
            report.add(Difference(table.name, name, "row", "missing", "there"))
        elif key not in theirs:
            report.add(Difference(table.name, name, "row", "there", "missing"))
        elif ours[key] != theirs[key]:
            _compare_row(table.name, name, ours[key], theirs[key], report)


def _compare_side_data(live: Session, rebuilt: Session, report: _Report) -> None:
    """Reports side data that is not what the log says of it."""
    for fault in side_data.faults(live, rebuilt):
        report.add(
            Difference(SideData.__tablename__, fault.key, "content", fault.found, fault.recorded)
        )


def _rows(session: Session, table: Table, keys: list[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[key] for key in keys): row for row in all_rows(session, table)}


def _compare_row(
    table: str, key: str, live: dict[str, Any], rebuilt: dict[str, Any], report: _Report
) -> None:
    for column, value in live.items():
        if value == rebuilt[column]:
            continue
        if column == "payload" and _compare_payload(table, key, value, rebuilt[column], report):
            continue
        report.add(Difference(table, key, column, str(value), str(rebuilt[column])))


def _compare_payload(table: str, key: str, live: str, rebuilt: str, report: _Report) -> bool:
    """Reports the fields of a document that differ; False when the text is unreadable or differs in spelling alone."""
    try:
        ours, theirs = dict(_leaves(json.loads(live))), dict(_leaves(json.loads(rebuilt)))
    except ValueError:
        return False
    differing = [
        path for path in sorted(ours.keys() | theirs.keys()) if ours.get(path) != theirs.get(path)
    ]
    for path in differing:
        report.add(
            Difference(
                table,
                key,
                f"payload{path}",
                str(ours.get(path, "missing")),
                str(theirs.get(path, "missing")),
            )
        )
    return bool(differing)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, value
