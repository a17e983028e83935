"""Attack 7: what was sent while the clock was ahead is asked about, whatever a node said of its block."""

from __future__ import annotations

from bridge.store import lanes
from bridge.store.store import Store
from tests.bridge.test_lanes import ALICE, mined


def test_what_was_sent_while_the_clock_was_ahead_is_not_left_alone_until_then(store: Store) -> None:
    now = 1_000.0
    with store.unit() as session:
        mined(store, session, ALICE, 0, block=7, at=now + 30 * 86_400)
        not_final = lanes.NotFinal(range(6, 10), since=now - 60.0)
        assert [each.nonce for each in lanes.lowest(session, 9, not_final)] == [0]
