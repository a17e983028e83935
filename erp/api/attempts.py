"""Who knocks too often waits: failures counted by key, in bounded memory. Pure, save for the clock that is passed in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

MAX_DOUBLINGS = 30  # of a pause; any bound of pauses is reached long before


@dataclass(frozen=True, slots=True)
class Patience:
    """How many attempts are free, how long the first pause is (it doubles), its bound, and when all is forgotten."""

    free: int
    first_seconds: float
    longest_seconds: float
    forgotten_seconds: float


@dataclass(slots=True)
class Tally:
    """Attempts of one key without a success between them."""

    count: int
    last: float
    until: float  # before, no attempt is taken


class Attempts:
    """Attempts by key. `ticks` gives seconds that never go back; `kept` bounds the keys, the longest idle is forgotten.

    To have a key forgotten one needs `kept` attempts by other keys, each with the work of one.
    """

    def __init__(self, patience: Patience, kept: int, ticks: Callable[[], float]) -> None:
        self._patience, self._kept, self._ticks = patience, kept, ticks
        self._tallies: OrderedDict[str, Tally] = OrderedDict()

    def take(self, key: str) -> int:
        """Counts an attempt before it is made, and returns 0; or the seconds to wait, and then it is not counted."""
        now, patience = self._ticks(), self._patience
        tally = self._tallies.pop(key, None)
        if tally is None or now - tally.last > patience.forgotten_seconds:
            tally = Tally(0, now, now)
        self._tallies[key] = tally
        while len(self._tallies) > self._kept:
            self._tallies.popitem(last=False)
        if now < tally.until:
            return ceil(tally.until - now)
        tally.count, tally.last = tally.count + 1, now
        beyond = tally.count - patience.free
        if beyond >= 0:
            pause = patience.first_seconds * 2 ** min(beyond, MAX_DOUBLINGS)
            tally.until = now + min(pause, patience.longest_seconds)
        return 0

    def succeeded(self, key: str) -> None:
        """Forgets the attempts of a key."""
        self._tallies.pop(key, None)

    def given_back(self, key: str) -> None:
        """Takes one attempt back: it was no failure, though others of the same key may have been."""
        tally = self._tallies.get(key)
        if tally is not None:
            tally.count = max(0, tally.count - 1)
            tally.until = min(tally.until, self._ticks())

    def __len__(self) -> int:
        return len(self._tallies)
