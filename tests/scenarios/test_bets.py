"""Bets from their proposal to the last fen, on a chain: shares are the contract's, and time's part happens by itself."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.bets import PLACES, POOL, STAKE, Bet, enrol_nodes
from tests.lives.bets import nobody_signs, whole_life
from tests.mailbox import ask, outcome, sign
from tests.world import DAY, World

STAKES, WALLET = "1012.07", "1012.01"
SHARE_INCOME, REWARD, SHARE_COST, PENALTY = "6051.02", "6301.01", "6602.01", "6711.01"
WALKS = 6  # lives of the random walk; each settles one bet


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


def drawn(draw: Random) -> dict[str, Any]:
    """Terms of a pledge that a walk draws."""
    return {
        "stake": draw.randint(1, STAKE),
        "shareBps": draw.randint(0, 10_000),
        "toleranceBps": draw.randint(0, 2_000),
        "slopeBps": draw.randint(0, 30_000),
        "capBps": draw.randint(0, 10_000),
    }


@pytest.mark.parametrize("seed", range(WALKS))
def test_what_each_gets_is_what_the_contract_would_pay_after_every_step_of_a_random_bet(
    world: World, seed: int
) -> None:
    draw = Random(seed)
    enrol_nodes(world)
    nodes = ["NODE-1", "NODE-2", "NODE-3"][: draw.randint(2, 3)]
    periods = draw.randint(1, 3)
    bet = Bet(
        world,
        pledges={code: drawn(draw) for code in nodes},
        periods=periods,
        valuePool=draw.choice([0, 1, POOL]),
    )
    bet.sign()
    world.settle()
    for period in range(1, periods + 1):
        bet.reach(bet.period_end(period))
        for code in nodes:
            if draw.random() < 0.75:
                bet.report(code, period, draw.randint(0, 200))
                world.settle()
                _agrees(world, bet, nodes)
                if draw.random() < 0.4:
                    bet.dispute(draw.choice([*nodes, "SPONSOR"]), code, period)
                    bet.rule(code, period, draw.randint(0, 200))
                    world.settle()
                    _agrees(world, bet, nodes)
    if draw.random() < 0.8:
        bet.report_value(draw.randint(0, int(bet.terms["valuePool"])))
    world.settle()
    _agrees(world, bet, nodes)
    bet.settleable()
    world.settle()
    assert custody(world) == 0
    assert len(world.documents("bet_payout")) == len(nodes)
    holds(world)


def _agrees(world: World, bet: Bet, nodes: list[str]) -> None:
    """What the ERP knows of each party is what the contract knows, and the shares that follow from both."""
    record = bet.record()
    for code in nodes:
        account = world.people[code].address
        row = world.sql(
            "SELECT contribution, shortfall, penalty_minor, measured FROM bet_party WHERE party = :p",
            p=code,
        )[0]
        (member,) = world.bridge.gateway.records([("BetContracts", "party", (bet.id, account))])
        known = (member["contribution"], member["shortfall"], member["penalty"], member["measured"])
        assert tuple(row) == tuple(map(int, known))
        penalty, share, *_ = bet_payout(world, bet.id, account)
        weight, pot = int(record["weight"]), int(record["valueAdded"]) + int(record["penalties"])
        assert share == (pot * row[0] // weight if weight else 0)
        assert penalty == (row[2] if weight else 0)


def bet_payout(world: World, bet_id: int, account: str) -> tuple[int, ...]:
    """Penalty and share as the lens computes them now."""
    found = world.bridge.gateway.view("BetLens", "payoutOf", bet_id, account)
    return tuple(int(value) for value in found)


def test_an_amount_that_somebody_changed_in_a_bets_party_is_seen_by_the_audit(world: World) -> None:
    enrol_nodes(world)
    whole_life(world)
    world.sql("UPDATE bet_party SET share_minor = share_minor + 1 WHERE party = 'NODE-1'")
    report = world.bridge.audit.run()
    assert not report.holds
    assert any("bet_party" in d.row for i in report.invariants for d in i.differences)


@pytest.mark.node
def test_a_party_signs_a_bet_with_a_wallet_and_the_keeper_brings_it_to_the_chain(
    world: World,
) -> None:
    enrol_nodes(world)
    bet = Bet(world)
    bet.sign("NODE-1")
    world.settle()
    pledge = bet.pledge("NODE-2")
    proof = ["0x" + each.hex() for each in bet.tree.proof(bet.leaves[1])]
    told = {
        "account": pledge["account"].lower(), "stake_minor": pledge["stake"], "share_bps": pledge["shareBps"],
        "tolerance_bps": pledge["toleranceBps"], "slope_bps": pledge["slopeBps"], "cap_bps": pledge["capBps"],
        "targets": [
            {
                "metric": t["metric"], "follows_index": t["followsIndex"], "weight_bps": t["weightBps"],
                "floor": t["floor"], "base": t["base"], "stretch": t["stretch"],
            }
            for t in pledge["targets"]
        ],
    }  # fmt: skip
    asked = ask(world, "NODE-2", "sign_bet", bet_id=bet.id, pledge=told, proof=proof)
    sign(world, asked, "NODE-2")
    assert outcome(world, asked) == ("done", "")
    assert world.last("bet_signature").fields["party_code"] == "NODE-2"
    assert world.last("bet_activation").fields["parties"] == 2
    forged = ask(world, "NODE-3", "sign_bet", bet_id=bet.id, pledge=told, proof=proof)
    sign(world, forged, "NODE-3")
    assert outcome(world, forged)[0] == "refused"
    world.wait(DAY)
    holds(world)
