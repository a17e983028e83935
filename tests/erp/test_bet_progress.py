"""The progress of a bet: each party and period as the contract has it, and what each would have by now."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from typer.testing import CliRunner

from erp.bets import schemas as s
from erp.bets.rules import BPS
from erp.boards.bet_progress import BetProgress, ReportState, bet_progress
from erp.boards.bet_text import progress_tables
from erp.boards.text import lines
from erp.database import snapshot
from scripts.interlock import app
from tests.erp.bet_terms import approved, member, proposed_on, sales, signed_on, terms
from tests.erp.test_bets import VALUE, active, all_reported, measured, n1_falls_short
from tests.erp.world import DAY, REF, World, account


def board(world: World) -> BetProgress:
    """The progress of the one bet, now."""
    with snapshot(world.engine) as session:
        return bet_progress(session, 1, world.now)


def states(world: World) -> list[str]:
    """Where the report of the first party stands, period by period."""
    return [period.state.value for period in board(world).parties[0].periods]


def test_a_period_comes_runs_is_due_and_falls_silent(groups: World) -> None:
    active(groups, periods=2)
    assert states(groups) == ["to come", "to come"]
    groups.wait(DAY)
    assert states(groups) == ["running", "to come"]
    groups.wait(30 * DAY)
    assert states(groups) == ["due", "running"]
    groups.wait(DAY)
    assert states(groups) == ["silent", "running"]


def test_a_report_shows_what_was_told_and_who_disputes_it(groups: World) -> None:
    active(groups)
    groups.wait(31 * DAY)
    groups.do(n1_falls_short())
    (period,) = board(groups).parties[0].periods
    assert (period.state, period.kept_bps, period.attainment_bps) == (
        ReportState.REPORTED,
        7_000,
        7_000,
    )
    about = {"bet_id": 1, "subject": account("n1"), "period": 1, "disputant": account("n1")}
    groups.do(s.RecordBetDispute(**about, reason=None, reason_ref=REF, rule_by=groups.now + DAY))
    (period,) = board(groups).parties[0].periods
    assert (period.state, period.disputed_by) == (ReportState.DISPUTED, "n1")


def test_each_would_have_what_the_settlement_gives_it(groups: World) -> None:
    active(groups)
    groups.wait(31 * DAY)
    all_reported(groups)
    found = board(groups)
    assert (found.value_added_minor, found.penalties_minor, found.pot_minor) == (
        VALUE,
        30_000,
        VALUE + 30_000,
    )
    shares = {each.party: each.share_minor for each in found.parties}
    assert shares == {"n1": 430_000 * 42 // 102, "n2": 430_000 * 60 // 102}
    assert found.rounding_minor == 430_000 - sum(shares.values()) < len(shares)
    assert [each.penalty_minor for each in found.parties] == [30_000, 0]


def test_tiers_follow_the_index_and_the_matrix_is_told_as_text(groups: World) -> None:
    indexed = sales(follows_index=True)
    parties = member("n1", 6_000, indexed), member("n2", 4_000)
    changed = {
        "index_baseline": 10_000, "index_elasticity_bps": BPS, "index_max_up_bps": 2_000,
        "index_max_down_bps": 2_000,
    }  # fmt: skip
    made = terms(groups, *parties, **changed)
    groups.do(proposed_on(approved(groups, *parties, **changed), made))
    for place in range(2):
        groups.do(signed_on(made, place))
    groups.do(s.RecordBetActivation(bet_id=1, parties=2))
    weight = BPS * BPS * 2
    groups.do(measured(None, 9_000, period=1, factor_bps=9_000, weight=weight))
    first, second = board(groups).parties
    tiers = [
        (t.floor, t.base, t.stretch) for each in (first, second) for t in each.periods[0].targets
    ]
    assert tiers == [(540, 900, 1_350), (600, 1_000, 1_500)]
    assert first.periods[1].targets[0].base == 1_000
    text = "\n".join(lines(progress_tables(board(groups))))
    assert "对赌进度" in text
    assert "104 sales" in text
    assert asdict(board(groups))["parties"][0]["periods"][0]["targets"][0]["name_zh"] == "爆款销量"


@pytest.mark.sqlite("the command line reads any database alike")
def test_the_three_cases_are_told_at_the_command_line(groups: World) -> None:
    number = approved(groups)
    url = groups.engine.url.render_as_string(hide_password=False)
    told = CliRunner().invoke(app, ["bet", "terms", number, "--db", url])
    assert told.exit_code == 0, told.output
    assert f"{number} APPROVED" in told.output
    assert "-100.00" in told.output  # what a party loses at worst
    assert "sales at least 1000 units" in told.output
    data = json.loads(
        CliRunner().invoke(app, ["bet", "terms", number, "--db", url, "--json"]).output
    )
    assert [each["worst"]["penalty_minor"] for each in data["outlooks"]] == [10_000, 10_000]
