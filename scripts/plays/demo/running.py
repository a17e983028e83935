"""`interlock demo` at work: reads, plays, tells, and turns what went wrong into an exit code."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType

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

from bridge.errors import BridgeError
from bridge.operator.printing import printer

from ...devchain.devchain import DevChainError
from ..stage.errors import PlayError, Unusable
from ..stage.node import check_chain
from .plan import Day
from .play import Setting, play
from .purchases import CARRIED, History, read_history
from .report import Result
from .summary import show

EXIT_FAILED = 1  # it was played and does not hold, or broke off
EXIT_UNUSABLE = 2  # nothing was started
EXIT_INTERRUPTED = 130
STDOUT = Path("-")


def run(
    purchases: Path | None,
    lines: str,
    setting: Setting,
    json_out: Path | None,
    quiet: bool,
) -> None:
    """Plays, tells, and exits as `interlock demo` says."""
    result = _guarded(lambda: _run(purchases, lines, setting, json_out, quiet))
    _tell(result, json_out, quiet)
    for mismatch in result.mismatches if quiet else ():
        _errors().print(f"money: {mismatch}", style="red", markup=False, highlight=False)
    if not result.holds:
        raise typer.Exit(EXIT_FAILED)


def _run(
    purchases: Path | None, lines: str, setting: Setting, json_out: Path | None, quiet: bool
) -> Result:
    check_chain(setting.chain)
    history = _read(purchases or CARRIED, _count(lines))
    _check_writable(json_out)
    return _play(history, setting, quiet)


def _guarded(run: Callable[[], Result]) -> Result:
    """The result, or the exit code that stands for what went wrong, told in words."""
    try:
        with _terminated_like_interrupted():
            return run()
    except Unusable as error:
        _complain(error)
        raise typer.Exit(EXIT_UNUSABLE) from error
    except (PlayError, DevChainError, BridgeError) as error:
        _complain(error)
        raise typer.Exit(EXIT_FAILED) from error
    except KeyboardInterrupt:
        _errors().print("interrupted; everything that was started is stopped")
        raise typer.Exit(EXIT_INTERRUPTED) from None


def _errors() -> Console:
    return Console(stderr=True, soft_wrap=True, emoji=False)


def _check_writable(path: Path | None) -> None:
    """Raises Unusable now rather than after the play."""
    if path is None or path == STDOUT:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise Unusable(f"cannot write the result to {path}: {error.strerror}") from error


def _complain(error: Exception) -> None:
    _errors().print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False)


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


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends as Ctrl-C does: with everything stopped."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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
    text = json.dumps(result.as_json(), indent=2, ensure_ascii=False) + "\n"
    if json_out == STDOUT:
        sys.stdout.write(text)
        return
    if json_out is not None:
        json_out.write_text(text, encoding="utf-8")
    if not quiet:
        show(result, printer())
