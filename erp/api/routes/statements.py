"""Routes of the win-win value-added statement (共赢增值表): as data, page, PDF and workbook, and cell by cell.

Finance of the house reads every statement; the leader of a group its group; a member the total and its own column; a node,
and finance of one, its own books. Whoever else asks is answered as if there were none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Response
from pydantic import Field

from erp.api.access import MONEY, Roles
from erp.api.errors import UnreadableQuery
from erp.api.pages import DEFAULT_PAGE as DEFAULT_LIMIT
from erp.api.pages import AfterId, Limit, Page, page_of
from erp.api.request_context import Caller, ContextDep, RequestContext
from erp.api.room_routes import RoomRoutes
from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.tokens import Principal
from erp.groups.errors import UnknownGroup
from erp.groups.queries import group_of
from erp.kernel.field_class import classed
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.parties.errors import UnknownParty
from erp.rights.objects import circle_of
from erp.rights.table import Action, Circle, Object, Thing, may
from erp.statements import paper
from erp.statements.data import as_data
from erp.statements.errors import NoSuchPeriod, UnknownPlatform, UnknownStatementCell
from erp.statements.model import TOTAL, Cell, Scope, ScopeKind, WinWin
from erp.statements.page import page
from erp.statements.periods import NAMED
from erp.statements.win_win import Asked, named, win_win
from erp.statements.wording import Language
from erp.statements.workbook import workbook

ROUTES = RoomRoutes("statements")
READERS: Roles = MONEY | {Role.NODE}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html"
PDF = "application/pdf"
PATH = "/statements/win-win"
WHAT = "name one of group, node and platform; with none of them it is your own node's, or the first platform's"

Named = Annotated[str | None, Query(max_length=64, pattern=r"^[^\x00]+$", description=WHAT)]
From = Annotated[
    str | None,
    Query(
        alias="from", pattern=NAMED, examples=["2026-09"],
        description="first month or day, or unix seconds; not named: this month",
    ),
]  # fmt: skip
To = Annotated[
    str | None,
    Query(
        alias="to", pattern=NAMED, examples=["2026-09"],
        description="last month or day, which is within, or unix seconds, which are not; not named: as `from`",
    ),
]  # fmt: skip
InWords = Annotated[Language, Query(alias="lang", description="in which words")]
RowCode = Annotated[
    str,
    Path(
        max_length=16, description="number of a row, as the statement prints it", examples=["2.2"]
    ),
]
Column = Annotated[
    str,
    Query(
        max_length=64,
        pattern=r"^[^\x00]+$",
        description="total, eliminations, or the code of a node",
    ),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statement a request asks for."""

    group: str | None
    node: str | None
    platform: str | None
    first: str | None
    last: str | None


def wanted(
    group: Named = None,
    node: Named = None,
    platform: Named = None,
    first: From = None,
    last: To = None,
) -> Wanted:
    """The query of every route of the statement."""
    return Wanted(group, node, platform, first, last)


Which = Annotated[Wanted, Depends(wanted)]


# ---- what a caller may see -----------------------------------------------------------------------


def statement_for(context: RequestContext, caller: Principal, which: Wanted) -> WinWin:
    """The statement as this caller may see it. Raises UnknownGroup, UnknownParty, UnknownPlatform, UnreadableQuery."""
    scope = scope_of(context, caller, which)
    asked = Asked(which.first, which.last, context.clock())
    with context.reading() as session:
        rows = Rows.of(session)
        try:
            if scope.kind is not ScopeKind.GROUP:
                refuse_other_books(scope, caller)
                return win_win(session, scope, asked)
            scope, _ = named(session, scope)
            circle = circle_of(rows, group_of(rows, scope.code))
            found = win_win(session, scope, asked)
        except NoSuchPeriod as error:
            raise UnreadableQuery(str(error)) from error
    nodes = frozenset(node for node in found.columns if _may(caller, circle, node))
    total = _may(caller, circle)
    if not nodes and not total:
        raise UnknownGroup(which.group or scope.code)
    return found.seen_by(None if nodes.issuperset(found.columns) else nodes, total=total)


