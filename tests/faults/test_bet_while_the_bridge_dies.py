"""A bet is signed, reported, settled and paid out while the bridge dies again and again: the books end the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bets import PLACES, POOL, REPORTED
from tests.faults.killing import ends_the_same
from tests.lives.performance import bet_of_a_maker, report
from tests.world import World
from tests.worlds import Worlds


def play(world: World) -> None:
    """One party is measured from the books, the reporter tells of the other; the bridge settles, and pays out to both."""
    bet = bet_of_a_maker(world)
    world.reach(bet.period_end(1))
    report(world)
    world.settle()
    bet.report("NODE-1", 1, REPORTED)
    bet.report_value(POOL)
    world.settle()
    bet.settleable()
    world.settle()


def test_a_bet_ends_the_same_when_the_bridge_dies_around_its_commits_and_sends(
    worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    least = {"commit": 10, "send": 3}
    world = ends_the_same(
        worlds, tmp_path, monkeypatch, play, seed=3, least=least, commits_spared=4
    )
    (measured,) = world.documents("performance_report")
    counted = [(d.fields["evidence"], d.fields["values"]) for d in world.documents("bet_measure")]
    assert counted[0] == (measured.number, ["0", "0"])
    assert len(counted) == 3
    paid = {d.fields["party_code"] for d in world.documents("bet_payout")}
    assert paid == {"SUPPLIER", "NODE-1"}
    assert {world.account(code, "1012.07") for code in (*PLACES, "SUPPLIER")} == {0}
    world.close()
