"""`interlock demo`: what a person types."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Annotated

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
from .errors import DemoError, Unusable
from .node import check_chain
from .plan import AwardMode, Day
from .play import Setting, play
from .purchases import CARRIED, History, read_history
from .report import Result
from .summary import show

DEFAULT_LINES = "150"
DEFAULT_HOME = Path("build/demo")
EXIT_FAILED = 1  # it was played and does not hold, or broke off
EXIT_UNUSABLE = 2  # nothing was started
EXIT_INTERRUPTED = 130
STDOUT = Path("-")


def demo(
    purchases: Annotated[
        Path | None,
        typer.Option(help="SCMS delivery history, csv or csv.gz; default: the carried part of it."),
    ] = None,
    lines: Annotated[
        str, typer.Option(help="How many Direct Drop lines to read, from the top; or 'all'.")
    ] = DEFAULT_LINES,
    award: Annotated[
        AwardMode,
        typer.Option(help="history: the vendor of the history wins; market: the best bid wins."),
    ] = AwardMode.HISTORY,
    chain: Annotated[
        str, typer.Option(help="hardhat, ganache or anvil: started and stopped; or a node's URL.")
    ] = "hardhat",
    db: Annotated[
        str | None, typer.Option(help="URL of an empty database; default: SQLite in the home.")
    ] = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the result here; '-': standard output.")
    ] = None,
    home: Annotated[
        Path, typer.Option(help="Folder of database, keys, settings and log; made anew.")
    ] = DEFAULT_HOME,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Play real purchase history from falling stock to T+0 payment, and prove that ERP and chain tell one story.

    Each line becomes a requisition, a sealed-bid tender, an order with escrow, a delivery and a payment, on the chain and
    in the books, at the time of the history. Exit 0 only if the audit holds and the money adds up to the cent; 1 if it
    does not, with the difference named; 2 if the input is not usable and nothing was started.

    Examples: `interlock demo --lines 30`, `interlock demo --award market`, `interlock demo --chain anvil --json out.json`
    """
    result = _guarded(
        lambda: _run(purchases, lines, Setting(award, chain, db, home), json_out, quiet)
    )
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
    except (DemoError, DevChainError, BridgeError) as error:
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

    def stage(self, what: str) -> None:
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
