"""What became of each stage lately, noted by the daemon and read by whoever watches it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class StageSeen:
    """Runs of one stage. Seconds are of a clock that never goes back."""

    runs: int = 0
    failures: int = 0
    seconds: float = 0.0  # spent in it, in all
    failing_since: float | None = None  # None: its last run went well
    error: str = ""  # of its last failure


class Stages:
    """The stages of one daemon, and when it began its last pass. Safe to read from another thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """`monotonic`: a clock in seconds that never goes back."""
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._seen: dict[str, StageSeen] = {}
        self._passed_at = monotonic()

    def note_pass(self) -> None:
        """A pass begins."""
        self._passed_at = self._monotonic()

    def note(self, name: str, seconds: float, error: Exception | None) -> None:
        """A stage ran for some seconds, and failed with an error or did not."""
        with self._lock:
            seen = self._seen.setdefault(name, StageSeen())
            seen.runs += 1
            seen.seconds += seconds
            if error is None:
                seen.failing_since, seen.error = None, ""
                return
            seen.failures += 1
            seen.error = f"{type(error).__name__}: {error}"
            if seen.failing_since is None:
                seen.failing_since = self._monotonic()

    @property
    def pass_age(self) -> float:
        """Seconds since the last pass began."""
        return self._monotonic() - self._passed_at

    def seen(self) -> dict[str, StageSeen]:
        """A copy of what was noted, by the stage's name."""
        with self._lock:
            return {
                name: StageSeen(s.runs, s.failures, s.seconds, s.failing_since, s.error)
                for name, s in self._seen.items()
            }
