"""The bridge dies again and again, before and after its commits and its sends: nothing is lost, nothing is doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.books import books
from tests.faults.crashes import DyingWorld
from tests.world import DAY, World
from tests.worlds import Worlds

BIDS = {"SUPPLIER": 1_000_003, "RIVAL": 1_000_004}


def play(world: World) -> None:
    """One order in two deliveries, some of it rejected, one bid never revealed."""
    tender = world.open_tender()
    for who, amount in BIDS.items():
        world.commit(who, tender, amount)
    world.node.reach_time(tender.fields["commit_end"])
    world.reveal("SUPPLIER", tender)
    world.node.reach_time(tender.fields["reveal_end"])
    world.settle()
    order = world.last("purchase_order")
    first = world.ship("SUPPLIER", order, 60)
    world.wait(DAY)
    world.deliver(order, first, received=60, accepted=50, net=500_001, number="INV-1")
    second = world.ship("SUPPLIER", order, 50)
    world.wait(DAY)
    world.deliver(order, second, received=50, accepted=50, net=500_002, number="INV-2")


@pytest.mark.parametrize("seed", [1, 2])
def test_dying_around_commits_and_sends_changes_nothing(
    worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    (tmp_path / "quiet").mkdir()
    quiet = worlds.fresh(tmp_path / "quiet")
    play(quiet)
    quiet.assert_audit_holds()
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
    world.assert_nothing_waits()
    assert set(world.alarms()) == set()
    world.assert_audit_holds()
