"""The win-win statement of a platform, a chain group or a node in any period: read, and nothing of it kept."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.groups.queries import group_of
from erp.kernel.log.queries import last_sequence
from erp.kernel.rows import Rows
from erp.parties.queries import party
from erp.statements import queries, rules
from erp.statements.model import TOTAL, Books, Cell, Scope, ScopeKind, ShownCell, Torn, WinWin
from erp.statements.periods import periods
from erp.statements.rows import BY_CODE


@dataclass(frozen=True, slots=True)
class Asked:
    """The period that is asked for, as a person names it, and the time it is asked at, unix seconds."""

    first: str | None
    last: str | None
    now: int


def win_win(session: Session, scope: Scope, asked: Asked) -> WinWin:
    """The statement with every column. Raises UnknownGroup, UnknownParty, UnknownPlatform, NoSuchPeriod."""
    scope, name = named(session, scope)
    shown = periods(asked.first, asked.last, asked.now, queries.zone_of(session, scope))
    books = books_of(session, scope, shown[0].since, shown[-1].until)
    before, period = shown[-2:]
    columns = books.inside.during(before.since, period.until)
    active = {
        each: queries.active_in(session, scope, books.inside, each) for each in (before, period)
    }
    grids = [  # of the periods before these two the trend alone is shown
        rules.grid(books, each, columns if each in active else (), active.get(each, frozenset()))
        for each in shown
    ]
    (then, _), (now, others) = grids[-2:]
    cells: dict[tuple[str, str], Cell] = {**now}
    for column in (TOTAL, *columns):
        cells["5.2", column] = rules.gained(now, then, column)
    cells["5.3", TOTAL] = cells["5.1", TOTAL]
    ledger = queries.result_of(session, scope, books.inside, period)
    return WinWin(
        scope=scope, name=name, leader=books.inside.leader, period=period, before=before, as_of=asked.now,
        sequence=last_sequence(session), columns=tuple(columns),
        cells={
            key: ShownCell(cell, then[key].value if key in then else None)
            for key, cell in cells.items()
            if key[0] in BY_CODE
        },
        trend=tuple(rules.point(cells_then, each) for (cells_then, _), each in zip(grids, shown, strict=True)),
        checks=rules.checks(now, columns, others, ledger),
        torn=rules.torn(books, [line for line in books.lines if period.covers(line.at)]),
        others=others,
    )  # fmt: skip


def named(session: Session, scope: Scope) -> tuple[Scope, str]:
    """The scope by its own code, and how a person calls it. Raises UnknownGroup, UnknownParty."""
    rows = Rows.of(session)
    if scope.kind is ScopeKind.GROUP:
        key = int(scope.code) if scope.code.isascii() and scope.code.isdigit() else scope.code
        code = group_of(rows, key).code
        return Scope(scope.kind, code), code
    if scope.kind is ScopeKind.NODE:
        found = party(rows, scope.code)
        return scope, found.name if found.name == found.code else f"{found.code} {found.name}"
    return scope, scope.code


def books_of(session: Session, scope: Scope, since: int, until: int) -> Books:
    """All that the statement is made of, from an instant to before another."""
    inside = queries.inside_of(session, scope)
    lines = queries.lines_of(session, scope, inside, since, until)
    acts = queries.acts_of(session, scope, inside, until)
    pots = queries.pots_of(session, lines)
    return Books(scope, inside, lines, acts, pots, rules.partners(lines))


def torn_pairs(session: Session) -> dict[str, tuple[Torn, ...]]:
    """Of each chain group the documents that book the business of two members on one side, ever; most have none."""
    found = {}
    lines = queries.lines_by_group(session)
    pots = queries.pots_of(session, [line for own in lines.values() for line in own])
    for group in queries.groups(session):
        own = tuple(lines.get(group.code, ()))
        scope, inside = Scope(ScopeKind.GROUP, group.code), queries.inside_group(session, group)
        found[group.code] = rules.torn(
            Books(scope, inside, own, (), pots, rules.partners(own)), own
        )
    return found
