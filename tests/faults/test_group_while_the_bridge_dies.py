"""A chain group is formed, paid, changed, ended and rated while the bridge dies again and again: the books end the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.killing import ends_the_same
from tests.groups import PLACES, enrol_nodes
from tests.lives.groups import a_life, nobody_comes, rate_each_other
from tests.world import World
from tests.worlds import Worlds


def play(world: World) -> None:
    """A group that nobody joins, and one with a rejection, a lost role, an added one, an end by consent, and ratings."""
    enrol_nodes(world)
    nobody_comes(world)
    rate_each_other(world, a_life(world))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_a_group_ends_the_same_when_the_bridge_dies_around_its_commits_and_sends(
    worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    least = {"commit": 41, "send": 6}
    world = ends_the_same(worlds, tmp_path, monkeypatch, play, seed, least)
    assert {world.account(code, "1012.08") for code in PLACES} == {0}
    world.close()