def scope_of(context: RequestContext, caller: Principal, which: Wanted) -> Scope:
    """What is asked for; without a name the caller's own node, or the first platform."""
    names = {
        ScopeKind.GROUP: which.group,
        ScopeKind.NODE: which.node,
        ScopeKind.PLATFORM: which.platform,
    }
    found = [Scope(kind, code) for kind, code in names.items() if code is not None]
    if len(found) > 1:
        raise UnreadableQuery(WHAT)
    if found:
        return found[0]
    own = min(caller.parties or (), default=None)
    return (
        Scope(ScopeKind.PLATFORM, context.platform) if own is None else Scope(ScopeKind.NODE, own)
    )


def refuse_other_books(scope: Scope, caller: Principal) -> None:
    """Raises UnknownParty or UnknownPlatform when these books are not the caller's to read."""
    if caller.parties is None or caller.role is Role.AUDITOR:
        return
    if scope.kind is ScopeKind.PLATFORM:
        raise UnknownPlatform(scope.code)
    if scope.code not in caller.parties:
        raise UnknownParty(scope.code)


def _may(caller: Principal, circle: Circle, *owners: str) -> bool:
    about = Object(Thing.STATEMENT, circle, frozenset(owners))
    return may(caller, Action.READ, about) is None


# ---- the statement as data -----------------------------------------------------------------------


class PeriodView(Row):
    """A period: its name, and its bounds in unix seconds, the last of them not within."""

    classes = classed("name since until")

    name: str
    since: int
    until: int


class CellView(Row):
    """A figure, the one of the period before, and on how many lines and documents it stands."""

    classes = classed("column sources", money="value before change numerator denominator")

    column: str = Field(description="total, eliminations, or the code of a node")
    value: int | None = Field(description="in the unit of its row; null: there is none to tell")
    before: int | None = Field(description="of the period before")
    change: int | None
    numerator: int | None = Field(description="of a figure per user, which is one fraction")
    denominator: int | None
    sources: int = Field(description="lines and documents: `GET /statements/win-win/cells/{row}`")


class StatementRowView(Row):
    """A row of the statement."""

    classes = classed("code name name_zh unit note note_zh cells")

    code: str
    name: str
    name_zh: str
    unit: str
    note: str | None
    note_zh: str | None
    cells: list[CellView]


class TrendView(Row):
    """One period of the trend."""

    classes = classed(
        "period users",
        money="revenue_minor cost_minor value_minor per_user_minor numerator denominator",
    )

    period: PeriodView
    users: int
    revenue_minor: Amount
    cost_minor: Amount
    value_minor: Amount
    per_user_minor: int | None = Field(description="rounded down; null: no user")
    numerator: int | None
    denominator: int | None


class CheckView(Row):
    """Two ways to one figure."""

    classes = classed("name name_zh holds", money="one_way_minor other_way_minor")

    name: str
    name_zh: str
    one_way_minor: Amount
    other_way_minor: Amount
    holds: bool


class TornView(Row):
    """A document that books the business of two members on one side."""

    classes = classed("document entities", money="minor")

    document: str
    minor: int | None = Field(description="minor units, income less cost")
    entities: list[str]


class StatementView(Row):
    """The win-win statement: its rows, each with a cell for every column that is yours to read."""

    classes = classed(
        "kind code name leader period before as_of columns rows trend checks torn errors",
        money="others_books_minor others_accounts_minor",
        internal="sequence",
    )

    kind: ScopeKind
    code: str
    name: str
    leader: str | None
    period: PeriodView
    before: PeriodView
    as_of: int
    sequence: int | None = Field(
        description="of the newest document that was read; null: not shown to your role"
    )
    columns: list[str] = Field(description="nodes, the leader first")
    rows: list[StatementRowView]
    trend: list[TrendView]
    checks: list[CheckView]
    others_books_minor: int | None = Field(description="results in books of who is no member")
    others_accounts_minor: int | None = Field(description="results on accounts that no row shows")
    torn: list[TornView]
    errors: list[str] = Field(
        description="what is wrong with the statement; empty when it is whole"
    )


