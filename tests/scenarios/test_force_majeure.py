"""force-majeure: declared days that nobody disputes are applied by the bridge, and lateness in them costs nothing."""

from __future__ import annotations

from tests.world import DAY, World


def declare(world: World, region: bytes, day: int, count: int) -> None:
    """The reporter declares days."""
    world.transact("reporter", "ForceMajeure", "declare", region, day, count, world.reference())
    world.settle()


def test_days_that_nobody_disputes_stand_by_the_keepers_call_and_are_kept(world: World) -> None:
    region, today = world.reference(), world.now // DAY
    declare(world, region, today - 2, 3)
    declared = world.last("force_majeure_declaration").fields
    assert (declared["from_day"], declared["count"], declared["evidence"]) == (today - 2, 3, None)
    assert world.documents("force_majeure") == []
    world.node.reach_time(declared["dispute_by"])
    world.settle()
    assert world.last("force_majeure").fields["added"] == 3
    days = world.sql("SELECT day FROM force_majeure_day WHERE region = :r", r="0x" + region.hex())
    assert sorted(row[0] for row in days) == [today - 2, today - 1, today]
    world.assert_nothing_waits()


def test_disputed_days_stand_only_when_the_time_for_a_ruling_is_over(world: World) -> None:
    region, today = world.reference(), world.now // DAY
    declare(world, region, today, 1)
    declared = world.last("force_majeure_declaration").fields
    number = declared["declaration_id"]
    world.transact("SUPPLIER", "ForceMajeure", "dispute", number, world.reference())
    world.node.reach_time(declared["dispute_by"])
    world.settle()
    assert world.documents("force_majeure") == []
    (at,) = world.bridge.gateway.view("ForceMajeure", "standsAt", number)
    world.node.reach_time(int(at))
    world.settle()
    assert world.last("force_majeure").fields["declaration_id"] == number
    world.assert_nothing_waits()
