"""A play with a bridge that is killed again and again, and the same play in quiet: books and contracts end the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.faults.books import books
from tests.faults.crashes import DyingWorld
from tests.world import World
from tests.worlds import Worlds

Play = Callable[[World], object]


def unchanged(world: World) -> World:
    """The world as it is."""
    return world


def ends_the_same(
    worlds: Worlds,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    play: Play,
    seed: int,
    least: Mapping[str, int],
    changed: Callable[[World], World] = unchanged,
    commits_spared: int = 1,
) -> World:
    """Plays in quiet, and again while the bridge dies at moments of `seed`; the second world, for the caller to close.

    `least`: how often it must have died at each step of `Deaths`, which spares some. `changed`: what becomes of the second
    world before the play. Fails when documents, figures or tokens differ, something waits, an alarm was raised, or the
    audit does not hold.
    """
    (home / "quiet").mkdir()
    quiet = worlds.fresh(home / "quiet")
    play(quiet)
    quiet.assert_audit_holds()
    expected = books(quiet)
    quiet.close()
    world = changed(worlds.fresh(home))
    with monkeypatch.context() as patch:
        dying = DyingWorld(world, patch, seed, commits_spared)
        play(world)
    died = dying.deaths.at
    assert all(died[step] >= often for step, often in least.items()), f"died {died}, not {least}"
    world.settle()
    found = books(world)
    assert found == expected, {
        of: (found[of], expected[of]) for of in found if found[of] != expected[of]
    }
    world.assert_nothing_waits()
    assert not world.alarms(), world.alarms()
    world.assert_audit_holds()
    return world
