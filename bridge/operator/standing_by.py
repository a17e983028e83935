"""Several bridges on one database: one works, the others stand by, and the first of them to notice takes over.

The database elects: its lock has one holder, and goes with the holder's process or connection. Who stood by builds its
bridge anew before it works, since contracts may have been added meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bridge.bootstrap import Bridge
from bridge.errors import AlreadyRunning
from bridge.store.lock import sole_daemon_of

STAND_BY_SECONDS = 1.0  # between two looks whether the database is free

logger = logging.getLogger("interlock.bridge")


@contextmanager
def working_bridge(
    build: Callable[[], Bridge],
    *,
    stand_by: bool,
    stopped: Callable[[], bool],
    sleep: Callable[[float], None],
    say: Callable[[str], None],
) -> Iterator[Bridge | None]:
    """The one bridge that works on its database until the block ends; None when it was stopped while it stood by.

    Raises AlreadyRunning when another works there and this one is not to stand by.
    """
    bridge = build()
    with ExitStack() as held:
        held.callback(bridge.close)
        if _take(held, bridge.engines, may_fail=stand_by):
            yield _taken_over(bridge)
            return
        say("another bridge works on this database: this one stands by")
        while not stopped():
            sleep(STAND_BY_SECONDS)
            if _take(held, bridge.engines, may_fail=True):
                fresh = build()
                held.callback(fresh.close)
                yield _taken_over(fresh)
                return
        yield None


def _taken_over(bridge: Bridge) -> Bridge:
    bridge.store.take_over()
    return bridge


def _take(held: ExitStack, engines: Sequence[Engine], *, may_fail: bool) -> bool:
    """True when the databases are this process's until `held` is closed."""
    try:
        held.enter_context(sole_daemon_of(engines))
    except AlreadyRunning:
        if not may_fail:
            raise
        return False
    except DBAPIError as error:  # the database itself is away: whoever works there waits, too
        if not may_fail:
            raise
        logger.warning("stands by, and the database does not answer: %s", error.orig)
        return False
    return True
