"""The bridge as a play sees it: the real daemon in a process of its own, started again whenever it dies."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Self

from bridge.bootstrap import Bridge
from bridge.errors import NodeUnavailable
from bridge.operator.status import is_quiet, status

from ...devchain.processes import Child
from .errors import Broken

QUIET_BY_THE_CLOCK_SECONDS = 600.0  # a chain may stand for minutes, and go on
AWAY_BY_THE_CLOCK_SECONDS = 300.0  # all its nodes may be away at once, and come back
AWAY_PAUSE_SECONDS = 0.5
QUIET_TIMEOUT_SECONDS = 180.0  # a day's work takes a fraction of a second; a restart a few
POLL_SECONDS = 0.01
RESTARTS_MAX = 100
FAILURES_MAX = 3  # ends with an error of its own, one after the other


class Ring:
    """Starts the bridge daemon, restarts it when it dies, waits until it has nothing to do, and stops it at the end."""

    def __init__(
        self,
        bridge: Bridge,
        arguments: list[str],
        home: Path,
        poll_seconds: float = POLL_SECONDS,
        patience_seconds: float = QUIET_TIMEOUT_SECONDS,
        away_seconds: float = 0.0,
    ) -> None:
        """How often whoever waits looks, and how long: both longer where blocks come by the clock.

        `away_seconds`: so long no node at all need answer.
        """
        self._patience_seconds = patience_seconds
        self._away_seconds = away_seconds
        self._bridge = bridge
        self._poll_seconds = poll_seconds
        self._child = Child("bridge", arguments, home / "bridge.log")
        self._log = home / "bridge.log"
        self._failures = 0
        self.restarts = 0
        self.waited_seconds = 0.0

    def __enter__(self) -> Self:
        self._child.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the daemon. Safe to repeat."""
        self._child.stop()

    def wait(self) -> None:
        """Waits until the bridge has nothing left to do. Raises Broken after QUIET_TIMEOUT_SECONDS."""
        began = time.monotonic()
        seen = self._seen()
        # Whoever acted before this moment is to be found in its books: also where an event counts some blocks later.
        acted = self._height()
        while True:
            if is_quiet(self._bridge.store, max(seen[0], acted), seen[1]):
                before, seen = seen, self._seen()
                if seen == before:  # what went out while we looked would show
                    break
                continue
            self._watch()
            if time.monotonic() - began > self._patience_seconds:
                raise Broken(
                    f"the ring is not quiet after {self._patience_seconds:.0f} s\n{self.describe()}"
                )
            time.sleep(self._poll_seconds)
        self._failures = 0
        self.waited_seconds += time.monotonic() - began

    def _seen(self) -> tuple[int, int]:
        """The chain's newest block whose events count, and the ERP's newest document."""
        final = self._height() - self._bridge.depth
        return final, self._bridge.port.last_sequence()

    def _height(self) -> int:
        """The newest block of the first node that answers. Raises NodeUnavailable when none has for too long."""
        client = self._bridge.client
        give_up = time.monotonic() + self._away_seconds
        while True:
            for _ in client.urls[1:]:
                try:
                    return client.height()
                except NodeUnavailable:
                    client.rotate()
            try:
                return client.height()
            except NodeUnavailable:
                if time.monotonic() >= give_up:
                    raise
            client.rotate()
            time.sleep(AWAY_PAUSE_SECONDS)

    def require_unhindered(self) -> None:
        """Raises Broken when something waits for a person: by itself it does not go on."""
        now = status(self._bridge.store, None, 0)
        if now["stuck"] or now["quarantined"] or now["holds"]:
            raise Broken(f"something waits for a person\n{self.describe()}")

    def kill(self) -> None:
        """Kills the daemon where it stands, as a power cut does; whoever waits for the ring starts it again."""
        self._child.kill()

    @property
    def runs(self) -> bool:
        """Whether the daemon's process is alive."""
        return self._child.exit_code() is None

    def describe(self) -> str:
        """Returns the bridge's status as JSON text and the last lines of its log."""
        bridge = self._bridge
        newest = bridge.port.last_sequence()
        now = status(bridge.store, self._height(), newest, depth=bridge.depth)
        return f"{json.dumps(now, indent=2, ensure_ascii=False)}\n{self._log.name}:\n{self._child.tail()}"

    def _watch(self) -> None:
        """Starts the daemon again when it is gone. Raises Broken when that does not help."""
        code = self._child.exit_code()
        if code is None:
            return
        self._failures = self._failures + 1 if code > 0 else 0
        if self._failures == FAILURES_MAX:
            raise Broken(
                f"the bridge ended {FAILURES_MAX} times in a row, with code {code}\n{self._child.tail()}"
            )
        if self.restarts == RESTARTS_MAX:
            raise Broken(f"the bridge was started again {RESTARTS_MAX} times, and is gone again")
        self.restarts += 1
        self._child.start()
