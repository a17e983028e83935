"""The statement as plain values: what the API answers and `--json` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erp.statements.model import ELIMINATIONS, TOTAL, Ratio, ShownCell, WinWin
from erp.statements.periods import Period
from erp.statements.rows import ROWS, Row


def as_data(statement: WinWin) -> dict[str, Any]:
    """Everything that the reader may see, without the lines that cells stand on."""
    others = statement.others
    return {
        "kind": statement.scope.kind.value,
        "code": statement.scope.code,
        "name": statement.name,
        "leader": statement.leader,
        "period": _period(statement.period),
        "before": _period(statement.before),
        "as_of": statement.as_of,
        "sequence": statement.sequence,
        "columns": list(statement.columns),
        "rows": [_row(statement, row) for row in ROWS],
        "trend": [
            {
                "period": _period(point.period),
                "users": point.users,
                "revenue_minor": point.revenue_minor,
                "cost_minor": point.cost_minor,
                "value_minor": point.value_minor,
                "per_user_minor": point.per_user.floor if point.per_user else None,
                **_fraction(point.per_user),
            }
            for point in statement.trend
        ],
        "checks": [
            {
                "name": check.name,
                "name_zh": check.name_zh,
                "one_way_minor": check.one_way,
                "other_way_minor": check.other_way,
                "holds": check.holds,
            }
            for check in statement.checks
        ],
        "others_books_minor": others.books_minor if others else None,
        "others_accounts_minor": others.accounts_minor if others else None,
        "torn": [
            {"document": torn.document, "minor": torn.minor, "entities": list(torn.entities)}
            for torn in statement.torn
        ],
        "errors": list(statement.errors),
    }


def _period(period: Period) -> dict[str, Any]:
    return {"name": period.name, "since": period.since, "until": period.until}


def _row(statement: WinWin, row: Row) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "name_zh": row.name_zh,
        "unit": row.unit.value,
        "note": row.note,
        "note_zh": row.note_zh,
        "cells": list(_cells(statement, row)),
    }


def _cells(statement: WinWin, row: Row) -> Iterator[dict[str, Any]]:
    for column in (TOTAL, *statement.columns, ELIMINATIONS):
        shown = statement.cell(row.code, column)
        if shown is not None:
            yield {"column": column, **_cell(shown)}


def _cell(shown: ShownCell) -> dict[str, Any]:
    return {
        "value": shown.cell.value,
        "before": shown.before,
        "change": shown.change,
        **_fraction(shown.cell.ratio),
        "sources": shown.cell.sources,
    }


def _fraction(ratio: Ratio | None) -> dict[str, int | None]:
    return {
        "numerator": ratio.numerator if ratio else None,
        "denominator": ratio.denominator if ratio else None,
    }
