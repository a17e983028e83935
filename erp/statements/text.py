"""The statement as lines of text, for whoever sits at a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from erp.statements import wording
from erp.statements.model import WinWin
from erp.statements.rows import ROWS, Counted
from erp.statements.wording import Language

GAP = 2  # spaces between columns
WIDE = frozenset("WF")  # of East Asian letters: two columns of a terminal each
EN = Language.EN


def lines(statement: WinWin) -> list[str]:
    """The whole statement, a table below the other."""
    zh, en = wording.WORDS["title"]
    head = f"{en} {zh}: {wording.subject(statement, EN)}, {statement.period.name}, before it {statement.before.name}"
    found = [head, *aligned(rows(statement)), "", *aligned(trend(statement))]
    for check in statement.checks:
        mark, told = (
            ("✓", "") if check.holds else ("✗", f": {check.one_way} is not {check.other_way}")
        )
        found.append(f"{mark} {check.name}{told}")
    found += [f"error: {error}" for error in statement.errors]
    notes = [f"{row.code}: {row.note}" for row in ROWS if row.note is not None]
    return [*found, *notes, f"read up to document {statement.sequence}"]


def rows(statement: WinWin) -> Iterator[Sequence[str]]:
    """The rows of the statement, first the names of the columns."""
    columns = wording.heads(statement, EN)
    main = wording.main_column(statement)
    yield ("", *(head for _, head in columns), "before", "change")
    for row in ROWS:
        name = f"{'  ' * row.level}{row.code} {row.name}"
        if row.unit is Counted.HEADING:
            yield (f"{row.code} {row.name} {row.name_zh}", *("" for _ in columns), "", "")
            continue
        cells = (wording.in_cell(statement, row, column) for column, _ in columns)
        yield (name, *cells, *wording.compared(row, statement.cell(row.code, main)))


def trend(statement: WinWin) -> Iterator[Sequence[str]]:
    """The last periods, the oldest first."""
    if not statement.trend:
        return
    yield ("the last six periods", "users", "revenue", "cost", "value", "per user")
    for point in statement.trend:
        amounts = (point.revenue_minor, point.cost_minor, point.value_minor)
        per_user = wording.NONE if point.per_user is None else wording.money(point.per_user.floor)
        yield (point.period.name, str(point.users), *map(wording.money, amounts), per_user)


def aligned(table: Iterator[Sequence[str]]) -> list[str]:
    """Rows with their columns one below the other: names to the left, figures to the right."""
    told = list(table)
    widths = [max(map(width, column)) for column in zip(*told, strict=True)]
    return [
        (" " * GAP)
        .join(
            cell + " " * (wide - width(cell)) if index == 0 else " " * (wide - width(cell)) + cell
            for index, (cell, wide) in enumerate(zip(row, widths, strict=True))
        )
        .rstrip()
        for row in told
    ]


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in WIDE else 1 for letter in text)
