"""The win-win statement (共赢增值表): each figure opens its lines; to print, as a PDF and as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.errors import Forbidden, UnreadableQuery
from erp.api.routes import statements
from erp.api.routes.statements import CellView, StatementRowView, StatementView, Wanted
from erp.ledger import chart
from erp.statements.model import ELIMINATIONS, TOTAL, ScopeKind
from erp.statements.rows import Counted
from erp.statements.wording import Language
from erp.web.door import caller_of, context_of, language_of
from erp.web.formats import HIDDEN, money, quantity
from erp.web.forms import place
from erp.web.pictures import Bar, bars
from erp.web.reading import Reading
from erp.web.render import page
from erp.web.sight import sight
from erp.web.texts import Texts

ROWS = 100  # lines of a figure on one page
PATH = statements.PATH
SUMS = frozenset({"2.2", "3.3", "4.4", "5.1"})
FINE = 2  # level of the rows that are parts of others
LONGEST = 64  # letters of a name
SAYS = (
    "Total",
    "Eliminations",
    "Value",
    "Revenue → cost → value → who has it",
    "Return per user",
    "leader",
)
KINDS = ("group", "node", "platform")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the statement as it is shown, with where its lines are."""

    told: str
    kind: str  # minus, zero, or nothing
    link: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the statement as it is shown."""

    row: StatementRowView
    name: str
    kind: str  # part, sum, row, fine
    cells: list[Figure]
    before: str
    change: str


def wanted(request: Request) -> Wanted:
    """Which statement a page is asked for: a scope and a name, or the API's own parameters. Raises UnreadableQuery."""
    asked = {
        name: request.query_params.get(name, "").strip() or None for name in (*KINDS, "from", "to")
    }
    kind, name = request.query_params.get("scope", ""), request.query_params.get("name", "").strip()
    if kind in KINDS and name:
        asked[kind] = name
    if any(len(each) > LONGEST or "\x00" in each for each in asked.values() if each is not None):
        raise UnreadableQuery(statements.WHAT)
    return Wanted(asked["group"], asked["node"], asked["platform"], asked["from"], asked["to"])


def query_of(which: Wanted, **more: str) -> str:
    """The query of the same statement."""
    named = {
        "group": which.group, "node": which.node, "platform": which.platform, "from": which.first, "to": which.last,
    }  # fmt: skip
    return urlencode(
        {name: value for name, value in {**named, **more}.items() if value is not None}
    )


def statement_page(request: Request) -> Response:
    """The statement with its checks, its plots, and the period before."""
    reading = Reading(context_of(request), caller_of(request))
    say, which = Texts(language_of(request)), wanted(request)
    found = reading.read(PATH, statements.read_win_win, reading.context, reading.caller, which)
    columns = columns_of(found)
    return page(
        request, "statement/statement.html", reading=reading, statement=found, which=which, asked=query_of(which),
        columns=[(column, head(column, found, say)) for column in columns],
        lines=[line(row, columns, opens(found), which, say.language) for row in found.rows],
        waterfall=_waterfall(found, say), trend=_trend(found, say), **sight(reading),
    )  # fmt: skip


def columns_of(statement: StatementView) -> list[str]:
    """The columns that the reader is shown, the total first."""
    shown = {cell.column for row in statement.rows for cell in row.cells}
    return [each for each in (TOTAL, *statement.columns, ELIMINATIONS) if each in shown]


def opens(statement: StatementView) -> set[str]:
    """The columns whose figures open their lines: the reader's own, and sums where every column is the reader's."""
    whole = statement.kind != ScopeKind.GROUP or statement.leader in statement.columns
    return {*statement.columns, *((TOTAL, ELIMINATIONS) if whole else ())}


def head(column: str, statement: StatementView, say: Texts) -> str:
    """What a column is called."""
    if column == TOTAL:
        return say("Total")
    if column == ELIMINATIONS:
        return say("Eliminations")
    return f"{column} ({say('leader')})" if column == statement.leader else column


def line(
    row: StatementRowView, columns: list[str], open_: set[str], which: Wanted, language: str
) -> Line:
    """A row as it is shown, its before and change those of the first column."""
    name = row.name_zh if language == "zh" else row.name
    if row.unit == Counted.HEADING:
        return Line(row, name, "part", [], "", "")
    cells = {cell.column: cell for cell in row.cells}
    told = figures_of(row.unit)
    main = cells.get(columns[0]) if columns else None
    level = row.code.count(".")
    return Line(
        row, name, "sum" if row.code in SUMS else "fine" if level >= FINE else "row",
        [_figure(cells.get(column), row, which if column in open_ else None, told) for column in columns],
        "–" if main is None or main.before is None else told(main.before),
        "–" if main is None or main.change is None else told(main.change),
    )  # fmt: skip


