"""A play by the chain's own clock: the history's prices and vendors, today's dates, and no waiting for days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.interlock import app
from scripts.plays.demo.plan import (
    DAY_SECONDS,
    WINDOW_SECONDS_MIN,
    AwardMode,
    make_plan,
    make_plan_at_once,
)
from scripts.plays.demo.purchases import CARRIED, read_history

TODAY = date(2026, 11, 30)
LINES = 40


@pytest.mark.parametrize("mode", AwardMode)
def test_vendors_prices_and_rivals_are_those_of_the_history(mode: AwardMode) -> None:
    purchases = read_history(CARRIED, LINES).purchases
    then, now = make_plan(purchases, mode), make_plan_at_once(purchases, mode, TODAY)
    assert [line.bids for line in now.lines] == [line.bids for line in then.lines]
    assert [line.candidates for line in now.lines] == [line.candidates for line in then.lines]
    assert now.value_minor == then.value_minor
    assert [line.purchase.id for line in now.lines] == [line.purchase.id for line in then.lines]


def test_everything_is_bought_today_and_comes_before_it_was_promised() -> None:
    plan = make_plan_at_once(read_history(CARRIED, LINES).purchases, AwardMode.HISTORY, TODAY)
    assert (plan.at_once, plan.commit_seconds, plan.reveal_seconds) == (
        True,
        WINDOW_SECONDS_MIN,
        WINDOW_SECONDS_MIN,
    )
    for line in plan.lines:
        assert line.open_day == line.purchase.received == TODAY
        assert line.purchase.days_late < 0
        assert line.lead_seconds > DAY_SECONDS, "also for what is ordered a minute before midnight"
        assert line.bond_minor == 0, "with a bond the contract gives bidders an hour"
        assert line.estimate_minor > line.purchase.value_minor


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--chain", "ibft", "--clock", "history"), "nobody can move the time of ibft"),
        (("--chain", "ibft", "--consensus", "qbft"), "leave out --consensus"),
        (("--chain", "clique", "--payment-days", "30"), "leave out --payment-days"),
        (("--clock", "real"), "hardhat mines when somebody acts"),
        (("--chain", "http://127.0.0.1:1", "--consensus", "ibft"), "add --clock real"),
        (("--chain", "qbft"), "unknown chain 'qbft'"),
        (
            ("--chain", "http://127.0.0.1:1", "--clock", "real", "--consensus", "clique"),
            "name with --finality",
        ),
    ],
)
def test_what_does_not_go_together_is_told_before_anything_is_started(
    options: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.plays.stage.by_clock.built", lambda chain: None)
    home = tmp_path / "home"
    ran = CliRunner().invoke(app, ["demo", "--lines", "1", "--home", str(home), *options])
    assert ran.exit_code == 2
    assert said in " ".join(ran.output.split())
    assert not home.exists()


def test_a_network_whose_node_is_not_built_is_named_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.network.programs.CACHE", tmp_path / "nothing")
    home = tmp_path / "home"
    ran = CliRunner().invoke(app, ["demo", "--chain", "ibft", "--home", str(home)])
    assert ran.exit_code == 2
    assert "run `make network`" in " ".join(ran.output.split())
    assert not home.exists()
