"""A resting daemon notices within a tenth of a second that something came, and asks no more than that."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from bridge.errors import NodeUnavailable
from bridge.ring.daemon import STIR_SECONDS, Daemon, Ring
from bridge.ring.stir import something_came
from bridge.store.store import Store
from erp.items.schemas import RegisterItem
from tests.world import World


class Idle:
    """A stage that counts its runs and finds nothing to do."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self) -> int:
        self.runs += 1
        return 0


class Nowhere:
    """A store that takes signs of life and alarms."""

    def beat(self) -> None: ...

    def raise_alarm(self, *_: str) -> None: ...


def rests(stirs: Callable[[], bool], passes: int = 1) -> list[float]:
    """The sleeps of a daemon that finds nothing to do in so many passes."""
    slept: list[float] = []
    left = iter(range(passes))
    Daemon(
        *(Ring(*(Idle() for _ in range(6))), cast(Store, Nowhere()), lambda: None, 0.5, slept.append),
        stirs=stirs,
    ).run(lambda: next(left, None) is None)  # fmt: skip
    return slept


def test_a_daemon_rests_its_whole_pause_when_nothing_comes() -> None:
    assert sum(rests(lambda: False)) == pytest.approx(0.5)


def test_a_rest_ends_when_something_came() -> None:
    asked = iter([False, True])
    assert rests(lambda: next(asked)) == [STIR_SECONDS, STIR_SECONDS]


def test_a_node_that_is_away_ends_no_rest_and_no_daemon() -> None:
    def away() -> bool:
        raise NodeUnavailable("it is away")

    assert sum(rests(away, passes=2)) == pytest.approx(1.0)


def test_a_bug_in_that_question_ends_no_rest_and_no_daemon() -> None:
    """It is asked outside of the stages: what each of those survives, a broken page of the database, ended the daemon."""

    def broken() -> bool:
        raise LookupError("a bug")

    assert rests(broken, passes=2) == [STIR_SECONDS, 0.5 - STIR_SECONDS] * 2


def test_a_block_and_a_document_stir_the_ring_until_they_are_read(world: World) -> None:
    bridge = world.bridge

    def came(depth: int = 0) -> bool:
        return something_came(bridge.store, bridge.port, bridge.client, depth)

    world.settle()
    assert not came()
    world.node.mine()
    assert came()
    assert not came(depth=1)  # it is not final
    world.settle()
    assert not came()
    world.erp(RegisterItem(code="COPPER", name="Copper", unit="kg"))
    assert came()
    world.settle()
    assert not came()
