"""Being asked to stop by SIGINT or SIGTERM: once is enough, and asking again changes nothing.

After the first of them both stay ignored to the end of the process: one that came while it stops would leave half of it
running, and one that came while Python takes itself apart would kill it, and its exit code would say so.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

STOPPING = (signal.SIGINT, signal.SIGTERM)
AGAIN_SECONDS = 0.01  # after an interrupt was lost
RACE = "ignored due to race condition"  # what CPython says of a signal that came just before it was ignored


def asked_to_stop() -> Callable[[], bool]:
    """From now on both signals end no process by themselves; what is returned says whether one of them came."""
    asked = False

    def remember() -> None:
        nonlocal asked
        asked = True

    _on_the_first(remember)
    return lambda: asked


def interrupt_once() -> dict[signal.Signals, Any]:
    """From now on the first of both signals raises KeyboardInterrupt. Returns the handlers as they were before."""
    _again_where_lost()
    return _on_the_first(_interrupt)


def _interrupt() -> None:
    raise KeyboardInterrupt


def _again_where_lost() -> None:
    """Python prints and drops what is raised while it finalises an object: there it is raised once more, a moment later."""
    others = sys.unraisablehook

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            others(lost)
            return
        signal.signal(signal.SIGALRM, lambda *_: _interrupt())
        signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)

    sys.unraisablehook = hook


def forget_the_interrupt() -> None:
    """Who caught KeyboardInterrupt and ends with an exit code of its own calls this, or Python may end otherwise.

    CPython 3.11 notes a KeyboardInterrupt that leaves a text run by `exec`, as the making of a dataclass is one, and
    clears the note only when another text is run. A program started by `python -m` then sends SIGINT to itself at its
    very end, though the interrupt was caught long ago.
    """
    exec("")  # noqa: S102 - a text of nothing


def _without_the_race() -> None:
    """Python prints an OSError where a signal is ignored that had come before it was: that is as it is meant here."""
    others = sys.unraisablehook

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if issubclass(lost.exc_type, OSError) and RACE in str(lost.exc_value):
            return
        others(lost)

    sys.unraisablehook = hook


def _on_the_first(act: Callable[[], None]) -> dict[signal.Signals, Any]:
    _without_the_race()

    def handle(_signal: int, _frame: FrameType | None) -> None:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        act()

    return {number: signal.signal(number, handle) for number in STOPPING}
