"""One pass of the ring, then the next. Nothing is done directly in reaction to an outside event."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bridge.errors import (
    Halt,
    NodeIncomplete,
    NodesDisagree,
    NodeUnavailable,
    NotReadYet,
    Retryable,
    Unforeseen,
)
from bridge.store.store import Store
from bridge.watch.stages import Stages

BACKOFF_FIRST_SECONDS = 0.5
BACKOFF_MAX_SECONDS = 30.0
STIR_SECONDS = 0.1  # how often a resting daemon looks whether something has come
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


@dataclass(slots=True)
class Pause:
    """How long a stage that failed is left alone: longer with each failure in a row."""

    left: float = 0.0  # seconds
    next: float = BACKOFF_FIRST_SECONDS

    def fail(self, error: Exception) -> float:
        """The stage failed once more; seconds that it is left alone now."""
        if isinstance(error, NotReadYet):  # an earlier stage has only to come first
            self.next = BACKOFF_FIRST_SECONDS
        self.left = self.next
        self.next = min(self.next * 2, BACKOFF_MAX_SECONDS)
        return self.left

    def succeed(self) -> None:
        """The stage did not fail: the next failure is a first one."""
        self.next = BACKOFF_FIRST_SECONDS

    def pass_by(self, seconds: float) -> None:
        """Time went by."""
        self.left = max(0.0, self.left - seconds)


class Daemon:
    """Runs the six stages one after the other, pass by pass. A stage that fails pauses, and the others go on."""

    def __init__(
        self,
        ring: Ring,
        store: Store,
        next_node: Callable[[], None],
        idle_seconds: float,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        stages: Stages | None = None,
        stirs: Callable[[], bool] = lambda: False,
        tracing: Stage | None = None,
    ) -> None:
        """`stages`: where what becomes of each run is noted, for whoever watches. `tracing` looks at each pass's end.

        `stirs` says, at little cost, whether a block or a document came that was not read: a rest ends then.
        """
        self._ring = ring
        self._store = store
        self._next_node = next_node
        self._idle_seconds = idle_seconds
        self._sleep = sleep
        self._monotonic = monotonic
        self.stages = stages or Stages(monotonic)
        self._stirs = stirs
        self._tracing = tracing
        self._resumed = False

    @property
    def ring(self) -> Ring:
        """The stages that it runs."""
        return self._ring

    def once(self) -> dict[str, int]:
        """One pass; how much each stage did. The first one begins with what was signed and perhaps never sent."""
        if not self._resumed:
            self._ring.confirm.run()
            self._resumed = True
        self._store.beat()
        done = {name: stage.run() for name, stage in self._ring.stages()}
        if self._tracing is not None:
            self._tracing.run()
        return done

    def until_quiet(self) -> int:
        """Passes until one finds nothing to do and no transaction is under way; how many. Raises Retryable after a bound."""
        for count in range(1, ONCE_PASSES_MAX + 1):
            if not any(self.once().values()):
                if not self._store.is_under_way():
                    return count
                self._sleep(self._idle_seconds)
        raise Retryable(f"still busy after {ONCE_PASSES_MAX} passes")

    def run(self, stopping: Callable[[], bool]) -> None:
        """Passes until told to stop.

        A stage that fails is left alone for a while, longer each time, and the others go on. Only a Halt ends the daemon.
        """
        pauses = {name: Pause() for name, _ in self._ring.stages()}
        while not stopping():
            self.stages.note_pass()
            began = self._monotonic()
            busy = self._pass(pauses)
            slept = 0.0 if busy else self._rest(pauses)
            passed = max(slept, self._monotonic() - began)
            for pause in pauses.values():
                pause.pass_by(passed)

    def _pass(self, pauses: dict[str, Pause]) -> bool:
        """Runs every stage that does not pause; True when one of them found something to do."""
        self._guarded("heartbeat", self._beat, Pause())
        if not self._resumed and not pauses["confirm"].left:
            # what was signed and perhaps never sent comes first
            self._resumed = (
                self._guarded("confirm", self._ring.confirm.run, pauses["confirm"]) is not None
            )
        busy = False
        for name, stage in self._ring.stages():
            if not pauses[name].left:
                busy = bool(self._guarded(name, stage.run, pauses[name])) or busy
        if self._tracing is not None:
            self._guarded("tracing", self._tracing.run, Pause())
        return busy

    def _beat(self) -> int:
        self._store.beat()
        return 0

    def _guarded(self, name: str, work: Callable[[], int], pause: Pause) -> int | None:
        """What a stage did, or None when it failed and pauses now. Raises Halt."""
        began = self._monotonic()
        try:
            done = work()
        except Halt:
            raise
        except Retryable as error:
            self.stages.note(name, self._monotonic() - began, error)
            seconds = pause.fail(error)
            logger.warning(
                "%s: %s: %s; again in %.1f s", name, type(error).__name__, error, seconds
            )
            self._react(error)
            return None
        except Exception as bug:
            self.stages.note(name, self._monotonic() - began, bug)
            seconds = pause.fail(bug)
            logger.exception("%s: a bug; again in %.1f s", name, seconds)
            self._alarm("bug", f"{name}: {Unforeseen(bug)}")
            return None
        self.stages.note(name, self._monotonic() - began, None)
        pause.succeed()
        return done

    def _rest(self, pauses: dict[str, Pause]) -> float:
        """Sleeps until the ring looks again, something comes, or the first stage that pauses may; seconds."""
        waiting = [pause.left for pause in pauses.values() if pause.left]
        if not waiting:
            return self._doze()
        seconds = (
            min([self._idle_seconds, *waiting]) if len(waiting) < len(pauses) else min(waiting)
        )
        self._sleep(seconds)
        return seconds

    def _doze(self) -> float:
        """Sleeps until the ring looks again, or something comes; seconds."""
        slept = 0.0
        while slept < self._idle_seconds:
            seconds = min(STIR_SECONDS, self._idle_seconds - slept)
            self._sleep(seconds)
            slept += seconds
            try:
                if self._stirs():
                    break
            except Retryable as error:  # the next pass meets it, too
                logger.debug("nobody could say whether something came: %s", error)
            except Halt:
                raise
            except Exception:  # a bug, as in a stage: the ring goes on, and rests to the end
                logger.exception("a bug met the question whether something came")
                self._sleep(self._idle_seconds - slept)
                return self._idle_seconds
        return slept

    def _react(self, error: Retryable) -> None:
        if isinstance(error, NodeIncomplete):
            self._alarm("incomplete node", str(error))
        if isinstance(error, (NodeIncomplete, NodeUnavailable)) and not isinstance(
            error, NodesDisagree
        ):
            self._next_node()

    def _alarm(self, kind: str, message: str) -> None:
        """Counts an alarm, where the database takes one: what troubles the stage may trouble it too."""
        try:
            self._store.raise_alarm(kind, message)
        except Exception:
            logger.exception("this alarm could not be stored: %s: %s", kind, message)
