"""`interlock demo` at work: reads, plays, tells, and turns what went wrong into an exit code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from bridge.operator.printing import printer

from ..stage.errors import Unusable
from ..stage.exits import EXIT_FAILED, STDOUT, check_writable, complain, guarded, write_json
from ..stage.node import check_chain
from .plan import Day
from .play import Setting, play
from .purchases import CARRIED, History, read_history
from .report import Result
from .summary import show


def run(
    purchases: Path | None,
    lines: str,
    setting: Setting,
    json_out: Path | None,
    quiet: bool,
) -> None:
    """Plays, tells, and exits as `interlock demo` says."""
    result = guarded(lambda: _run(purchases, lines, setting, json_out, quiet))
    _tell(result, json_out, quiet)
    for mismatch in result.mismatches if quiet else ():
        complain(f"money: {mismatch}")
    if not result.holds:
        raise typer.Exit(EXIT_FAILED)


def _run(
    purchases: Path | None, lines: str, setting: Setting, json_out: Path | None, quiet: bool
) -> Result:
    check_chain(setting.chain)
    history = _read(purchases or CARRIED, _count(lines))
    check_writable(json_out)
    return _play(history, setting, quiet)


def _count(lines: str) -> int | None:
    if lines == "all":
        return None
    if not lines.isascii() or not lines.isdigit() or int(lines) == 0:
        raise Unusable(f"--lines is a number above zero, or 'all', not {lines!r}")
    return int(lines)


def _read(path: Path, lines: int | None) -> History:
    history = read_history(path, lines)
    if not history.purchases:
        reasons = "; ".join(f"{r.id}: {r.reason}" for r in history.refused[:10])
        raise Unusable(f"none of the {history.lines_read} lines can be an order: {reasons}")
    return history


class _Bar:
    """A progress bar over the days of the history."""

    def __init__(self, progress: Progress, lines: int) -> None:
        self._progress = progress
        self._lines = lines
        self._task: TaskID = progress.add_task("reading", total=None)

    def step(self, what: str) -> None:
        self._progress.update(self._task, description=what)

    def day(self, day: Day, done: int, days: int, paid: int) -> None:
        self._progress.update(
            self._task,
            description=f"{_readable(day.day)}  {paid} of {self._lines} lines paid",
            completed=done,
            total=days,
        )


def _readable(day: date) -> str:
    return day.strftime("%Y-%m-%d")


def _play(history: History, setting: Setting, quiet: bool) -> Result:
    console = Console(stderr=True, quiet=quiet, emoji=False)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        return play(history, setting, _Bar(progress, len(history.purchases)))


def _tell(result: Result, json_out: Path | None, quiet: bool) -> None:
    if json_out is not None:
        write_json(result.as_json(), json_out)
        if json_out == STDOUT:
            return
    if not quiet:
        show(result, printer())
