"""Somebody kills the bridge's daemon again and again while a scenario is played, at instants drawn from a seed."""

from __future__ import annotations

import threading
from random import Random

from ..stage.ring import Ring

CHANCE = 0.7  # that a step is one in which the daemon is killed
DELAY_SECONDS = (
    0.4  # from the beginning of such a step, at most: about as long as the bridge needs for one
)


class Killer:
    """Kills the daemon up to so many times, each time in another step, at any instant of it."""

    def __init__(self, ring: Ring, times: int, seed: int) -> None:
        self._ring = ring
        self._left = times
        self._dice = Random(seed)  # noqa: S311 - a lot
        self._timer: threading.Timer | None = None
        self.count = 0  # kills so far

    def step_begins(self) -> None:
        """Draws whether and when the daemon dies in the step that begins now. One that is due before is not forgotten."""
        if self._timer is not None:
            self._timer.join()
        if self._left and self._dice.random() < CHANCE:
            self._left -= 1
            self._timer = threading.Timer(self._dice.uniform(0, DELAY_SECONDS), self._kill)
            self._timer.daemon = True
            self._timer.start()

    def stop(self) -> None:
        """Nobody is killed any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()

    def _kill(self) -> None:
        if self._ring.runs:
            self._ring.kill()
            self.count += 1
