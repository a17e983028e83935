"""The end of a play: everything is booked and anchored before it is proved."""

from __future__ import annotations

import time

from bridge.bootstrap import Bridge, build
from bridge.errors import Retryable
from bridge.operator.status import is_quiet, status
from bridge.store.lock import sole_daemon_of

from .errors import Broken
from .workdir import Workdir

FLUSH_TIMEOUT_SECONDS = 240.0
FLUSH_PAUSE_SECONDS = 0.05


def flush(home: Workdir) -> Bridge:
    """Runs a bridge until everything is booked and anchored, and returns it. Raises Broken after FLUSH_TIMEOUT_SECONDS.

    Blocks may come faster than a pass of the ring lasts, so that no pass finds nothing to do. Therefore it is done when all
    is read up to a block that was the newest once all was done before, and no document came of it.
    """
    bridge = build(home.config(anchor_wait_seconds=0.0))
    deadline = time.monotonic() + FLUSH_TIMEOUT_SECONDS
    with sole_daemon_of(bridge.engines):
        bridge.store.take_over()
        newest = None
        while True:
            before = newest
            newest = _done(bridge, bridge.client.height(), deadline)
            if newest == before:
                return bridge


def _done(bridge: Bridge, block: int, deadline: float) -> int:
    """Passes of the ring until all that stands up to this block is done; the ERP's newest document. Raises Broken."""
    hindered: Retryable | None = None
    while True:
        try:
            busy = any(bridge.daemon.once().values())
        except Retryable as error:  # a node that is away, a chain that forks: it goes on
            busy, hindered = False, error
        newest = bridge.port.last_sequence()
        quiet = is_quiet(bridge.store, block, newest)
        if quiet and not status(bridge.store, None, newest)["unanchored"]:
            return newest
        if time.monotonic() > deadline:
            now = status(bridge.store, None, newest)
            raise Broken(f"the bridge does not finish block {block}: {now}") from hindered
        if not busy:
            time.sleep(FLUSH_PAUSE_SECONDS)
