"""A chain group is formed, paid, changed, ended and rated while the bridge dies again and again: the books end the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.crashes import DyingWorld
from tests.groups import PLACES, enrol_nodes
from tests.lives.groups import a_life, nobody_comes, rate_each_other
from tests.world import World
from tests.worlds import Worlds

MADE = "SELECT command, count(*) FROM document_log GROUP BY command ORDER BY command"
KEPT = "SELECT entity, account, balance_minor FROM ledger_balance ORDER BY entity, account"


def play(world: World) -> None:
    """A group that nobody joins, and one with a rejection, a lost role, an added one, an end by consent, and ratings."""
    enrol_nodes(world)
    nobody_comes(world)
    rate_each_other(world, a_life(world))


def books(world: World) -> tuple[list[tuple[str, int]], list[tuple[str, str, int]]]:
    """How many documents of each kind there are, and every balance."""
    made = [(str(command), int(count)) for command, count in world.sql(MADE)]
    kept = [(str(of), str(account), int(left)) for of, account, left in world.sql(KEPT)]
    return made, kept


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_group_ends_the_same_when_the_bridge_dies_around_its_commits_and_sends(
    worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    (tmp_path / "quiet").mkdir()
    quiet = worlds.fresh(tmp_path / "quiet")
    play(quiet)
    expected = books(quiet)
    quiet.close()
    world = worlds.fresh(tmp_path)
    with monkeypatch.context() as patch:
        dying = DyingWorld(world, patch, seed)
        play(world)
        assert dying.deaths.at["commit"] > 40
        assert dying.deaths.at["send"] > 5
    world.settle()
    assert books(world) == expected
    assert {world.account(code, "1012.08") for code in PLACES} == {0}
    world.assert_nothing_waits()
    world.assert_audit_holds()
    world.close()
