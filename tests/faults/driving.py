"""Running the daemon's own loop in the test's process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.ring.daemon import Daemon
from tests.world import World

PASSES_MAX = 500


def run_daemon(
    world: World, until: Callable[[], bool], sleep: Callable[[float], None] = lambda _: None
) -> None:
    """Walks the ring as `interlock bridge run` does, until something is the case."""
    passes = 0

    def stopping() -> bool:
        nonlocal passes
        passes += 1
        if passes > PASSES_MAX:
            pytest.fail(f"not reached within {PASSES_MAX} passes")
        return until()

    daemon: Daemon = world.bridge.daemon
    daemon._sleep = sleep
    daemon.run(stopping)
