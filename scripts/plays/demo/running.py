"""`interlock demo` at work: reads, plays, tells, and turns what went wrong into an exit code."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import typer
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from bridge.operator.printing import printer
from bridge.operator.saying import say

from ..stage.by_clock import agreed
from ..stage.clocks import Time
from ..stage.errors import Unusable
from ..stage.exits import EXIT_FAILED, STDOUT, check_writable, complain, guarded, write_json
from ..stage.workdir import REPORT
from .page import page
from .plan import AwardMode, Day
from .play import Setting, play
from .purchases import CARRIED, History, read_history
from .report import Result
from .summary import show


def setting(
    mode: AwardMode,
    chain: str,
    db: str | None,
    home: Path,
    payment_days: int,
    clock: Time | None,
    consensus: tuple[str, int | None],
) -> Setting:
    """What the options say together; exits where they do not go together."""
    return guarded(lambda: _setting(mode, chain, db, home, payment_days, clock, consensus))


def _setting(
    mode: AwardMode,
    chain: str,
    db: str | None,
    home: Path,
    payment_days: int,
    clock: Time | None,
    consensus: tuple[str, int | None],
) -> Setting:
    by_the_clock, named = agreed(chain, clock, consensus)
    if by_the_clock and payment_days:
        raise Unusable("by the chain's own clock nobody waits for days: leave out --payment-days")
    return Setting(
        *(mode, chain, db, home),
        payment_days=payment_days,
        by_the_clock=by_the_clock,
        consensus=named,
    )


def run(
    purchases: Path | None,
    lines: str,
    setting: Setting,
    json_out: Path | None,
    quiet: bool,
) -> None:
    """Plays, tells, and exits as `interlock demo` says."""
    result = guarded(lambda: _run(purchases, lines, setting, json_out, quiet))
    report = setting.home / REPORT
    report.write_text(page(result, result.story), encoding="utf-8")
    _tell(result, json_out, quiet)
    if not quiet and json_out != STDOUT:
        printer().print(
            say("report: {path}", path=report), markup=False, highlight=False, soft_wrap=True
        )
    for mismatch in result.mismatches if quiet else ():
        complain(f"money: {mismatch}")
    if not result.holds:
        raise typer.Exit(EXIT_FAILED)


def _run(
    purchases: Path | None, lines: str, setting: Setting, json_out: Path | None, quiet: bool
) -> Result:
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


LINE_SECONDS = 5.0  # between two lines off a terminal


# What each stage says when it begins.
STAGES = ("starting", "registering", "playing", "anchoring", "proving", "reading")


def _stage(what: str) -> str:
    """A step with its place among the stages: `3 of 6: playing`. One within a stage stays as it is."""
    place = next((n for n, word in enumerate(STAGES, start=1) if what.startswith(word)), None)
    return what if place is None else f"{place} of {len(STAGES)}: {what}"


class _Bar:
    """A progress bar for a terminal: stages, then the days of the history."""

    def __init__(self, progress: Progress, lines: int) -> None:
        self._progress = progress
        self._lines = lines
        self._task: TaskID = progress.add_task("", total=None, count="")

    def step(self, what: str) -> None:
        self._progress.update(self._task, description=_stage(what), count="")

    def day(self, day: Day, done: int, days: int, paid: int) -> None:
        self._progress.update(
            self._task,
            description=_stage(f"playing {_readable(day.day)}, {paid} of {self._lines} lines paid"),
            completed=done,
            total=days,
            count=f"{done}/{days} days",
        )


def _readable(day: date) -> str:
    return day.strftime("%Y-%m-%d")


class _Lines:
    """A line when a step begins, and one every few seconds while days are played: for a log or a pipe."""

    def __init__(self, lines: int, clock: Callable[[], float], tell: Callable[[str], None]) -> None:
        self._lines, self._clock, self._tell = lines, clock, tell
        self._began, self._told_at, self._told = clock(), -math.inf, ""

    def step(self, what: str) -> None:
        if what != self._told:
            self._say(_stage(what))
            self._told = what

    def day(self, day: Day, done: int, days: int, paid: int) -> None:
        if self._clock() - self._told_at >= LINE_SECONDS:
            self._say(
                f"{_readable(day.day)}  {paid} of {self._lines} lines paid, {done} of {days} days"
            )

    def _say(self, what: str) -> None:
        self._told_at = self._clock()
        self._tell(f"{self._told_at - self._began:5.0f} s  {what}")


def _play(history: History, setting: Setting, quiet: bool) -> Result:
    console = printer(stderr=True)
    if quiet or not console.is_terminal:

        def tell(line: str) -> None:
            if not quiet:
                typer.echo(line, err=True)

        return play(history, setting, _Lines(len(history.purchases), time.monotonic, tell))
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
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
