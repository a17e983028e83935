"""Anybody may make the keeper's calls: one that somebody else made in the same block is asked again, and is no alarm."""

from __future__ import annotations

import pytest

from bridge.ring import confirm
from scripts.plays.acts.minutes import SLOT_SECONDS, Machine
from tests.world import BUYER, DAY, World

OUTBOX = "SELECT status FROM bridge_outbox WHERE function = 'settle' ORDER BY status"
TRIES = (
    "SELECT count(*) FROM bridge_attempt a JOIN bridge_outbox o ON o.id = a.outbox_id "
    "WHERE o.function = 'settle'"
)


def settled_twice_at_once(world: World) -> None:
    """Two documents ask for the settlement of one run, and both are due after a long silence of the bridge."""
    machine = Machine(world)
    run = machine.redeem(BUYER, machine.buy(BUYER, 100, 140), 100)
    machine.run(run, 90)
    world.node.reach_time(machine.start + SLOT_SECONDS + 4 * DAY)
    world.settle()


def test_a_call_that_was_overtaken_is_asked_again_and_moot(world: World) -> None:
    settled_twice_at_once(world)
    assert [status for (status,) in world.sql(OUTBOX)] == ["confirmed", "moot"]
    assert world.sql(TRIES) == [(2,)]  # the second was signed once, reverted, and not signed again
    assert "reverted" not in world.alarms()
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_it_is_asked_a_bounded_number_of_times(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirm, "ATTEMPTS_MAX", 1)
    settled_twice_at_once(world)
    assert [status for (status,) in world.sql(OUTBOX)] == ["confirmed", "reverted"]
    assert "reverted" in world.alarms()
