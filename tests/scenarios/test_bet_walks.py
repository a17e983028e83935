"""Random bets on a real chain: at every step the books say what the contract would pay, and every sum is the contract's."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from erp.bets.rules import share_down
from tests.bet_walk import PLACES, WalkingBet, enrol, look, record
from tests.world import World

pytestmark = pytest.mark.node
# Together: leavers, also from period 1, newcomers, changes not all sign, rulings, storms, ends by consent.
SEEDS = (5, 11, 16, 19, 24, 29)
SUMS = {
    "valuePool": "pool_minor",
    "staked": "staked_minor",
    "penalties": "penalties_minor",
    "valueAdded": "value_added_minor",
    "weight": "weight",
    "periods": "periods",
    "firstPeriods": "first_periods",
}
FIGURES = {
    "stake": "stake_minor",
    "penalty": "penalty_minor",
    "contribution": "contribution",
    "shortfall": "shortfall",
    "measured": "measured",
}


def _rows(world: World, statement: str, **values: Any) -> list[dict[str, Any]]:
    with world.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(statement), values).mappings()]


def assert_books_follow(world: World, bet_id: int, step: str) -> None:
    """Bet, parties and what each would get now: in the ERP as on chain."""
    (books,) = _rows(world, "SELECT * FROM bet WHERE bet_id = :id", id=bet_id)
    chain = record(world, "BetContracts", "bet", bet_id)
    assert {name: books[column] for name, column in SUMS.items()} == {
        name: chain[name] for name in SUMS
    }, step
    members = _rows(world, "SELECT * FROM bet_party WHERE bet = :bet", bet=books["number"])
    assert len(members) == chain["parties"], step
    pot = books["value_added_minor"] + books["penalties_minor"]
    for member in members:
        account = world.people[member["party"]].address
        party = record(world, "BetContracts", "party", bet_id, account)
        assert {name: member[column] for name, column in FIGURES.items()} == {
            name: party[name] for name in FIGURES
        }, (step, member["party"])
        share = share_down(pot, member["contribution"], books["weight"])
        penalty = member["penalty_minor"] if books["weight"] else 0
        assert (penalty, share) == look(world, "BetLens", "payoutOf", bet_id, account), step


@pytest.mark.parametrize("seed", SEEDS)
def test_the_books_say_at_every_step_of_a_random_bet_what_the_contract_would_pay(
    world: World, seed: int
) -> None:
    enrol(world)
    before = sum(world.balance(code) for code in PLACES)
    walk = WalkingBet(world, Random(seed))
    for step in walk.steps():
        world.settle()
        assert_books_follow(world, walk.id, step)
    world.settle()
    paid = {d.fields["party_code"]: d.fields for d in world.documents("bet_payout")}
    assert set(paid) == {seat.code for seat in walk.seats}
    for code, fields in paid.items():
        told = fields["penalty_minor"], fields["share_minor"]
        account = world.people[code].address
        assert told == look(world, "BetLens", "payoutOf", walk.id, account), code
    assert look(
        world, "SettlementToken", "balanceOf", world.deployment.address("BetContracts")
    ) == (0,)
    assert sum(world.balance(code) for code in PLACES) == before
    world.assert_nothing_waits()
    world.assert_audit_holds()
