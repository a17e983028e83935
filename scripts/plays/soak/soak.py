"""A soak from the first block to the last audit: who starts what, and in which order."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.errors import BridgeError

from ...devchain.devchain import DevChainError
from ..scenarios.opening import GENESIS, Setting, opened
from ..scenarios.telling import Quiet
from ..stage.errors import PlayError
from .bridges import Bridges
from .checks import Checkpoint, checkpoint
from .disasters import Disasters
from .lives import SOAK, WAIT_SECONDS, People
from .node import MortalNode

LOOK_SECONDS = 0.05
ANCHOR_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """How long, how wild, and where."""

    seconds: float
    kills_per_minute: float
    seed: int
    check_seconds: float  # from one checkpoint to the next
    width: int  # purchases side by side
    db: str | None
    home: Path


@dataclass(slots=True)
class Soaked:
    """What came of it so far."""

    asked: Asked
    seconds: float = 0.0
    rounds: int = 0
    orders: int = 0
    disasters: dict[str, int] = field(default_factory=dict)
    daemons_started: int = 0
    ended_by_themselves: list[int] = field(default_factory=list)  # exit codes
    longest_wait_seconds: float = 0.0  # of people, for the bridge
    daemon_peak_bytes: int = 0
    checkpoints: list[Checkpoint] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Nothing was lost, doubled or left waiting, at any checkpoint, and there was one."""
        return bool(self.checkpoints) and not self.failures

    def as_json(self) -> dict[str, Any]:
        """The result as JSON values."""
        last = self.checkpoints[-1] if self.checkpoints else None
        documents = last.documents if last else 0
        return {
            "holds": self.holds,
            "seed": self.asked.seed,
            "kills_per_minute": self.asked.kills_per_minute,
            "seconds": round(self.seconds, 1),
            "kills": self.disasters.get("bridge killed", 0),
            "disasters": self.disasters,
            "daemons_started": self.daemons_started,
            "ended_by_themselves": self.ended_by_themselves,
            "rounds": self.rounds,
            "orders": self.orders,
            "documents": documents,
            "transactions": last.transactions if last else 0,
            "audits": len(self.checkpoints),
            "longest_catch_up_seconds": max(
                (c.catch_up_seconds for c in self.checkpoints), default=0
            ),
            "longest_wait_seconds": round(self.longest_wait_seconds, 2),
            "daemon_peak_bytes": self.daemon_peak_bytes,
            "disk_bytes_per_document": last.disk_bytes // documents if last and documents else 0,
            "failures": self.failures,
            "checkpoints": [each.as_json() for each in self.checkpoints],
        }


def soak(asked: Asked, tell: Callable[[Soaked], None]) -> Soaked:
    """Lives, kills and checks for so long, and tells after each checkpoint and now and then. Stops all that it started.

    Raises Unusable before anything is started; what goes wrong afterwards stands in the result's failures.
    """
    drawn = random.Random(asked.seed)  # noqa: S311 - a play that can be played again guards nothing
    soaked = Soaked(asked)
    with MortalNode("anvil", start=GENESIS) as node:
        setting = Setting(node.url, asked.db, asked.home, drawn.randbytes)
        with opened(SOAK, setting, Quiet()) as (stage, home):
            stage.ring.stop()
            bridges = Bridges(stage.bridge, home.bridge_arguments(ANCHOR_WAIT_SECONDS), home.folder)
            stage.ring = bridges
            calm = threading.Lock()
            people = People(stage, calm, asked.width, asked.seed)
            disasters = Disasters(
                bridges, node, stage.engine, calm, asked.kills_per_minute, asked.seed
            )
            run = _Run(soaked, people, bridges, disasters, tell)
            try:
                people.begin()
                while not run.over:
                    run.disturb()
                    if run.calm_down():
                        soaked.checkpoints.append(
                            checkpoint(stage, home, people.expected, run.elapsed)
                        )
                    run.note()
                    people.go_on()
            except (PlayError, BridgeError, DevChainError, OSError) as error:
                soaked.failures.append(f"{type(error).__name__}: {error}")
            finally:
                people.stop()
                run.note()
                bridges.stop()
    return soaked


class _Run:
    """The clock of a soak."""

    def __init__(
        self,
        soaked: Soaked,
        people: People,
        bridges: Bridges,
        disasters: Disasters,
        tell: Callable[[Soaked], None],
    ) -> None:
        self._soaked, self._people, self._bridges = soaked, people, bridges
        self._disasters, self._tell = disasters, tell
        self._began = time.monotonic()
        self._told = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    @property
    def over(self) -> bool:
        """Nothing more is to come: the time is over, or something failed."""
        return bool(self._soaked.failures) or self.elapsed >= self._soaked.asked.seconds

    def disturb(self) -> None:
        """People live and disasters befall until the next checkpoint is due."""
        asked = self._soaked.asked
        until = min(self.elapsed + asked.check_seconds, asked.seconds)
        self._disasters.begin(time.monotonic())
        while self.elapsed < until and self._people.failure is None:
            self._disasters.befall(time.monotonic())
            self._pause()

    def calm_down(self) -> bool:
        """Nothing befalls any more, and people end their round; False when they could not."""
        self._people.rest()
        deadline = time.monotonic() + 2 * WAIT_SECONDS
        while not self._people.at_rest.is_set() and time.monotonic() < deadline:
            self._bridges.keep()
            self._pause()
        if self._people.failure is not None:
            failure = self._people.failure
            self._soaked.failures.append(
                f"{type(failure).__name__}: {failure}\n{self._bridges.describe()}"
            )
            return False
        if not self._people.at_rest.is_set():
            self._soaked.failures.append("people did not end their round")
            return False
        return True

    def note(self) -> None:
        """Brings the result up to date, and tells it."""
        soaked = self._soaked
        soaked.seconds = self.elapsed
        soaked.rounds, soaked.orders = self._people.rounds, self._people.orders
        soaked.disasters = dict(self._disasters.count)
        soaked.daemons_started = self._bridges.restarts
        soaked.ended_by_themselves = list(self._bridges.ended)
        soaked.longest_wait_seconds = self._people.longest_wait
        soaked.daemon_peak_bytes = self._bridges.peak_bytes
        for each in soaked.checkpoints[-1:]:
            soaked.failures += [told for told in each.failures if told not in soaked.failures]
        self._tell(soaked)
        self._told = time.monotonic()

    def _pause(self) -> None:
        time.sleep(LOOK_SECONDS)
        if time.monotonic() - self._told > 1.0:
            self.note()
