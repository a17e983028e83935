"""All honest: what was needless is not missed once there is a next edition of its contract, or another post to name.

A call that opens something new goes to the newest edition, where nobody has opened it; and it names the posts of today.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bridge import posts
from bridge.capabilities.model import Posts
from bridge.chain.deployment import load, save
from scripts.plays.acts.minutes import DAY
from tests.faults.test_lost_intents import REQUISITION, told
from tests.scenarios.test_upgrade import deploy, grant
from tests.world import BUYER, World


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    """The house's deployment file, which the bridge follows, and keys that a test may change."""
    path = tmp_path / "house.json"
    save(world.deployment, path)
    keystores = shutil.copytree(world.config.keystores, tmp_path / "keys")
    world.reopen(deployment=path, keystores=keystores)
    return path


def test_what_was_opened_by_hand_in_the_old_edition_is_not_missed_in_the_new_one(
    world: World, file: Path
) -> None:
    opened_by_hand(world)
    deploy(world, file, "settlement")
    world.wait(2 * DAY)
    grant(world, file, "settlement")
    assert load(file).newest("Tenders") != load(file).contracts["Tenders"][0]
    world.reopen()
    world.settle()
    assert told(world) == []


def test_what_was_opened_by_hand_under_the_posts_of_before_is_not_missed_under_those_of_today(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_by_hand(world)
    moved = Posts(world.bridge.posts.attester + 7, world.bridge.posts.arbiter + 7)
    monkeypatch.setattr(posts, "find", lambda *_, **__: moved)
    world.reopen()
    assert world.bridge.posts == moved
    assert told(world) == []


def opened_by_hand(world: World) -> None:
    """The tender of a requisition was opened by its buyer, so that the bridge need not do it."""
    world.issue()
    ring = world.bridge.daemon.ring
    for stage in (ring.ingest, ring.dispatch, ring.report):
        stage.run()
    ((args,),) = world.sql("SELECT args FROM bridge_outbox WHERE key LIKE :k", k=REQUISITION)
    world.transact(BUYER, "Tenders", "openTender", *json.loads(args))
    world.settle()
    ((status,),) = world.sql("SELECT status FROM bridge_outbox WHERE key LIKE :k", k=REQUISITION)
    assert (status, len(world.documents("tender"))) == ("moot", 1)
    for seconds in (61, 601, 3_601):  # it is asked about so often, and believed
        world.clock.ahead += seconds
        world.settle()
    assert told(world) == []
