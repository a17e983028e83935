"""`interlock network drill` at work: plays, tells, and turns what went wrong into an exit code."""

from __future__ import annotations

from pathlib import Path

import typer

from bridge.operator.printing import a_table, printer, put

from ...network.programs import built
from ..stage.exits import EXIT_FAILED, STDOUT, check_writable, complain, errors, guarded, write_json
from .drill import Report, drill
from .steps import SHORT, STEPS

SHORT_WAVES = 1


def run(
    consensus: str,
    validators: int,
    home: Path,
    json_out: Path | None,
    window_seconds: int,
    *,
    short: bool,
) -> None:
    """Plays, tells, and exits as the command says."""
    parts = consensus, validators, home, json_out, window_seconds
    report = guarded(lambda: _run(*parts, short=short))
    if json_out is not None:
        write_json(report.as_json(), json_out)
    if json_out != STDOUT:
        _show(report)
    for step in report.steps:
        if step.told:
            complain(f"{step.step}: {step.told}")
    if not report.holds:
        raise typer.Exit(EXIT_FAILED)


def _run(
    consensus: str,
    validators: int,
    home: Path,
    json_out: Path | None,
    window_seconds: int,
    *,
    short: bool,
) -> Report:
    built(consensus)
    check_writable(json_out)
    steps, waves = (SHORT, SHORT_WAVES) if short else (tuple(STEPS), None)
    return drill(consensus, validators, home, steps, waves, errors().print, window_seconds)


def _show(report: Report) -> None:
    console = printer()
    title = f"drill on {report.consensus} with {report.validators} validators"
    columns = ("step", "holds", "seconds", "blocks", "orders paid", "reorgs", "reversed")
    table = a_table(console, *columns, title=title)
    for step in report.steps:
        figures = (step.seconds, step.blocks, step.orders_paid, step.reorgs, step.reversed)
        table.add_row(step.step, "yes" if step.holds else "NO", *map(str, figures))
    put(console, table)
    console.print("holds" if report.holds else "does not hold")
