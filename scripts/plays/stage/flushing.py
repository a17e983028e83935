"""The end of a play: everything is booked and anchored before it is proved."""

from __future__ import annotations

import time

from bridge.bootstrap import Bridge, build
from bridge.operator.status import is_quiet, status
from bridge.store.lock import sole_daemon_of

from .errors import Broken
from .workdir import Workdir

FLUSH_TIMEOUT_SECONDS = 120.0
FLUSH_PAUSE_SECONDS = 0.05


def flush(home: Workdir) -> Bridge:
    """Runs a bridge until everything is booked and anchored, and returns it. Raises Broken after FLUSH_TIMEOUT_SECONDS."""
    bridge = build(home.config(anchor_wait_seconds=0.0))
    deadline = time.monotonic() + FLUSH_TIMEOUT_SECONDS
    with sole_daemon_of(bridge.engines):
        bridge.store.take_over()
        while True:
            bridge.daemon.until_quiet()
            head = bridge.client.head().number
            newest = bridge.port.last_sequence()
            now = status(bridge.store, head, newest)
            if is_quiet(bridge.store, head, newest) and not now["unanchored"]:
                return bridge
            if time.monotonic() > deadline:
                raise Broken(f"the bridge does not finish: {now}")
            time.sleep(FLUSH_PAUSE_SECONDS)
