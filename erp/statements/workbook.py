"""The statement as a workbook (.xlsx): the statement, its trend and checks, and the lines that each figure stands on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from erp.statements import wording
from erp.statements.model import Cell, WinWin
from erp.statements.rows import ROWS, Counted, Row
from erp.statements.wording import DECIMALS, Language, word

LINES_MAX = 200_000  # of one workbook; a sheet has room for a million rows
NAME_WIDTH, FIGURE_WIDTH = 44, 16  # letters
BPS_IN_ONE = 10_000
A4 = 9  # the paper's number in a workbook
MONEY_FORMAT, COUNT_FORMAT, RATE_FORMAT = "#,##0.00;[Red]-#,##0.00", "#,##0", "0.00%"


def workbook(statement: WinWin, language: Language) -> bytes:
    """The whole workbook. The same statement makes the same bytes: it bears the time of reading, and no other."""
    made = BytesIO()
    book = Workbook(made, {"in_memory": True})
    book.set_properties(
        {"title": word("title", language), "created": datetime.fromtimestamp(statement.as_of, UTC)}
    )
    writer = _Writer(book, statement, language)
    writer.statement_sheet()
    writer.trend_sheet()
    writer.lines_sheet()
    book.close()
    return made.getvalue()


class _Writer:
    """One workbook under way."""

    def __init__(self, book: Any, statement: WinWin, language: Language) -> None:
        self.book, self.statement, self.language = book, statement, language
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "align": "right", "text_wrap": True}
        )
        self.part = book.add_format({"bold": True, "bg_color": "#EEF1F4"})
        self.wrong = book.add_format({"bold": True, "font_color": "#A3361D"})
        self.formats = {
            Counted.MINOR: book.add_format({"num_format": MONEY_FORMAT}),
            Counted.USERS: book.add_format({"num_format": COUNT_FORMAT}),
            Counted.PARTIES: book.add_format({"num_format": COUNT_FORMAT}),
            Counted.BPS: book.add_format({"num_format": RATE_FORMAT}),
        }

    def word(self, key: str) -> str:
        return word(key, self.language)

    def sheet(self, name: str) -> Worksheet:
        """A sheet to be printed on one width of A4."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, NAME_WIDTH)
        return sheet

    def figure(
        self, sheet: Worksheet, at: int, column: int, value: int | None, unit: Counted
    ) -> None:
        """A number as a number, in yuan, persons or per cent."""
        if value is None:
            sheet.write_string(at, column, wording.NONE)
            return
        part = {Counted.MINOR: DECIMALS, Counted.BPS: BPS_IN_ONE}.get(unit, 1)
        sheet.write_number(at, column, value / part, self.formats[unit])

    def statement_sheet(self) -> None:
        """The rows, the checks and what is wrong."""
        shown, sheet = self.statement, self.sheet(self.word("title"))
        columns = wording.heads(shown, self.language)
        sheet.set_column(1, len(columns) + 2, FIGURE_WIDTH)
        sheet.write_string(
            0, 0, f"{self.word('title')} {wording.subject(shown, self.language)}", self.bold
        )
        sheet.write_string(1, 0, f"{self.word('period')} {shown.period.name}; {self.word('unit')}")
        sheet.write_string(
            2, 0, f"{self.word('as_of')} {shown.sequence}; {wording.instant(shown.as_of)}"
        )
        heads = [self.word("row"), *(head for _, head in columns)]
        heads += [f"{self.word('before')} {shown.before.name}", self.word("change")]
        for index, head in enumerate(heads):
            sheet.write_string(4, index, head, self.head)
        sheet.freeze_panes(5, 1)
        sheet.repeat_rows(4)
        at = 5
        for row in ROWS:
            self._row(sheet, at, row, [column for column, _ in columns])
            at += 1
        at = self._checks(sheet, at + 1)
        for row in ROWS:
            said = wording.note(row, self.language)
            if said is not None:
                sheet.write_string(at, 0, f"{row.code}: {said}")
                at += 1

    def _row(self, sheet: Worksheet, at: int, row: Row, columns: list[str]) -> None:
        named = self.part if row.unit is Counted.HEADING else None
        sheet.write_string(at, 0, f"{'    ' * row.level}{wording.label(row, self.language)}", named)
        if row.unit is Counted.HEADING:
            return
        for index, column in enumerate(columns, 1):
            shown = self.statement.cell(row.code, column)
            if shown is not None:
                self.figure(sheet, at, index, shown.cell.value, row.unit)
        main = self.statement.cell(row.code, wording.main_column(self.statement))
        if main is not None:
            self.figure(sheet, at, len(columns) + 1, main.before, row.unit)
            self.figure(sheet, at, len(columns) + 2, main.change, row.unit)

    def _checks(self, sheet: Worksheet, at: int) -> int:
        for check in self.statement.checks:
            name = check.name_zh if self.language is Language.ZH else check.name
            sheet.write_string(at, 0, name)
            self.figure(sheet, at, 1, check.one_way, Counted.MINOR)
            self.figure(sheet, at, 2, check.other_way, Counted.MINOR)
            told = self.word("holds" if check.holds else "fails")
            sheet.write_string(at, 3, told, None if check.holds else self.wrong)
            at += 1
        for error in self.statement.errors:
            sheet.write_string(at, 0, error, self.wrong)
            at += 1
        return at + 1

    def trend_sheet(self) -> None:
        """The last periods, with the fraction that a figure per user is."""
        if not self.statement.trend:
            return
        sheet = self.sheet(self.word("trend"))
        sheet.set_column(1, 7, FIGURE_WIDTH)
        heads = ("period", "users", "revenue", "cost", "value", "per_user")
        for index, key in enumerate(heads):
            sheet.write_string(0, index, self.word(key), self.head)
        for at, point in enumerate(self.statement.trend, 1):
            per_user = point.per_user.floor if point.per_user else None
            sheet.write_string(at, 0, point.period.name)
            self.figure(sheet, at, 1, point.users, Counted.USERS)
            amounts = (point.revenue_minor, point.cost_minor, point.value_minor, per_user)
            for index, amount in enumerate(amounts, 2):
                self.figure(sheet, at, index, amount, Counted.MINOR)

    def lines_sheet(self) -> None:
        """Each line and each document that a figure stands on, by row and column of the statement."""
        sheet = self.sheet(self.word("lines"))
        sheet.set_column(1, 10, FIGURE_WIDTH)
        heads = (
            "row", "column", "entry", "position", "document", "at", "entity", "account", "counterparty", "customer",
            "amount",
        )  # fmt: skip
        for index, key in enumerate(heads):
            sheet.write_string(0, index, self.word(key), self.head)
        for at, values in enumerate(self._lines(), 1):
            if at > LINES_MAX:
                sheet.write_string(at, 0, self.word("cut"), self.wrong)
                break
            for index, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(at, index, value)
                elif value is not None and index == len(heads) - 1:
                    self.figure(sheet, at, index, value, Counted.MINOR)
                elif value is not None:
                    sheet.write_number(at, index, value)

    def _lines(self) -> Iterator[tuple[str | int | None, ...]]:
        for row in ROWS:
            for column, head in wording.heads(self.statement, self.language):
                cell = self.statement.sources(row.code, column)
                if cell is not None:
                    yield from _sources(wording.label(row, self.language), head, cell)


def _sources(row: str, column: str, cell: Cell) -> Iterator[tuple[str | int | None, ...]]:
    for part in cell.parts:
        line = part.line
        yield (
            row, column, line.entry, line.position, line.document, wording.instant(line.at), line.entity, line.account,
            line.counterparty, None, part.minor,
        )  # fmt: skip
    for act in cell.acts:
        yield (
            row, column, None, None, act.document, wording.instant(act.at), act.entity, None, None, act.customer, None
        )  # fmt: skip
