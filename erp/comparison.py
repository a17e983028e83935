"""Names every row and column where two databases of one log differ: the live books, and those rebuilt by `erp.replay`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from erp.attachments import check as side_data
from erp.attachments.tables import Attachment, SideData
from erp.database import Key, all_rows, rows_at, rows_between
from erp.kernel.base import SIDE_PREFIX, metadata

Row = dict[str, Any]  # by column
MAX_DIFFERENCES = 200  # kept in one report
ROWS_COMPARED = 1_000  # of one table that are read together
# Prefixes of tables that the log does not determine.
OUTSIDE = ("api_", "person_password", "web_", "webhook_", SIDE_PREFIX)


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


@dataclass
class DifferenceReport:
    """The differences found so far, at most MAX_DIFFERENCES, and how many more were left out."""

    found: list[Difference] = field(default_factory=list)
    left_out: int = 0

    def add(self, difference: Difference) -> None:
        """Keeps a difference, or counts it when MAX_DIFFERENCES are kept."""
        if len(self.found) < MAX_DIFFERENCES:
            self.found.append(difference)
        else:
            self.left_out += 1

    def closed(self) -> list[Difference]:
        """The differences, and behind them how many were left out."""
        if not self.left_out:
            return self.found
        note = f"{self.left_out} more differences"
        return [*self.found, Difference("(all tables)", "(cut)", "(count)", note, "not listed")]


DETERMINED: tuple[Table, ...] = tuple(
    table for table in metadata.sorted_tables if not table.name.startswith(OUTSIDE)
)  # by the log
SUMS = tuple(metadata.tables[name] for name in ("ledger_balance", "ledger_turnover"))  # of lines


def compare_books(live: Session, rebuilt: Session, report: DifferenceReport) -> None:
    """Reports where tables that the log determines differ, and side data that is not what the log says of it."""
    for table in DETERMINED:
        _compare_table(live, rebuilt, table, report)
    for fault in side_data.faults(live, rebuilt):
        report.add(
            Difference(SideData.__tablename__, fault.key, "content", fault.found, fault.recorded)
        )


def compare_rows(
    live: Session, rebuilt: Session, keys: Iterable[tuple[Table, Key]], report: DifferenceReport
) -> None:
    """Reports which of these rows differ; those of a table come together."""
    for table, same in groupby(keys, key=itemgetter(0)):
        left = (key for _, key in same)
        while part := list(islice(left, ROWS_COMPARED)):
            ours, theirs = rows_at(live, table, part), rows_at(rebuilt, table, part)
            for key in part:
                _compare_at(table, key, ours.get(key), theirs.get(key), live, rebuilt, report)


def compare_sums(live: Session, rebuilt: Session, report: DifferenceReport) -> None:
    """Reports where the kept sums of journal lines differ: there are few of them, however many lines there are."""
    for table in SUMS:
        _compare_table(live, rebuilt, table, report)


Place = tuple[
    int, Key | None
]  # a table, by its place among DETERMINED, and the last key seen there


def compare_next(
    live: Session, rebuilt: Session, place: Place, rows: int, report: DifferenceReport
) -> Place:
    """Reports which of the next `rows` rows differ, and what stands among them that should not; where the next begin."""
    (number, after), left = place, rows
    for _ in range(len(DETERMINED) + 1):  # once around at most
        table = DETERMINED[number % len(DETERMINED)]
        theirs = rows_between(rebuilt, table, after, None, left)
        is_last = len(theirs) < left
        until = None if is_last else max(theirs)
        ours = rows_between(live, table, after, until)
        for key in sorted(ours.keys() | theirs.keys()):
            _compare_at(table, key, ours.get(key), theirs.get(key), live, rebuilt, report)
        left -= len(theirs)
        if not is_last:
            return number, until
        number, after = (number + 1) % len(DETERMINED), None
    return number, after


def _compare_at(
    table: Table, key: Key, ours: Row | None, theirs: Row | None, live: Session, rebuilt: Session,
    report: DifferenceReport,
) -> None:  # fmt: skip
    """Compares one row, and the side data of an attachment."""
    if ours != theirs:
        _differ(table, key, ours, theirs, report)
    if table.name == Attachment.__tablename__ and theirs is not None:
        fault = side_data.fault_of(live, rebuilt, *key)
        if fault is not None:
            report.add(
                Difference(
                    SideData.__tablename__, fault.key, "content", fault.found, fault.recorded
                )
            )


def _compare_table(live: Session, rebuilt: Session, table: Table, report: DifferenceReport) -> None:
    """Walks both tables by their keys, side by side."""
    keys = [column.name for column in table.primary_key.columns]
    for key, ours, theirs in _side_by_side(all_rows(live, table), all_rows(rebuilt, table), keys):
        if ours != theirs:
            _differ(table, key, ours, theirs, report)


def _differ(
    table: Table, key: Key, ours: Row | None, theirs: Row | None, report: DifferenceReport
) -> None:
    columns = [column.name for column in table.primary_key.columns]
    name = ", ".join(f"{column} {value}" for column, value in zip(columns, key, strict=True))
    if ours is None:
        report.add(Difference(table.name, name, "row", "missing", "there"))
    elif theirs is None:
        report.add(Difference(table.name, name, "row", "there", "missing"))
    else:
        _compare_row(table.name, name, ours, theirs, report)


def _side_by_side(
    ours: Iterator[Row], theirs: Iterator[Row], keys: list[str]
) -> Iterator[tuple[tuple[Any, ...], Row | None, Row | None]]:
    """Each key that either side has, with the rows there; both sides come in the order of their keys."""

    def key_of(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in keys)

    mine, other = next(ours, None), next(theirs, None)
    while mine is not None or other is not None:
        if other is None or (mine is not None and key_of(mine) < key_of(other)):
            assert mine is not None  # noqa: S101 - one of them is there
            yield key_of(mine), mine, None
            mine = next(ours, None)
        elif mine is None or key_of(other) < key_of(mine):
            yield key_of(other), None, other
            other = next(theirs, None)
        else:
            yield key_of(mine), mine, other
            mine, other = next(ours, None), next(theirs, None)


def _compare_row(
    table: str, key: str, live: dict[str, Any], rebuilt: dict[str, Any], report: DifferenceReport
) -> None:
    for column, value in live.items():
        if value == rebuilt[column]:
            continue
        if column == "payload" and _compare_payload(table, key, value, rebuilt[column], report):
            continue
        report.add(Difference(table, key, column, str(value), str(rebuilt[column])))


def _compare_payload(
    table: str, key: str, live: str, rebuilt: str, report: DifferenceReport
) -> bool:
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
