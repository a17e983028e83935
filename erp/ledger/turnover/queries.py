"""Trial balances from the cached turnover, and the check of all caches against the journal lines. Never commits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from erp.kernel.base import metadata
from erp.ledger.tables import JournalEntry, JournalLine, LedgerBalance, LedgerTurnover
from erp.ledger.turnover.halves import HALF, whole
from erp.ledger.turnover.model import (
    CacheDifference,
    Dimension,
    Scope,
    Selection,
    TrialBalanceRow,
)
from erp.parties.kinds import PartyKind
from erp.parties.tables import Party

MAX_DIFFERENCES = 200  # named in one check

_BALANCE = metadata.tables[LedgerBalance.__tablename__]
_ENTRY = metadata.tables[JournalEntry.__tablename__]
_LINE = metadata.tables[JournalLine.__tablename__]
_PARTY = metadata.tables[Party.__tablename__]
_TURNOVER = metadata.tables[LedgerTurnover.__tablename__]
_SIDES = ("debit_high", "debit_low", "credit_high", "credit_low")
_EVERYTHING = Selection()

Cell = tuple[str, str, str, str, str]  # entity, chain group, ledger, account, period
Sides = tuple[int, int]  # debits and credits, minor units
K = TypeVar("K")


def halves_of(
    column: ColumnElement[int], name: str
) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The sums of the high and the low half of a column that is never negative, as `<name>_high` and `<name>_low`.

    SQLite fails when a sum leaves 64 bits; a sum of halves stays within them for 2^31 rows.
    """
    return (
        func.sum(column // HALF).label(f"{name}_high"),
        func.sum(column % HALF).label(f"{name}_low"),
    )


def scoped(statement: Select[Any], scope: Scope) -> Select[Any]:
    """The statement, which names the parties, of the books that the scope says."""
    outside = _PARTY.c.kind == PartyKind.EXTERNAL.value
    if scope is Scope.ALL:
        return statement
    return statement.where(outside if scope is Scope.OUTSIDE else ~outside)


def trial_balance(
    session: Session, by: Dimension | None = None, of: Selection = _EVERYTHING
) -> list[TrialBalanceRow]:
    """The trial balance (试算平衡表), by the values of a dimension and by account; read from the cached turnover."""
    sums = [func.sum(_after(of.since, _TURNOVER.c[side])).label(side) for side in _SIDES]
    if of.since is not None:
        before = _TURNOVER.c.period < of.since
        sums += [
            func.sum(case((before, _TURNOVER.c[side]), else_=0)).label(f"opening_{side}")
            for side in _SIDES
        ]
    keys: list[ColumnElement[Any]] = [_TURNOVER.c.ledger, _TURNOVER.c.account]
    if by is not None:
        keys.insert(0, _dimension(by).label("key"))
    statement = _selected(select(*keys, *sums), by, of)
    statement = statement.group_by(*keys).order_by(*_in_order(keys))
    return [_row(row, by is not None, of.since is not None) for row in session.execute(statement)]


def _after(since: str | None, column: ColumnElement[int]) -> ColumnElement[int]:
    if since is None:
        return column
    return case((_TURNOVER.c.period >= since, column), else_=0)


def _dimension(by: Dimension) -> ColumnElement[str]:
    if by == Dimension.PLATFORM:
        return _PARTY.c.platform
    return _TURNOVER.c.chain_group if by == Dimension.CHAIN_GROUP else _TURNOVER.c.entity


def _selected(statement: Select[Any], by: Dimension | None, of: Selection) -> Select[Any]:
    """The statement on the turnover that the selection names."""
    if by == Dimension.PLATFORM or of.scope is not Scope.ALL:
        statement = statement.join_from(_TURNOVER, _PARTY, _PARTY.c.code == _TURNOVER.c.entity)
    statement = scoped(statement, of.scope)
    if of.through is not None:
        statement = statement.where(_TURNOVER.c.period <= of.through)
    if of.entity is not None:
        statement = statement.where(_TURNOVER.c.entity == of.entity)
    if of.chain_group is not None:
        statement = statement.where(_TURNOVER.c.chain_group == of.chain_group)
    return statement


def _in_order(keys: list[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """The keys less the ledger: an account belongs to one, and its code says the order."""
    return [*keys[:-2], keys[-1]]


def _row(row: Any, keyed: bool, opened: bool) -> TrialBalanceRow:
    opening = 0
    if opened:
        opening = whole(row.opening_debit_high, row.opening_debit_low) - whole(
            row.opening_credit_high, row.opening_credit_low
        )
    return TrialBalanceRow(
        key=row.key if keyed else "",
        ledger=row.ledger,
        account=row.account,
        opening_minor=opening,
        debit_minor=whole(row.debit_high, row.debit_low),
        credit_minor=whole(row.credit_high, row.credit_low),
    )


def closing_balances(session: Session, entity: str, through: str) -> dict[str, int]:
    """What stands on each account of an entity at the end of a month, debits less credits, minor units."""
    of = Selection(through=through, entity=entity)
    return {row.account: row.closing_minor for row in trial_balance(session, of=of)}


# ---- the caches against the lines ---------------------------------------------------------------


class LineSums:
    """The sums of journal lines, by everything that the checks tell them apart by: the lines are read once for all."""

    def __init__(self, session: Session, after: int = 0) -> None:
        """`after`: the sequence of a document; only the lines of those that follow it are summed."""
        keys = (
            _LINE.c.entity,
            _LINE.c.chain_group,
            _ENTRY.c.ledger,
            _LINE.c.account,
            _ENTRY.c.period,
            _LINE.c.platform,
            _LINE.c.node,
        )
        statement = (
            select(
                *keys,
                *halves_of(_LINE.c.debit_minor, "debit"),
                *halves_of(_LINE.c.credit_minor, "credit"),
            )
            .join_from(_LINE, _ENTRY, _ENTRY.c.id == _LINE.c.entry)
            .where(_ENTRY.c.document_sequence > after)
            .group_by(*keys)
        )
        self._rows = [(row, _sides(row)) for row in session.execute(statement)]

    def trial_balance(self, by: Dimension | None = None) -> list[TrialBalanceRow]:
        """As the function `trial_balance`, summed from the journal lines themselves."""
        found: dict[tuple[str, str, str], Sides] = {}
        for row, sides in self._rows:
            key = "" if by is None else str(getattr(row, by))
            _add(found, (key, row.account, row.ledger), sides)
        return [
            TrialBalanceRow(key, ledger, account, 0, debit, credit)
            for (key, account, ledger), (debit, credit) in sorted(found.items())
        ]

    def cells(self) -> dict[Cell, Sides]:
        """Debits and credits by cell of the cached turnover."""
        found: dict[Cell, Sides] = {}
        for row, sides in self._rows:
            _add(found, _cell(row), sides)
        return found


def _add(to: dict[K, Sides], key: K, sides: Sides) -> None:
    debit, credit = to.get(key, (0, 0))
    to[key] = debit + sides[0], credit + sides[1]


def cache_differences(session: Session, lines: LineSums | None = None) -> list[CacheDifference]:
    """Every cached turnover and balance that is not that of the journal lines (I3); at most MAX_DIFFERENCES are named.

    `lines`: their sums in the same snapshot, where somebody has them already.
    """
    cells = (lines or LineSums(session)).cells()
    found = (*_turnover_differences(session, cells), *_balance_differences(session, cells))
    return list(islice(found, MAX_DIFFERENCES))


def _turnover_differences(session: Session, lines: dict[Cell, Sides]) -> Iterator[CacheDifference]:
    cached = {_cell(row): _sides(row) for row in session.execute(select(_TURNOVER))}
    for cell in sorted(lines.keys() | cached.keys()):
        pairs = zip(cached.get(cell, (0, 0)), lines.get(cell, (0, 0)), strict=True)
        for side, (kept, true) in zip(("debit", "credit"), pairs, strict=True):
            if kept != true:
                key = " ".join((*(part for part in cell if part), side))
                yield CacheDifference(LedgerTurnover.__tablename__, key, kept, true)


def _balance_differences(session: Session, lines: dict[Cell, Sides]) -> Iterator[CacheDifference]:
    true: dict[tuple[str, str, str], int] = {}
    for (entity, _group, ledger, account, _period), (debit, credit) in lines.items():
        key = (entity, ledger, account)
        true[key] = true.get(key, 0) + debit - credit
    cached = {
        (row.entity, row.ledger, row.account): int(row.balance_minor)
        for row in session.execute(select(_BALANCE))
    }
    for key in sorted(true.keys() | cached.keys()):
        if cached.get(key, 0) != true.get(key, 0):
            yield CacheDifference(
                LedgerBalance.__tablename__, " ".join(key), cached.get(key, 0), true.get(key, 0)
            )


def _cell(row: Any) -> Cell:
    return (row.entity, row.chain_group, row.ledger, row.account, row.period)


def _sides(row: Any) -> Sides:
    return whole(row.debit_high, row.debit_low), whole(row.credit_high, row.credit_low)
