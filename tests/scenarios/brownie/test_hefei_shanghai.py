"""hefei-shanghai: a plant pledges zero defects and zero delay, a market node zero stock and a sales target."""

from __future__ import annotations

import pytest
from bets import Bet, at_least, at_most, pledge
from house import MONEY, NODES, House, refuses

SPONSOR, HEFEI, SHANGHAI = NODES[:3]
STAKE, POOL = 1_000_000, 3_000_000
PLANT = (at_most(0, 1, weight=5_000), at_most(0, 1, weight=5_000))  # defects, days late
MARKET = (at_most(0, 100, weight=4_000), at_least(500, 1_000, weight=6_000))  # stock, sales


def bet_of(house: House) -> Bet:
    """Two periods, signed by both."""
    pledges = {
        HEFEI: pledge(house, HEFEI, STAKE, 6_000, *PLANT),
        SHANGHAI: pledge(house, SHANGHAI, STAKE, 4_000, *MARKET),
    }
    bet = Bet(house, pledges, sponsor=SPONSOR)
    bet.propose(POOL, periods=2)
    bet.sign(HEFEI)
    bet.sign(SHANGHAI)
    return bet


def assert_nothing_is_left(house: House, bet: Bet) -> None:
    """The sponsor takes what was not shared; then the contract is empty and no money was made or lost."""
    bet.contract.withdrawRemainder(bet.id, house.by("stranger"))
    assert house.held("BetContracts") == 0
    assert sum(house.money(role) for role in (SPONSOR, HEFEI, SHANGHAI)) == 3 * MONEY


def test_both_keep_their_promises_and_share_the_value_by_their_shares(house: House) -> None:
    bet = bet_of(house)
    for period in (1, 2):
        bet.end_of(period)
        bet.report(HEFEI, period, 0, 0)
        bet.report(SHANGHAI, period, 0, 500)
    bet.value(1_000_001)
    bet.settle()
    plant, market = bet.withdraw(HEFEI), bet.withdraw(SHANGHAI)
    assert (plant["penalty"], plant["share"], plant["paid"]) == (0, 600_000, STAKE + 600_000)
    assert (market["penalty"], market["share"], market["paid"]) == (0, 400_000, STAKE + 400_000)
    assert_nothing_is_left(house, bet)


def test_a_sales_target_is_lowered_by_both_in_the_middle_and_then_kept(house: House) -> None:
    bet = bet_of(house)
    lower = (MARKET[0], at_least(300, 1_000, weight=6_000))
    number = bet.amend(SHANGHAI, {HEFEI: PLANT, SHANGHAI: lower}, from_period=2)
    bet.sign_amendment(number, SHANGHAI)
    assert not bet.amendments.amendment(bet.contract, bet.id, number).dict()["agreed"]
    agreed = bet.sign_amendment(number, HEFEI)
    assert agreed.events["BetAmendmentAgreed"]["fromPeriod"] == 2
    bet.end_of(1)
    bet.report(HEFEI, 1, 0, 0)
    bet.report(SHANGHAI, 1, 0, 500)  # the first period keeps the target that was signed first
    bet.end_of(2)
    bet.report(HEFEI, 2, 0, 0)
    bet.report(SHANGHAI, 2, 0, 300)
    bet.settle()
    assert bet.withdraw(SHANGHAI)["penalty"] == 0
    bet.withdraw(HEFEI)
    assert_nothing_is_left(house, bet)


def test_a_target_that_one_alone_would_change_stays(house: House) -> None:
    bet = bet_of(house)
    lower = (MARKET[0], at_least(1, 2, weight=6_000))
    number = bet.amend(SHANGHAI, {HEFEI: PLANT, SHANGHAI: lower}, from_period=1)
    bet.sign_amendment(number, SHANGHAI)
    bet.end_of(1)
    bet.report(HEFEI, 1, 0, 0)
    standing = bet.report(SHANGHAI, 1, 0, 250).events["BetReported"]["standing"]
    assert standing[0] == 4_000 + 6_000 * 250 // 500


