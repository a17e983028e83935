"""Lines that are bought at the same time, by the chain's own clock: on a network whose time nobody can move."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from ..stage.errors import Broken
from ..stage.node import Clock
from .clerks import Clerks
from .following import Following, LineState
from .people import Market
from .plan import Day

STEP_SECONDS = 600.0  # for what the ring does by itself between two acts of people
LOOK_SECONDS = 0.3


class Step(NamedTuple):
    """One act of people, and what follows by itself."""

    name: str
    act: Callable[[], None]


class Wave:
    """Some lines of a plan, from falling stock to payment: everybody acts for all of them at once."""

    def __init__(
        self,
        clerks: Clerks,
        market: Market,
        following: Following,
        clock: Clock,
        catch_up: Callable[[], None],
        lines: Sequence[int],
    ) -> None:
        """`lines`: their positions in the plan. `catch_up` waits for the ring and reads what came of each line."""
        self._clerks = clerks
        self._market = market
        self._following = following
        self._clock = clock
        self._catch_up = catch_up
        self._lines = tuple(lines)

    def steps(self) -> Iterator[Step]:
        """The acts in order; each returns when the ring has done its part."""
        yield Step("stock falls, tenders open", self._open)
        yield Step("bids are sealed", self._bid)
        yield Step("bids are revealed", self._reveal)
        yield Step("orders are awarded and funded", self._award)
        yield Step("goods leave", self._ship)
        yield Step("goods arrive, suppliers are paid", self._receive)

    @property
    def _states(self) -> list[LineState]:
        return [self._following.states[at] for at in self._lines]

    def _day(
        self,
        *,
        opens: Sequence[int] = (),
        commits: Sequence[int] = (),
        reveals: Sequence[int] = (),
        ships: Sequence[int] = (),
        receives: Sequence[int] = (),
    ) -> Day:
        today = datetime.fromtimestamp(self._clock.now(), UTC).date()
        acts = map(tuple, (opens, commits, reveals, ships, receives))
        return Day(today, *acts, awards=False)

    def _open(self) -> None:
        day = self._day(opens=self._lines)
        self._clerks.day(day, self._following.states, self._clock.now())
        self._until("tenders", lambda state: state.tender is not None)

    def _bid(self) -> None:
        self._market.day(self._day(commits=self._lines), self._following.states)

    def _reveal(self) -> None:
        self._clock.wait(max(state.tendered().commit_end for state in self._states))
        self._market.day(self._day(reveals=self._lines), self._following.states)

    def _award(self) -> None:
        self._clock.wait(max(state.tendered().reveal_end for state in self._states))
        self._until("orders", lambda state: state.order is not None)

    def _ship(self) -> None:
        self._market.day(self._day(ships=self._lines), self._following.states)
        self._until("despatches", lambda state: state.delivery_id is not None)

    def _receive(self) -> None:
        day = self._day(receives=self._lines)
        self._clerks.day(day, self._following.states, self._clock.now())
        self._until("payments", lambda state: state.paid)

    def _until(self, what: str, done: Callable[[LineState], bool]) -> None:
        """Waits until the ring has done its part for every line. Raises Broken after STEP_SECONDS."""
        give_up = time.monotonic() + STEP_SECONDS
        while True:
            self._catch_up()
            missing = [s.line.purchase.id for s in self._states if not done(s)]
            if not missing:
                return
            if time.monotonic() > give_up:
                raise Broken(f"no {what} of {missing[:10]} after {STEP_SECONDS:.0f} s")
            time.sleep(LOOK_SECONDS)
