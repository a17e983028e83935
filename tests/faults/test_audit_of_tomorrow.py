"""Attack E12: the clock was ahead while an audit ran, and was set right; no audit is run any more, and nobody is told."""

from __future__ import annotations

from bridge.watch.ready import Advance, reasons
from bridge.watch.sample import take
from tests.world import DAY, World

YEAR = 365 * DAY


def test_that_no_audit_was_run_for_a_month_is_a_reason(world: World) -> None:
    world.settle()
    bridge = world.bridge
    world.clock.ahead = YEAR
    bridge.audit.note(world.audit())
    world.clock.ahead = 30 * DAY  # a month went by since, with no audit
    sample = take(bridge.store, bridge.port, bridge.client)
    advance = Advance(lambda: 0.0)
    told = reasons(sample, {}, 0.0, advance, 0.0, 0, audit_age_max=2 * DAY)
    assert any("the last audit" in said for said in told), sample.audited
