"""Bets from their proposal to the last fen, on a chain: shares are the contract's, and time's part happens by itself."""

from __future__ import annotations

from tests.bets import PLACES, POOL, Bet, enrol_nodes
from tests.lives.bets import nobody_signs, whole_life
from tests.world import World

STAKES, WALLET = "1012.07", "1012.01"
SHARE_INCOME, SHARE_COST, PENALTY = "6051.02", "6602.01", "6711.01"


def custody(world: World) -> int:
    """What all have in the custody of bets, minor units; the tokens of the contract are as many."""
    booked = sum(world.account(code, STAKES) for code in PLACES)
    contract = world.deployment.address("BetContracts")
    (held,) = world.bridge.gateway.view("SettlementToken", "balanceOf", contract)
    assert booked == held
    return booked


def holds(world: World) -> None:
    """Custody, wallets and the audit agree."""
    custody(world)
    for code in PLACES:
        assert world.account(code, WALLET) == world.balance(code)
    report = world.bridge.audit.run()
    assert report.holds, [d for i in report.invariants for d in i.differences]


def test_a_bet_that_nobody_signs_in_time_gives_everybody_their_money_back(world: World) -> None:
    enrol_nodes(world)
    before = {code: world.balance(code) for code in PLACES}
    nobody_signs(world)
    assert world.last("bet_void").fields["remainder_minor"] == POOL
    assert custody(world) == 0
    assert {code: world.balance(code) for code in PLACES} == before
    holds(world)


def test_a_bet_with_an_index_a_dispute_a_leaver_and_a_newcomer_is_shared_as_the_contract_shares(
    world: World,
) -> None:
    enrol_nodes(world)
    before = sum(world.balance(code) for code in PLACES)
    bet = whole_life(world)
    settled = world.last("bet_settlement").fields
    payouts = {d.fields["party_code"]: d.fields for d in world.documents("bet_payout")}
    assert payouts.keys() == {"NODE-1", "NODE-2", "NODE-3"}
    shared = sum(f["share_minor"] for f in payouts.values())
    pot = settled["value_added_minor"] + settled["penalties_minor"]
    assert 0 <= pot - shared == settled["rounding_minor"] < 3
    assert payouts["NODE-3"]["penalty_minor"] > 0
    assert custody(world) == 0
    assert sum(world.balance(code) for code in PLACES) == before
    value = sum(-world.account(code, SHARE_INCOME) for code in payouts)
    assert 0 <= settled["value_added_minor"] - value < 3
    assert world.account("SPONSOR", SHARE_COST) == settled["value_added_minor"]
    assert sum(world.account(code, PENALTY) for code in payouts) == settled["penalties_minor"]
    assert bet.record()["status"] == 4
    holds(world)


def test_all_together_end_a_bet_early_and_the_keeper_pays_it_out(world: World) -> None:
    enrol_nodes(world)
    bet = Bet(world)
    bet.sign()
    bet.end_by_consent("SPONSOR", "NODE-1", "NODE-2")
    world.settle()
    assert world.last("bet_settlement").fields["by_consent"] is True
    assert custody(world) == 0
    holds(world)


def test_an_amount_that_somebody_changed_in_a_bets_party_is_seen_by_the_audit(world: World) -> None:
    enrol_nodes(world)
    whole_life(world)
    world.sql("UPDATE bet_party SET share_minor = share_minor + 1 WHERE party = 'NODE-1'")
    report = world.bridge.audit.run()
    assert not report.holds
    assert any("bet_party" in d.row for i in report.invariants for d in i.differences)
