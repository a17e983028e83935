"""How a play ends as a program: exit codes, what went wrong in one line, and the result as a file."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.console import Console

from bridge.errors import BridgeError
from bridge.operator.printing import printer
from bridge.operator.saying import say
from bridge.operator.stopping import forget_the_interrupt, interrupt_once

from ...devchain.devchain import DevChainError
from ...shell.telling import Told, told_of
from .errors import PlayError, Unusable

EXIT_FAILED = 1  # it was played and does not hold, or broke off
EXIT_UNUSABLE = 2  # nothing was started
EXIT_INTERRUPTED = 130
LOOK = "look at the logs in the play's home; then the same command again"
STDOUT = Path("-")
STOPPING = (signal.SIGINT, signal.SIGTERM)

R = TypeVar("R")


def guarded(run: Callable[[], R]) -> R:
    """The result, or the exit code that stands for what went wrong, told in words."""
    try:
        with _interrupted_once():
            return run()
    except Unusable as error:
        complain_of(error)
        raise typer.Exit(EXIT_UNUSABLE) from error
    except (PlayError, DevChainError, BridgeError) as error:
        complain_of(error)
        raise typer.Exit(EXIT_FAILED) from error
    except KeyboardInterrupt:
        forget_the_interrupt()
        errors().print(say("interrupted; everything that was started is stopped"), soft_wrap=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None


def errors() -> Console:
    """A console on standard error."""
    return printer(stderr=True)


def complain(told: str) -> None:
    """Prints what is wrong on standard error."""
    errors().print(told, style="red", markup=False, highlight=False, soft_wrap=True)


def complain_of(error: Exception) -> None:
    """Prints what was wrong, what to try, and the error's name."""
    known = told_of(error)
    if known is None:
        hint = "interlock --help" if isinstance(error, Unusable) else say(LOOK)
        known = Told(str(error), hint, type(error).__name__, EXIT_FAILED)
    complain(str(known))


def check_writable(path: Path | None) -> None:
    """Raises Unusable now rather than after the play."""
    if path is None or path == STDOUT:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise Unusable(f"cannot write the result to {path}: {error.strerror}") from error


def write_json(result: Any, path: Path) -> None:
    """Writes a result as JSON to a file, or to standard output for `-`."""
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    if path == STDOUT:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


@contextmanager
def _interrupted_once() -> Iterator[None]:
    """SIGINT and SIGTERM end a play alike: with everything stopped. Who asks again while it stops changes nothing."""
    before = interrupt_once()
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException:
        _restore(before)
        raise
    else:
        _restore(before)


def _restore(handlers: dict[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
