"""A lagging back end hides the receipt of an anchor: it is taken for replaced, and found on the chain already."""

from __future__ import annotations

import pytest

from bridge.chain.gateway import Gateway
from tests.faults.administrator import paid
from tests.world import World

LATER = 10.0  # seconds: more than confirm waits before it looks after an unmined transaction


def test_an_anchor_taken_for_replaced_is_moot_and_anchoring_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(world)
    world.issue()
    world.bridge.report.run()
    ring = world.bridge.daemon._ring
    ring.submit.run()
    with monkeypatch.context() as patch:
        patch.setattr(Gateway, "receipts", lambda _self, hashes: ([None for _ in hashes], 0))
        world.clock.sleep(LATER)
        ring.confirm.run()
    assert "was used by another transaction" in world.alarms()["replaced"]
    world.settle()
    ended = world.sql("SELECT key FROM bridge_outbox WHERE status = 'moot' AND key LIKE 'anchor:%'")
    assert len(ended) == 1
    assert world.status()["stuck"] == []
    world.assert_audit_holds()

    world.issue()
    world.settle()
    assert world.status()["unanchored"] == 0
    (newest,) = world.sql(
        "SELECT status FROM bridge_outbox WHERE key LIKE 'anchor:%' ORDER BY id DESC"
    )[0]
    assert newest == "confirmed"
    world.assert_nothing_waits()
    world.assert_audit_holds()
