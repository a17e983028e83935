"""A bridge that dies around its commits and its sends: before them, so that they never happened, or right after."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bridge.chain.gateway import Gateway
from bridge.ports.embedded import EmbeddedPort
from bridge.ports.port import Document
from bridge.store.store import Store
from tests.world import World

DEATHS_MAX = 1_000  # a story that has not ended by then goes in circles


class Died(BaseException):
    """The process is gone."""


class Deaths:
    """Kills at one in three of all writing commits and all sends before the step, and at one in three after it.

    "booking" is the ERP's own commit, where its database is not the bridge's. `commits_spared`: how many commits live for
    one that dies before and one that dies after, where each death of a long play would cost too much time.
    """

    def __init__(self, patch: pytest.MonkeyPatch, seed: int, commits_spared: int = 1) -> None:
        self.at = {"commit": 0, "send": 0, "booking": 0}
        # a step's fates do not hang on how often another one was reached, which the machine's speed decides
        self._dice = {step: random.Random(f"{seed} {step}") for step in self.at}
        unit, send, apply = Store.unit, Gateway.send, EmbeddedPort.apply

        @contextmanager
        def mortal_unit(store: Store) -> Iterator[Any]:
            with unit(store) as session:
                before = session.scalar(text("SELECT total_changes()"))
                yield session
                session.flush()
                writes = session.scalar(text("SELECT total_changes()")) != before
                fate = self._fate("commit", writes, commits_spared)
                self._die("commit", fate == 0)
            self._die("commit", fate == 1)

        def mortal_send(gateway: Gateway, raw: Sequence[str]) -> list[str | None]:
            fate = self._fate("send", bool(raw))
            self._die("send", fate == 0)
            objections = send(gateway, raw)
            self._die("send", fate == 1)
            return objections

        def mortal_apply(port: EmbeddedPort, commands: Any, unit: Session | None) -> list[Document]:
            fate = self._fate("booking", unit is None)
            self._die("booking", fate == 0)
            made = apply(port, commands, unit)
            self._die("booking", fate == 1)
            return made

        patch.setattr(EmbeddedPort, "apply", mortal_apply)
        patch.setattr(Store, "unit", mortal_unit)
        patch.setattr(Gateway, "send", mortal_send)

    def _fate(self, step: str, matters: bool, spared: int = 1) -> int:
        return self._dice[step].randrange(2 + spared) if matters else 2

    def _die(self, step: str, now: bool) -> None:
        if not now:
            return
        self.at[step] += 1
        if sum(self.at.values()) > DEATHS_MAX:
            pytest.fail(f"the story does not end after {DEATHS_MAX} deaths")
        raise Died(step)


class DyingWorld:
    """Wraps a world so that its bridge dies while it settles, and comes back from its database each time."""

    def __init__(
        self, world: World, patch: pytest.MonkeyPatch, seed: int, commits_spared: int = 1
    ) -> None:
        self.deaths = Deaths(patch, seed, commits_spared)
        self._world = world
        patch.setattr(world, "settle", self.settle)

    def settle(self) -> None:
        """The bridge walks, dies, returns and walks on until nothing is left to do."""
        while True:
            try:
                self._world.bridge.daemon.until_quiet()
            except Died:
                self._world.reopen()
            else:
                return
