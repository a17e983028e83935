"""A play by the chain's own clock says beforehand how long it takes, in the shortest windows that the contracts allow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.plays.acts.buying import DELIVERY_SECONDS, POLICY, in_spans
from scripts.plays.acts.spans import (
    ACT_SECONDS,
    DAY,
    HOUR,
    LEAST,
    MINUTE,
    TOLD,
    at_least,
    readable,
)
from scripts.plays.scenarios.registry import SCENARIOS
from scripts.plays.scenarios.running import check_length
from scripts.plays.stage.by_clock import agreed
from scripts.plays.stage.clocks import Time
from scripts.plays.stage.errors import Unusable

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
UNITS = {"minutes": MINUTE, "hours": HOUR, "days": DAY}
ONE_NODE = ("development", None)


def constant(contract: str, name: str) -> int:
    """A length of time that a contract's source names, seconds."""
    source = (CONTRACTS / contract).read_text(encoding="utf-8")
    found = re.search(rf"{name} = (\d+) (\w+);", source)
    assert found is not None, (contract, name)
    return int(found[1]) * UNITS[found[2]]


def test_the_shortest_windows_are_those_of_the_contracts() -> None:
    bidding, groups = "procurement/Bidding.sol", "chaingroup/GroupRules.sol"
    bets, orders = "bets/BetRules.sol", "settlement/OrderRules.sol"
    assert constant(bidding, "MIN_WINDOW_SECONDS") == LEAST.bids
    assert constant(bidding, "MIN_BONDED_WINDOW_SECONDS") == LEAST.bonded_bids
    window = constant(groups, "MIN_WINDOW_SECONDS")
    assert (LEAST.grabs, LEAST.selects, LEAST.reviews) == (window, window, window)
    assert constant(groups, "MIN_WORK_SECONDS") == LEAST.work
    assert constant(groups, "MIN_REPORT_SECONDS") == LEAST.group_reports
    window = constant(bets, "MIN_WINDOW_SECONDS")
    windows = (LEAST.period, LEAST.bet_reports, LEAST.disputes, LEAST.rulings)
    assert windows == (window, window, window, window)
    assert constant(orders, "MIN_SILENCE_SECONDS") == LEAST.silence


@pytest.mark.parametrize("name", ["dissolve", "tamper", "bad-review"])
def test_stories_without_days_are_played_while_somebody_looks_on(name: str) -> None:
    seconds = SCENARIOS[name].seconds(LEAST)
    assert 4 * MINUTE <= seconds <= 10 * MINUTE
    check_length(SCENARIOS[name], seconds / HOUR)
    with pytest.raises(Unusable, match=f"{name} takes"):
        check_length(SCENARIOS[name], (seconds - 1) / HOUR)


def test_a_story_of_days_is_refused_with_what_takes_so_long_and_begun_where_that_is_allowed() -> (
    None
):
    story = SCENARIOS["partial-and-reject"]
    with pytest.raises(Unusable) as refused:
        check_length(story, 1)
    told = str(refused.value)
    assert "takes 2 days 1 h by the clock at least (the second part is late: 2 days 1 h" in told
    (needed,) = re.findall(r"--at-most ([\d.]+),", told)
    check_length(story, float(needed))


@pytest.mark.parametrize("name", [name for name in SCENARIOS if not name.endswith("-dispute")])
def test_the_handbook_says_how_long_each_story_takes(name: str) -> None:
    page = (CONTRACTS.parent / "docs" / "network.md").read_text(encoding="utf-8")
    (row,) = (row for row in page.splitlines() if row.startswith(f"| `{name}`"))
    assert row.split("|")[2].strip() == readable(SCENARIOS[name].seconds(LEAST))


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_story_takes_longer_in_the_shortest_windows(name: str) -> None:
    assert 0 < SCENARIOS[name].seconds(LEAST) < SCENARIOS[name].seconds(TOLD)


def test_a_bond_that_is_no_part_of_the_story_is_left_out_so_that_bidders_get_a_minute() -> None:
    short = in_spans(POLICY, LEAST)
    assert (short["bond_minor"], short["commit_seconds"], short["reveal_seconds"]) == (0, 60, 60)
    assert short["lead_seconds"] == 2 * MINUTE + DELIVERY_SECONDS
    bonded = in_spans({**POLICY, "bond_minor": 5_000}, LEAST)
    assert (bonded["bond_minor"], bonded["commit_seconds"]) == (5_000, HOUR)
    assert in_spans(POLICY, TOLD) == POLICY


def test_a_busy_machine_gets_longer_windows_and_is_told_how_long_that_takes() -> None:
    assert at_least(MINUTE) == LEAST
    dissolve = SCENARIOS["dissolve"]
    assert dissolve.seconds(at_least(3 * MINUTE)) == 3 * dissolve.seconds(LEAST)
    assert at_least(2 * HOUR).bonded_bids == 2 * HOUR
    assert at_least(3 * MINUTE).work == LEAST.work, "an hour stays one"


def test_many_candidates_get_the_time_to_grab_one_after_the_other() -> None:
    assert LEAST.grabs_of(3) == LEAST.grabs
    assert LEAST.grabs_of(25) == 25 * ACT_SECONDS > LEAST.grabs
    assert TOLD.grabs_of(25) == TOLD.grabs


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59, "59 s"), (240, "4 min"), (DAY + HOUR + 1, "1 day 1 h"), (2 * DAY, "2 days")],
)
def test_a_length_of_time_is_told_in_its_two_largest_units(seconds: int, told: str) -> None:
    assert readable(seconds) == told


def test_a_chain_that_mines_when_somebody_acts_has_no_clock_of_its_own() -> None:
    with pytest.raises(Unusable, match="anvil mines when somebody acts"):
        agreed("anvil", Time.REAL, ONE_NODE)


def test_a_chain_of_several_nodes_goes_by_its_own_clock_alone() -> None:
    with pytest.raises(Unusable, match="add --clock real"):
        agreed("http://127.0.0.1:1", None, ("clique", 4))
    by_the_clock, named = agreed("http://127.0.0.1:1", Time.REAL, ("clique", 4))
    assert (by_the_clock, named.consensus, named.depth) == (True, "clique", 4)
