"""`interlock bridge prove`: a reader without a log gets what the contract asks for, and no more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from scripts.interlock import app
from tests.bridge.test_operator import options
from tests.world import World

REGISTRY = "DocumentRegistry"


def prove(world: World, *words: str) -> Result:
    """What `interlock bridge prove` prints, and its exit code; it opens no key."""
    return CliRunner().invoke(app, ["bridge", "prove", *words, *options(world)])


@pytest.fixture
def number(world: World) -> str:
    """Number of an anchored document with a journal entry."""
    document = next(d for d in world.bridge.port.changes(0, 1_000) if d.entries)
    world.settle()
    return document.number


def test_prove_shows_what_a_reader_without_a_log_needs(world: World, number: str) -> None:
    leaves = ("--leaf", "type", "--leaf", "entries[0]")
    done = prove(world, number, *leaves, "--json")
    assert done.exit_code == 0, done.exception
    found: dict[str, Any] = json.loads(done.stdout)
    place = (found["stream_id"], found["anchor_index"], tuple(found["link"]), found["sequence"])
    own = (found["document_root"], found["proof"])
    view = world.bridge.gateway.view
    assert found["registry"] == world.bridge.deployment.address(REGISTRY)
    assert view(REGISTRY, "proves", *place, *own) == (True,)
    assert view(REGISTRY, "proves", *place[:3], found["sequence"] + 1, *own) == (False,)
    assert [leaf["path"] for leaf in found["leaves"]] == ["type", "entries[0]"]
    for leaf in found["leaves"]:
        field = (leaf["path"], leaf["value"], leaf["salt"])
        told = (*place, field, leaf["proof"], found["proof"])
        assert view(REGISTRY, "provesField", *told) == (True,)
    shown = prove(world, number, *leaves).stdout
    assert found["document_root"] in shown
    assert shown.count("yes") == 3


def test_prove_says_what_is_missing(world: World, number: str) -> None:
    assert "there is no document 'X-1'" in str(prove(world, "X-1").exception)
    wrong = prove(world, number, "--leaf", "fields.nothing").exception
    assert "has no leaf 'fields.nothing': it has actor, at, entries" in str(wrong)
    world.sql("DELETE FROM bridge_anchor")
    assert "is not anchored yet" in str(prove(world, number).exception)


def test_prove_refuses_when_the_log_is_no_longer_what_was_anchored(
    world: World, number: str
) -> None:
    world.sql("UPDATE bridge_anchor SET root = :other", other="0x" + "11" * 32)
    assert "run `interlock audit`" in str(prove(world, number).exception)
