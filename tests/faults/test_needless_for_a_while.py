"""Calls whose needlessness need not last, such as a release: what the audit says of a row that counts as *moot*.

Whoever can write to the database could otherwise have a call of the keeper never made, which anybody may make.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.audit import reading
from bridge.audit.model import AuditReport
from scripts.plays.acts.minutes import SLOT_SECONDS, Machine
from tests.faults.test_lost_intents import told
from tests.mailbox import ask, sign
from tests.scenarios.test_signing_statements import SIDES, change_of
from tests.world import DAY, World

HOLDER = "RIVAL"
ENDED = "UPDATE bridge_outbox SET status = 'moot', reason = 'done', try_at = 0 WHERE key LIKE :k"
EXPIRES, AMENDS = "capacity_purchase:%", "signature:%:amend_order"


def remarked(report: AuditReport) -> list[str]:
    assert report.holds
    return [each.detail for each in report.remarks if "nothing waits to make it" in each.detail]


def in_steps(world: World, folder: Path) -> AuditReport:
    """An audit that goes on from the one before."""
    report = world.bridge.audit.run(folder=folder)
    world.bridge.audit.note(report)
    return report


def bought(world: World, times: int = 1) -> Machine:
    """A machine of which somebody holds minutes that expire with their slot; each purchase asks for that."""
    machine = Machine(world)
    for _ in range(times):
        machine.buy(HOLDER, 50, 140)
    world.settle()
    return machine


def past(world: World, machine: Machine) -> None:
    """The slot is over, and the bridge has read that."""
    world.reach(machine.start + SLOT_SECONDS + 4 * DAY)
    world.node.mine()
    world.bridge.daemon.ring.ingest.run()


def test_a_call_that_counts_as_needless_before_its_time_is_missed(world: World) -> None:
    bought(world)
    world.assert_audit_holds()
    world.sql(ENDED, k=EXPIRES)
    (said,) = told(world)
    assert said.endswith("its time has not come")


def test_a_needless_call_that_the_chain_takes_and_nobody_makes_is_remarked_until_it_is_made(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "TURN_DOCUMENTS", 1)  # of a long log the turn is elsewhere
    machine = bought(world)
    past(world, machine)
    world.sql(ENDED, k=EXPIRES)
    world.settle()
    assert world.documents("capacity_expiry") == []  # what the purchase asks for never happens
    (said,) = remarked(in_steps(world, tmp_path))
    assert said.startswith("capacity_purchase:")
    assert "ended as not needed: done" in said
    assert len(remarked(in_steps(world, tmp_path))) == 1
    world.sql("UPDATE bridge_outbox SET status = 'pending' WHERE key LIKE :k", k=EXPIRES)
    assert remarked(in_steps(world, tmp_path)) == []
    world.settle()
    assert world.documents("capacity_expiry")
    assert remarked(in_steps(world, tmp_path)) == []


def test_a_needless_call_that_another_waits_to_make_is_not_remarked(world: World) -> None:
    machine = bought(world, times=2)
    past(world, machine)
    ((first,), (_,)) = world.sql(
        "SELECT key FROM bridge_outbox WHERE key LIKE :k ORDER BY id", k=EXPIRES
    )
    world.sql(ENDED, k=first)
    assert remarked(world.audit()) == []
    world.sql(ENDED, k=EXPIRES)
    assert len(remarked(world.audit())) == 2


@pytest.mark.node
def test_a_call_that_nothing_makes_needless_is_missed(world: World) -> None:
    order = world.tender({"SUPPLIER": 1_000_000})
    fields = change_of(world, order)
    for code, asked in {code: ask(world, code, "amend_order", **fields) for code in SIDES}.items():
        sign(world, asked, code)
    world.assert_audit_holds()
    world.sql(ENDED, k=AMENDS)
    (said,) = told(world)
    assert said.endswith("nothing makes such a call needless")