def test_the_side_that_misses_loses_to_the_last_fen_and_the_other_gains_it(house: House) -> None:
    bet = bet_of(house)
    for period, (stock, sales) in enumerate([(33, 500), (0, 250)], 1):
        bet.end_of(period)
        bet.report(HEFEI, period, 0, 0)
        bet.report(SHANGHAI, period, stock, sales)
    bet.value(0)
    bet.settle()
    kept = [4_000 * 67 // 100 + 6_000, 4_000 + 6_000 * 250 // 500]
    shortfall = sum(10_000 - k for k in kept)
    penalty = -(-STAKE * shortfall // 20_000)
    market, plant = bet.withdraw(SHANGHAI), bet.withdraw(HEFEI)
    weights = 6_000 * 20_000, 4_000 * sum(kept)
    assert market["penalty"] == penalty
    assert plant["share"] == penalty * weights[0] // sum(weights)
    assert market["share"] == penalty * weights[1] // sum(weights)
    assert market["paid"] == STAKE - penalty + market["share"]
    assert_nothing_is_left(house, bet)


def test_one_defect_and_one_late_day_cost_the_plant_its_whole_stake(house: House) -> None:
    bet = bet_of(house)
    for period in (1, 2):
        bet.end_of(period)
        bet.report(HEFEI, period, 1, 1)
        bet.report(SHANGHAI, period, 0, 500)
    bet.settle()
    plant, market = bet.withdraw(HEFEI), bet.withdraw(SHANGHAI)
    assert (plant["penalty"], plant["paid"], plant["outcomeBps"]) == (STAKE, 0, 0)
    assert market["paid"] == 2 * STAKE
    assert_nothing_is_left(house, bet)


def test_figures_that_are_disputed_are_what_the_arbiter_says(house: House) -> None:
    bet = bet_of(house)
    bet.end_of(1)
    bet.report(HEFEI, 1, 1, 0)
    who = house[HEFEI]
    with refuses("BetContracts_NotAParty"):
        bet.contract.dispute(bet.id, who, 1, b"\1" * 32, house.by("stranger"))
    bet.contract.dispute(bet.id, who, 1, b"\1" * 32, house.by(HEFEI))
    ruled = bet.rule(HEFEI, 1, 0, 0).events["BetReported"]
    assert (ruled["ruled"], ruled["standing"][0]) == (True, 10_000)


def test_both_and_the_sponsor_agree_that_it_is_over(house: House) -> None:
    bet = bet_of(house)
    bet.sign_end(HEFEI)
    bet.sign_end(SHANGHAI)
    settled = bet.sign_end(SPONSOR).events["BetSettled"]
    assert (settled["byConsent"], settled["remainder"]) == (True, POOL)
    assert bet.withdraw(HEFEI)["paid"] == bet.withdraw(SHANGHAI)["paid"] == STAKE
    assert_nothing_is_left(house, bet)


@pytest.mark.parametrize("forged", ["another party's", "another amount's"])
def test_a_signature_under_anything_else_is_refused(house: House, forged: str) -> None:
    pledges = {
        HEFEI: pledge(house, HEFEI, STAKE, 6_000, *PLANT),
        SHANGHAI: pledge(house, SHANGHAI, STAKE, 4_000, *MARKET),
    }
    bet = Bet(house, pledges, sponsor=SPONSOR)
    bet.propose(POOL)
    honest = bet.terms
    if forged == "another amount's":
        bet.terms = (*honest[:12], POOL + 1, *honest[13:])
        with refuses("BetRules_BadSignature"):
            bet.sign(HEFEI)
    else:
        house.places[HEFEI], house.places[SHANGHAI] = house.places[SHANGHAI], house.places[HEFEI]
        people = house.people[HEFEI], house.people[SHANGHAI]
        house.people[HEFEI], house.people[SHANGHAI] = people[1], people[0]
        try:
            with refuses("BetRules_BadSignature"):
                bet.sign(HEFEI)
        finally:
            house.people[HEFEI], house.people[SHANGHAI] = people
            house.places[HEFEI], house.places[SHANGHAI] = (
                house.places[SHANGHAI],
                house.places[HEFEI],
            )
