"""A bridge that dies at every step: before and after every commit, before and after every send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from bridge.chain.gateway import Gateway
from bridge.store.store import Store
from tests.world import World

DEATHS_MAX = 1_000  # a story that has not ended by then goes in circles
WAIT_SECONDS = 10.0  # after a death around a send; longer than the bridge waits before it sends again


class Died(Exception):
    """The process is gone."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


class Deaths:
    """Kills by turns: now before a step, so that it never happened, then after it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self._before = {"commit": False, "send": False}
        unit, send = Store.unit, Gateway.send

        @contextmanager
        def mortal_unit(store: Store) -> Iterator[Any]:
            with unit(store) as session:
                yield session
                session.flush()
                self._turn("commit")
            self._die("commit")

        def mortal_send(gateway: Gateway, raw: Sequence[str]) -> list[str | None]:
            self._turn("send")
            send(gateway, raw)
            self._die("send")
            raise AssertionError("death comes first")

        patch.setattr(Store, "unit", mortal_unit)
        patch.setattr(Gateway, "send", mortal_send)

    def _turn(self, step: str) -> None:
        self._before[step] = not self._before[step]
        if self._before[step]:
            self._die(step)

    def _die(self, step: str) -> None:
        self.times += 1
        if self.times > DEATHS_MAX:
            pytest.fail(f"the story does not end after {DEATHS_MAX} deaths")
        raise Died(step)


class DyingWorld:
    """Wraps a world so that its bridge dies while it settles, and comes back from its database each time."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self.deaths = Deaths(patch)
        self._world = world
        patch.setattr(world, "settle", self.settle)

    def settle(self) -> None:
        """The bridge walks, dies, returns and walks on until it finds nothing to do."""
        while True:
            try:
                self._world.bridge.daemon.until_quiet()
            except Died as death:
                if death.step == "send":
                    self._world.clock.ahead += WAIT_SECONDS
                self._world.reopen()
            else:
                return
