"""The win-win statement of each group of a scenario, row by row, with what its rows are summed from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from erp.database import snapshot
from erp.statements.model import Cell, Part, Scope, ScopeKind, WinWin
from erp.statements.rows import BY_CODE, KEPT, ROWS, SERVICES, Row
from erp.statements.win_win import Asked, win_win

if TYPE_CHECKING:
    from .stage import Stage

_GROUPS = "SELECT g.code, d.at FROM chain_group g JOIN document_log d ON d.number = g.code ORDER BY g.code"


def statements(stage: Stage) -> list[dict[str, Any]]:
    """Of each group its statement, from its order to the end of the play. Amounts in minor units."""
    now = stage.now
    told = []
    with snapshot(stage.engine) as session:
        for code, opened in stage.sql(_GROUPS):
            asked = Asked(str(opened), str(now + 1), now)
            told.append(as_rows(win_win(session, Scope(ScopeKind.GROUP, str(code)), asked)))
    return told


def as_rows(told: WinWin) -> dict[str, Any]:
    """A statement: its rows with a cell for each column; rows of accounts name the lines that they are summed from."""
    return {
        "group": told.scope.code,
        "leader": told.leader,
        "since": told.period.since,
        "until": told.period.until,
        "columns": list(told.columns),
        "rows": [
            {"row": row.code, "name": row.name, "unit": row.unit.value, "cells": cells}
            for row in ROWS
            if (cells := list(_cells(told, row)))
        ],
        "checks": [
            {"name": check.name, "one_way_minor": check.one_way, "other_way_minor": check.other_way}
            for check in told.checks
        ],
        "errors": list(told.errors),
    }


def _cells(told: WinWin, row: Row) -> Iterator[dict[str, Any]]:
    for (code, column), shown in told.cells.items():
        if code == row.code:
            yield {"column": column, "value": shown.cell.value, **_made_of(row, shown.cell)}


def _made_of(row: Row, cell: Cell) -> dict[str, Any]:
    if cell.ratio is not None:
        return {"numerator": cell.ratio.numerator, "denominator": cell.ratio.denominator}
    if is_of_accounts(row.code):
        return {"lines": [_line(part) for part in cell.parts]}
    return {}


def is_of_accounts(code: str) -> bool:
    """True for a row that is summed from lines of accounts, and not from other rows."""
    return bool(BY_CODE[code].accounts) or code in (SERVICES, KEPT)


def _line(part: Part) -> dict[str, Any]:
    return {
        "document": part.line.document,
        "entity": part.line.entity,
        "account": part.line.account,
        "minor": part.minor,
    }
