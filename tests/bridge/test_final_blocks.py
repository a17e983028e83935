"""Where an event counts some blocks later, quiet, lag and waiting look at the blocks that count, not at the newest one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.operator.status import is_quiet, status
from scripts.plays.stage import ring as stage
from scripts.plays.stage.ring import Ring
from tests.world import World

DEPTH = 3
HEAD = 101


def test_a_bridge_that_waits_for_blocks_to_follow_is_quiet_and_lags_by_nothing(
    world: World,
) -> None:
    world.reopen(finality=DEPTH)
    world.node.mine(DEPTH + 2)
    world.settle()
    bridge = world.bridge
    head, newest = bridge.client.height(), bridge.port.last_sequence()
    assert bridge.depth == DEPTH
    assert is_quiet(bridge.store, head - DEPTH, newest)
    assert not is_quiet(bridge.store, head, newest), "the newest blocks do not count yet"
    assert status(bridge.store, head, newest, depth=DEPTH)["lag_blocks"] == 0
    assert status(bridge.store, head + 2, newest, depth=DEPTH)["lag_blocks"] == 2


class Standing:
    """A chain and books in which nothing comes meanwhile."""

    depth = DEPTH
    store = None

    def __init__(self) -> None:
        self.client = self.port = self
        self.urls = ("http://127.0.0.1:1",)

    def height(self) -> int:
        return HEAD

    def last_sequence(self) -> int:
        return 7


def test_whoever_waits_for_the_ring_waits_until_what_was_done_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge: Any = Standing()
    asked: list[int] = []

    def quiet(store: object, final: int, newest: int) -> bool:
        asked.append(final)
        return len(asked) > DEPTH

    monkeypatch.setattr(stage, "is_quiet", quiet)
    Ring(bridge, [], tmp_path, poll_seconds=0.0).wait()
    assert set(asked) == {HEAD}, "the newest block of when somebody acted has to count first"