@ROUTES.read(PATH, "Read the win-win statement", READERS)
def read_win_win(context: ContextDep, caller: Caller, which: Which) -> StatementView:
    """Users, sharing of value, revenue, cost and marginal return of a platform, a chain group or a node in any period.

    Computed from the ledger when it is read, beside the period before; `checks` come two ways to one figure.
    """
    return StatementView.model_validate(as_data(statement_for(context, caller, which)))


@ROUTES.download(f"{PATH}.xlsx", "Read the win-win statement as a workbook", READERS, XLSX)
def read_win_win_workbook(
    context: ContextDep, caller: Caller, which: Which, language: InWords = Language.ZH
) -> Response:
    """The statement, its trend and the lines that each figure stands on, as far as they are yours to read."""
    found = statement_for(context, caller, which)
    return Response(workbook(found, language), media_type=XLSX, headers=_headers(found, "xlsx"))


@ROUTES.download(f"{PATH}.html", "Read the win-win statement as a page to print", READERS, HTML)
def read_win_win_page(
    context: ContextDep, caller: Caller, which: Which, language: InWords = Language.ZH
) -> Response:
    """One page for A4, landscape, which needs nothing from elsewhere and runs no script."""
    found = statement_for(context, caller, which)
    headers = _headers(found, "html") | {
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(page(found, language), media_type=HTML, headers=headers)


@ROUTES.download(f"{PATH}.pdf", "Read the win-win statement as a PDF", READERS, PDF, 404, 409)
def read_win_win_pdf(
    context: ContextDep, caller: Caller, which: Which, language: InWords = Language.ZH
) -> Response:
    """The page to print as a file. Refused, with what is missing, where this machine cannot make one."""
    found = statement_for(context, caller, which)
    made = paper.pdf(page(found, language), language)
    return Response(made, media_type=PDF, headers=_headers(found, "pdf"))


def _headers(found: WinWin, ending: str) -> dict[str, str]:
    name = f"win-win-{found.scope.kind.value}.{ending}"
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


# ---- what a cell stands on -----------------------------------------------------------------------


class SourceView(Row):
    """A line of the ledger, or a document about a user, that a cell stands on."""

    classes = classed(
        "place entry position document type at entity account counterparty customer",
        money="amount_minor",
    )

    place: int = Field(description="in the cell, from 1")
    entry: int | None = Field(description="null: the document shows a user, and is no line")
    position: int | None
    document: str
    type: str
    at: int
    entity: str
    account: str | None
    counterparty: str | None
    customer: str | None = Field(description="code of the user whom the document shows")
    amount_minor: int | None = Field(description="what it adds to the cell")


@ROUTES.read(
    f"{PATH}/cells/{{row}}", "Read what a cell of the win-win statement stands on", READERS, 404
)
def list_win_win_sources(
    context: ContextDep,
    caller: Caller,
    which: Which,
    row: RowCode,
    column: Column = TOTAL,
    after: AfterId = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[SourceView]:
    """Lines by entry and position, then documents about users. Of a total: whoever reads every column."""
    cell = statement_for(context, caller, which).sources(row, column)
    if cell is None:
        raise UnknownStatementCell(f"{row} of {column}")
    rows = list(_sources(cell))[after : after + limit]
    return page_of(rows, lambda each: each, lambda each: each.place, limit)


def _sources(cell: Cell) -> Iterator[SourceView]:
    for place, part in enumerate(cell.parts, 1):
        line = part.line
        yield SourceView(
            place=place, entry=line.entry, position=line.position, document=line.document, type=line.doc_type, at=line.at,
            entity=line.entity, account=line.account, counterparty=line.counterparty, customer=None,
            amount_minor=part.minor,
        )  # fmt: skip
    for place, act in enumerate(cell.acts, len(cell.parts) + 1):
        yield SourceView(
            place=place, entry=None, position=None, document=act.document, type=act.deed.value, at=act.at,
            entity=act.entity, account=None, counterparty=None, customer=act.customer, amount_minor=None,
        )  # fmt: skip
