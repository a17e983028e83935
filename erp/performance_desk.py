"""What the commands of `interlock metrics` do, once `erp.metrics_cli` has read their arguments."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer

from erp.administration import columns, reading
from erp.exits import Exit, fail
from erp.performance.metrics import METRICS
from erp.performance.recompute import Recomputed, recompute


def print_metrics(as_json: bool) -> None:
    """Prints the metrics that the books measure."""
    if as_json:
        told = [
            {
                "code": m.code,
                "name": m.name,
                "name_zh": m.name_zh,
                "unit": m.unit,
                "at_most": m.at_most,
                "documents": sorted(m.types),
            }
            for m in METRICS.values()
        ]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    rows = [
        (
            str(m.code),
            f"{m.name} {m.name_zh}",
            m.unit,
            "reported" if m.at_most is None else "at most" if m.at_most else "at least",
            ", ".join(sorted(m.types)) or "all that post",
        )
        for m in METRICS.values()
    ]
    _print([("code", "metric", "unit", "is kept by", "counted from"), *rows])


def print_recomputed(url: str, number: str, as_json: bool) -> None:
    """Prints what a report tells beside what its documents say. Ends with REFUSED where they differ."""
    with reading(url) as session:
        found = recompute(session, number)
    if as_json:
        typer.echo(json.dumps([_as_json(each) for each in found], indent=2))
    else:
        rows = [
            (
                str(each.metric),
                each.name,
                str(each.told),
                "unknown" if each.counted is None else str(each.counted),
                str(each.documents),
                "same" if each.agrees else "DIFFERS",
            )
            for each in found
        ]
        _print([("metric", "name", "report", "documents say", "documents", ""), *rows])
    if not all(each.agrees for each in found):
        fail(f"{number} does not say what its documents say", Exit.REFUSED)


def _print(rows: Sequence[Sequence[str]]) -> None:
    for line in columns(rows):
        typer.echo(line)


def _as_json(each: Recomputed) -> dict[str, object]:
    return {
        "metric": each.metric,
        "report": each.told,
        "counted": each.counted,
        "documents": each.documents,
        "agrees": each.agrees,
    }
