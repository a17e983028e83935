"""The bridge dies while parts of one batch of calls are signed, stored and sent by a thread: each call is made once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bridge.ring import submit
from tests.faults.killing import ends_the_same
from tests.world import World
from tests.worlds import Worlds

ITEMS = [f"IT{number}" for number in range(4)]


def play(world: World) -> None:
    """As many requisitions fall due at once as fill four parts."""
    for item in ITEMS:
        world.stock_item(item)
        world.issue(item=item)
    world.settle()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_dying_amid_the_parts_of_a_batch_changes_nothing(
    worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(submit, "SIGNED_TOGETHER", 1)
    world = ends_the_same(
        worlds, tmp_path, monkeypatch, play, seed, least={"commit": 10, "send": 1}
    )
    opened = Counter(each.fields["item"] for each in world.documents("tender"))
    assert opened == dict.fromkeys(ITEMS, 1)
    world.close()