def figures_of(unit: str) -> Callable[[int], str]:
    """How figures of a unit are written."""
    if unit == Counted.MINOR:
        return money
    if unit == Counted.BPS:
        return lambda value: f"{value / 100:,.2f} %"
    return quantity


def _figure(
    cell: CellView | None, row: StatementRowView, which: Wanted | None, told: Callable[[int], str]
) -> Figure:
    """A figure; `which`: the statement in which its lines are looked up, None where they are not the reader's."""
    if cell is None or cell.value is None:
        return Figure("–", "zero", None)
    link = None
    if cell.sources and which is not None:
        link = f"/app/statement/cells/{row.code}?{query_of(which, column=cell.column)}"
    return Figure(
        told(cell.value), "minus" if cell.value < 0 else "zero" if not cell.value else "", link
    )


def _waterfall(statement: StatementView, say: Texts) -> tuple[str, list[Bar]]:
    """Revenue less cost is the value, and what each has of it; nothing without totals."""
    cells = {(row.code, cell.column): cell.value for row in statement.rows for cell in row.cells}
    revenue, cost, value = (cells.get((row, TOTAL)) for row in ("3.3", "4.4", "2.2"))
    if revenue is None or cost is None or value is None:
        return "", []
    drawn = [
        Bar(say("Revenue"), 0, revenue, "k1", money(revenue)),
        Bar(say("Cost"), revenue, revenue - cost, "bad", money(-cost)),
        Bar(say("Value"), 0, value, "sum", money(value)),
    ]
    left = value
    for node in statement.columns:
        share = cells.get(("2.5" if node == statement.leader else "2.3", node)) or 0
        drawn.append(Bar(node, left, left - share, "k2", money(share)))
        left -= share
    return bars(drawn, say("Revenue → cost → value → who has it")), drawn


def _trend(statement: StatementView, say: Texts) -> tuple[str, list[Bar]]:
    """The return per user of the last periods."""
    drawn = [
        Bar(
            each.period.name, 0, each.per_user_minor, "sum",
            "–" if each.per_user_minor is None else money(each.per_user_minor),
        )
        for each in statement.trend
    ]  # fmt: skip
    return bars(drawn, say("Return per user")), drawn


def cell_page(request: Request) -> Response:
    """The lines and documents that a figure stands on."""
    reading = Reading(context_of(request), caller_of(request))
    say, which = Texts(language_of(request)), wanted(request)
    column, row = request.query_params.get("column", TOTAL), str(request.path_params["row"])[:16]
    after = place(request.query_params.get("after", "0"))
    if after is None or len(column) > LONGEST:
        raise UnreadableQuery("`after` is the number that the link to the next page names")
    found = reading.read(PATH, statements.read_win_win, reading.context, reading.caller, which)
    lines = reading.read(
        f"{PATH}/cells/{{row}}", statements.list_win_win_sources, reading.context, reading.caller,
        which, row, column=column, after=after, limit=ROWS,
    )  # fmt: skip
    of = next(each for each in found.rows if each.code == row)
    cell = next((each for each in of.cells if each.column == column), None)
    return page(
        request, "statement/cell.html", reading=reading, statement=found, row=of, which=which, asked=query_of(which),
        more=query_of(which, column=column), column=head(column, found, say),
        figure=HIDDEN if cell is None or cell.value is None else figures_of(of.unit)(cell.value), cell=cell,
        name=of.name_zh if say.language == "zh" else of.name, lines=lines.items, next_after=lines.next_after,
        accounts=chart.BY_CODE, **sight(reading),
    )  # fmt: skip


def print_page(request: Request) -> Response:
    """The page to print, as the API answers it."""
    return _file(request, f"{PATH}.html", statements.read_win_win_page)


def pdf_file(request: Request) -> Response:
    """The page as a PDF. Refused, with what is missing, where this machine cannot make one."""
    return _file(request, f"{PATH}.pdf", statements.read_win_win_pdf)


def workbook_file(request: Request) -> Response:
    """The statement as a workbook."""
    return _file(request, f"{PATH}.xlsx", statements.read_win_win_workbook)


def _file(request: Request, path: str, reader: Callable[..., Response]) -> Response:
    """What a route answers to the caller as bytes. Raises Forbidden as the route would."""
    reading = Reading(context_of(request), caller_of(request))
    if not reading.may(path):
        raise Forbidden(reading.caller.role, sorted(reading.context.access["GET", path]))
    return reader(reading.context, reading.caller, wanted(request), Language(language_of(request)))


ROUTES = (
    Route("/statement", statement_page, methods=["GET"]),
    Route("/statement/print", print_page, methods=["GET"]),
    Route("/statement/pdf", pdf_file, methods=["GET"]),
    Route("/statement/xlsx", workbook_file, methods=["GET"]),
    Route("/statement/cells/{row}", cell_page, methods=["GET"]),
)
