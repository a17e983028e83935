"""The bridge dies again and again, before and after its commits and its sends: nothing is lost, nothing is doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.killing import ends_the_same
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


@pytest.mark.parametrize("seed", [1])
def test_dying_around_commits_and_sends_changes_nothing(
    worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    least = {"commit": 41, "send": 6}
    world = ends_the_same(worlds, tmp_path, monkeypatch, play, seed, least)
    assert [d.fields["delivery_id"] for d in world.documents("payment")] == [1, 2]
    world.close()
