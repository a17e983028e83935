"""Nodes that are away, blocks that come faster than anybody looks, and a drill that breaks: waited for, ended, told."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bridge.errors import NodeUnavailable
from scripts.plays.drill.drill import _Drill
from scripts.plays.stage import flushing, ring
from scripts.plays.stage.errors import Broken


class Nodes:
    """Three nodes that answer after so many questions."""

    urls = ("a", "b", "c")

    def __init__(self, refusals: int) -> None:
        self.left, self.rotated = refusals, 0

    def rotate(self) -> None:
        self.rotated += 1

    def height(self) -> int:
        if self.left:
            self.left -= 1
            raise NodeUnavailable("nobody is there")
        return 7


def a_ring(nodes: Nodes, home: Path, away_seconds: float) -> ring.Ring:
    bridge: Any = SimpleNamespace(client=nodes)
    return ring.Ring(bridge, [], home, away_seconds=away_seconds)


def test_a_play_goes_on_when_all_its_nodes_were_away_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring, "AWAY_PAUSE_SECONDS", 0)
    nodes = Nodes(refusals=8)
    assert a_ring(nodes, tmp_path, away_seconds=60)._height() == 7
    assert nodes.rotated == 8, "each was asked in turn"


def test_a_node_of_a_development_chain_that_is_away_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(NodeUnavailable):
        a_ring(Nodes(refusals=3), tmp_path, away_seconds=0)._height()


class Busy:
    """A bridge that finds something to do in every pass, since a block comes in each."""

    def __init__(self) -> None:
        self.passes = 0
        self.daemon = self.port = self.client = self
        self.store: Any = None

    def once(self) -> dict[str, int]:
        self.passes += 1
        return {"ingest": 1}

    def last_sequence(self) -> int:
        return 3


def reads_up_to(busy: Busy, monkeypatch: pytest.MonkeyPatch, unanchored: int = 0) -> None:
    monkeypatch.setattr(flushing, "is_quiet", lambda _store, block, _newest: busy.passes >= block)
    monkeypatch.setattr(flushing, "status", lambda *_: {"unanchored": unanchored})


def test_a_play_ends_also_where_every_pass_of_the_ring_finds_a_new_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy: Any = Busy()
    reads_up_to(busy, monkeypatch)
    assert flushing._done(busy, 5, time.monotonic() + 60) == 3
    assert busy.passes == 5


def test_a_play_whose_log_is_not_anchored_does_not_end_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy: Any = Busy()
    reads_up_to(busy, monkeypatch, unanchored=1)
    with pytest.raises(Broken, match="does not finish block 5"):
        flushing._done(busy, 5, time.monotonic())


def test_whatever_breaks_a_step_of_a_drill_stands_in_its_report() -> None:
    network: Any = SimpleNamespace(
        numbers=[1, 2], unlocked=0, head=lambda _: None, log=lambda _: Path("/nowhere")
    )
    node: Any = SimpleNamespace(network=network)
    world: Any = SimpleNamespace(paid=1)
    load: Any = SimpleNamespace(doing="goods leave")

    def act() -> None:
        raise KeyError("hash")

    nothing: Any = None
    drill = _Drill(world, nothing, node, nothing, [], str)
    step = drill._step("a step", act, load)
    assert not step.holds
    assert step.told.startswith("KeyError: 'hash' (the load was at: goods leave)")
    assert "in act" in step.told, "where it broke"
    assert (step.blocks, step.orders_paid) == (0, 1)
