"""What befalls the processes of a soak, and when: drawn from a seed."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

from sqlalchemy import Engine, text

from .bridges import MOST, Bridges
from .node import MortalNode

LOOK_SECONDS = 0.05
SECONDS_OF_A_MINUTE = 60.0
BESIDE_KILLS = 0.25  # so many other disasters for each kill of a daemon
FROZEN_SECONDS = (0.5, 6.0)
LOCKED_SECONDS = (0.5, 12.0)  # beyond what a writer waits for another one
TABLE_LOCKS = "LOCK TABLE document_log, bridge_outbox, bridge_inbox IN EXCLUSIVE MODE"


class Disasters:
    """Kills daemons at random instants, so many a minute on the average; freezes and kills the node, locks the database.

    `calm`: held by people while they act on the chain, and here while the node is gone. Only the thread that started the
    processes may call it.
    """

    def __init__(
        self,
        bridges: Bridges,
        node: MortalNode,
        database: Engine,
        calm: threading.Lock,
        kills_per_minute: float,
        seed: int,
    ) -> None:
        self.count: Counter[str] = Counter()
        self._bridges, self._node, self._database, self._calm = bridges, node, database, calm
        self._per_second = kills_per_minute / SECONDS_OF_A_MINUTE
        self._dice = Random(seed)  # noqa: S311 - a lot
        self._next = dict.fromkeys(("kill", "other"), 0.0)

    def begin(self, now: float) -> None:
        """Draws the first instants. `now`: seconds of a monotonic clock."""
        self._next = {name: now + self._pause(name) for name in self._next}

    def befall(self, now: float) -> None:
        """Does whatever is due, and keeps the daemons alive."""
        self._kill(now)
        if now >= self._next["other"]:
            self._other()
            self._next["other"] = time.monotonic() + self._pause("other")

    def _kill(self, now: float) -> None:
        self._bridges.keep()
        if now >= self._next["kill"]:
            self.count["bridge killed"] += self._bridges.kill_one(self._dice)
            self._next["kill"] = now + self._pause("kill")

    def _lasts(self, seconds: tuple[float, float]) -> None:
        """Time passes in which daemons go on being killed and started."""
        end = time.monotonic() + self._dice.uniform(*seconds)
        while (now := time.monotonic()) < end:
            self._kill(now)
            time.sleep(LOOK_SECONDS)

    def _pause(self, name: str) -> float:
        rate = self._per_second * (1.0 if name == "kill" else BESIDE_KILLS)
        return self._dice.expovariate(rate) if rate else float("inf")

    def _other(self) -> None:
        (befalls,) = self._dice.choices(
            (self._freeze, self._kill_node, self._lock, self._staff), (3, 2, 3, 2)
        )
        befalls()

    def _freeze(self) -> None:
        with self._calm:
            self._node.freeze()
            try:
                self._lasts(FROZEN_SECONDS)
            finally:
                self._node.thaw()
        self.count["node frozen"] += 1

    def _kill_node(self) -> None:
        with self._calm:
            self._node.die_and_return()
        self.count["node killed"] += 1

    def _lock(self) -> None:
        with _locked(self._database):
            self._lasts(LOCKED_SECONDS)
        self.count["database locked"] += 1

    def _staff(self) -> None:
        self._bridges.wanted = 1 + self._bridges.wanted % MOST
        self.count["daemons added or left alone"] += 1


@contextlib.contextmanager
def _locked(database: Engine) -> Iterator[None]:
    """Nobody else writes meanwhile: a transaction that writes nothing holds what every writer needs."""
    with database.connect() as connection, connection.begin() as transaction:
        if (
            database.dialect.name != "sqlite"
        ):  # there a transaction begins with the lock of all writers
            connection.execute(text(TABLE_LOCKS))
        yield
        transaction.rollback()
