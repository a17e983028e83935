"""Lives that overlap on one chain: whoever is due takes a step, the bridge walks until it is quiet, and then time passes."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random

from tests.scenarios.lives.life import Life
from tests.scenarios.lives.plans import LifePlan
from tests.scenarios.walk.hand import Hand
from tests.world import World

SLACK_SECONDS = (
    20 * 60
)  # whoever is due so soon after the first is waited for: one walk of the bridge serves them all


@contextmanager
def unhurried(world: World) -> Iterator[Callable[[], None]]:
    """People act without waiting for the bridge. What is given lets it walk until it is quiet."""
    settle = world.settle
    world.settle = lambda: None  # type: ignore[method-assign]
    try:
        yield settle
    finally:
        world.settle = settle  # type: ignore[method-assign]


def live(
    world: World,
    hand: Hand,
    plans: Sequence[LifePlan],
    at_work: Callable[[Life], None],
    ended: Callable[[Life], None],
) -> None:
    """Lives all of them; once the bridge is quiet `at_work` is called with each whose members work, `ended` at its end."""
    first = world.now
    lives = [Life(plan, hand) for plan in plans]
    paths = [life.steps(first) for life in lives]
    due = [(first, place) for place in range(len(lives))]
    with unhurried(world) as settle:
        while due:
            if due[0][0] > world.now:
                world.reach(max(moment for moment, _ in due if moment <= due[0][0] + SLACK_SECONDS))
                settle()
            now, over, working = world.now, [], []
            while due and due[0][0] <= now:
                _, place = heapq.heappop(due)
                until = next(paths[place], None)
                if until is None:
                    over.append(lives[place])
                else:
                    heapq.heappush(due, (max(until, now + 1), place))
                    working += [lives[place]] if lives[place].is_at_work else []
            settle()
            for life in working:
                at_work(life)
            for life in over:
                ended(life)


def a_hand(world: World, seed: str) -> Hand:
    """Whoever acts in all lives, and counts."""
    world.randomness = Random(f"salts of {seed}").randbytes
    return Hand(world, Random(seed))
