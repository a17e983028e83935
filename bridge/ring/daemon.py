"""One pass of the ring, then the next. Nothing is done directly in reaction to an outside event."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bridge.errors import NodeIncomplete, NodeUnavailable, Retryable
from bridge.store.store import Store

BACKOFF_FIRST_SECONDS = 0.5
BACKOFF_MAX_SECONDS = 30.0
ONCE_PASSES_MAX = 1_000  # passes until `once` gives up waiting for quiet

logger = logging.getLogger("interlock.bridge")


class Stage(Protocol):
    """A stage of the ring: reads its tables, does a bounded piece of work, writes its tables."""

    def run(self) -> int:
        """Does a bounded piece of work; how much there was."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The six stages in the order in which a pass runs them."""

    ingest: Stage
    dispatch: Stage
    report: Stage
    submit: Stage
    mailbox: Stage
    confirm: Stage

    def stages(self) -> tuple[tuple[str, Stage], ...]:
        """Name and stage, in order."""
        return (
            ("ingest", self.ingest),
            ("dispatch", self.dispatch),
            ("report", self.report),
            ("submit", self.submit),
            ("mailbox", self.mailbox),
            ("confirm", self.confirm),
        )


class Daemon:
    """Runs the six stages one after the other, pass by pass, and waits out what is Retryable."""

    def __init__(
        self,
        ring: Ring,
        store: Store,
        next_node: Callable[[], None],
        idle_seconds: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._ring = ring
        self._store = store
        self._next_node = next_node
        self._idle_seconds = idle_seconds
        self._sleep = sleep
        self._resumed = False

    def once(self) -> dict[str, int]:
        """One pass; how much each stage did. The first one begins with what was signed and perhaps never sent."""
        if not self._resumed:
            self._ring.confirm.run()
            self._resumed = True
        self._store.beat()
        return {name: stage.run() for name, stage in self._ring.stages()}

    def until_quiet(self) -> int:
        """Passes until one finds nothing to do and no transaction is under way; how many. Raises Retryable after a bound."""
        for count in range(1, ONCE_PASSES_MAX + 1):
            if not any(self.once().values()):
                if not self._store.is_under_way():
                    return count
                self._sleep(self._idle_seconds)
        raise Retryable(f"still busy after {ONCE_PASSES_MAX} passes")

    def run(self, stopping: Callable[[], bool]) -> None:
        """Passes until told to stop. Retryable troubles are waited out; anything else ends the daemon."""
        backoff = BACKOFF_FIRST_SECONDS
        while not stopping():
            try:
                busy = any(self.once().values())
            except Retryable as error:
                logger.warning("%s: %s; again in %.1f s", type(error).__name__, error, backoff)
                self._ask_another(error)
                self._sleep(backoff)
                backoff = min(backoff * 2, BACKOFF_MAX_SECONDS)
                continue
            backoff = BACKOFF_FIRST_SECONDS
            if not busy:
                self._sleep(self._idle_seconds)

    def _ask_another(self, error: Retryable) -> None:
        if isinstance(error, NodeIncomplete):
            self._store.raise_alarm("incomplete node", str(error))
        if isinstance(error, (NodeIncomplete, NodeUnavailable)):
            self._next_node()
