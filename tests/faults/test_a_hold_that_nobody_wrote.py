"""A row of `bridge_hold` keeps a payment waiting for ever: the audit says where nothing is in dispute."""

from __future__ import annotations

from bridge.audit import AuditReport
from tests.faults.administrator import paid
from tests.world import World


def holds(report: AuditReport) -> list[str]:
    """What the audit remarks of holds."""
    return [remark.row for remark in report.remarks if "on hold" in remark.detail]


def test_a_hold_without_a_dispute_is_remarked_until_it_is_lifted(world: World) -> None:
    paid(world)
    world.settle()
    assert holds(world.audit()) == []
    world.sql("INSERT INTO bridge_hold VALUES ('order:1', 'by nobody', 0)")
    report = world.audit()
    assert report.holds
    assert holds(report) == ["order:1"]
    world.bridge.audit.hold_payments(report)
    assert holds(world.audit()) == []
