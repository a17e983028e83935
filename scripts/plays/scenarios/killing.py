"""Somebody kills the bridge's daemon again and again while a scenario is played, at instants drawn from a seed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from ..stage.ring import Ring

LIFE_SECONDS = (
    0.5,
    6.0,
)  # of a daemon before it is killed: from its start to the middle of its work
LOOK_SECONDS = 0.02


@dataclass(slots=True)
class Killings:
    """How often the daemon was killed so far."""

    count: int = 0


@contextmanager
def killed(ring: Ring, times: int, seed: int) -> Iterator[Killings]:
    """The daemon is killed up to so many times inside of the block, each time after a life of random length."""
    killings, over, dice = Killings(), threading.Event(), Random(seed)  # noqa: S311 - a lot

    def kill_on() -> None:
        while killings.count < times and not over.is_set():
            _wait_until_alive(ring, over)
            if over.wait(dice.uniform(*LIFE_SECONDS)):
                return
            if ring.runs:
                ring.kill()
                killings.count += 1

    killer = threading.Thread(target=kill_on, name="killer", daemon=True)
    if times:
        killer.start()
    try:
        yield killings
    finally:
        over.set()
        if times:
            killer.join()


def _wait_until_alive(ring: Ring, over: threading.Event) -> None:
    while not ring.runs and not over.is_set():
        time.sleep(LOOK_SECONDS)
