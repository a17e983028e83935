"""What an attainment would mean for all of a bet that runs: what the contract would pay, whatever was told."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from erp.bets.errors import UnknownBetParty
from erp.bets.rules import KEPT
from erp.boards.what_if import Supposed, WhatIf, what_if
from erp.database import snapshot
from erp.kernel.errors import WrongStatus
from scripts.interlock import app
from tests.erp.bet_changes import bet, running
from tests.erp.bet_terms import POOL, STAKE
from tests.erp.groups import prepare
from tests.erp.test_bet_change_outlooks import LOST, n1_reports, reference
from tests.erp.test_bet_changes import settled
from tests.erp.test_bets import measured
from tests.erp.world import DAY, World

ADDED = 50_000


@pytest.fixture(autouse=True)
def books(world: World) -> None:
    """A bet of n1 and n2 over two periods."""
    prepare(world)
    running(world)


def asked(world: World, party: str, attainment: int, value: int | None = None) -> WhatIf:
    with snapshot(world.engine) as session:
        return what_if(session, 1, Supposed(party, attainment, value), world.now)


def then(found: WhatIf) -> list[tuple[int, int]]:
    return [(each.penalty_minor, each.share_minor) for each in found.parties]


@pytest.mark.parametrize("attainment", [0, 8_000, KEPT, 15_000, 20_000])
def test_each_has_what_the_contract_would_pay(world: World, attainment: int) -> None:
    found = asked(world, "n2", attainment, ADDED)
    missed = 2 * max(KEPT - attainment, 0)
    said = reference(ADDED, (0, 2 * 6_000 * KEPT), (missed, 2 * 4_000 * attainment))
    assert then(found) == said
    assert [each.paid_minor for each in found.parties] == [
        STAKE - penalty + share for penalty, share in said
    ]
    assert asked(world, "n2", attainment).value_minor == POOL
    assert asked(world, "n2", attainment, POOL + 1).value_minor == POOL


def test_what_was_told_stands_whatever_is_supposed(world: World) -> None:
    world.wait(31 * DAY)
    n1_reports(world)
    said = reference(POOL, (3_000, 6_000 * (7_000 + 20_000)), (0, 2 * 4_000 * KEPT))
    assert then(asked(world, "n1", 20_000)) == said
    sums = {"penalties_minor": LOST, "weight": 182_000_000}
    world.do(measured(None, ADDED, period=0, **sums, value_added_minor=ADDED))
    assert asked(world, "n1", 20_000, 7).value_minor == ADDED
    world.wait(30 * DAY + DAY)
    assert then(asked(world, "n1", 0)) == then(asked(world, "n1", 20_000)), "nothing is open"


def test_only_a_bet_that_runs_and_its_parties_have_a_what_if(world: World) -> None:
    with pytest.raises(UnknownBetParty):
        asked(world, "n3", KEPT)
    world.do(settled(200_000_000))
    with pytest.raises(WrongStatus, match="SETTLED"):
        asked(world, "n1", KEPT)


@pytest.mark.sqlite("the command line reads any database alike")
def test_a_what_if_is_told_at_the_command_line(world: World) -> None:
    url = world.engine.url.render_as_string(hide_password=False)
    told = ["bet", "what-if", bet(world), "n1", "12000", "--db", url, "--at", str(world.now)]
    shown = CliRunner().invoke(app, told)
    assert shown.exit_code == 0, shown.output
    assert "n1 at 120" in shown.output
    data = json.loads(CliRunner().invoke(app, [*told, "--json"]).output)
    assert [each["party"] for each in data["parties"]] == ["n1", "n2"]
