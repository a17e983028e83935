"""A bet that is not signed in time; one with an index, a dispute and a leaver, from its proposal to the last fen."""

from __future__ import annotations

from erp.bets.change_schemas import WithdrawBetChange, WithdrawTopUp
from erp.bets.terms_schemas import WithdrawBetTerms
from scripts.plays.acts.bet_changes import approved_change, approved_top_up
from scripts.plays.acts.bet_terms import approved_terms, party_of
from tests.bets import POOL, TARGET, Bet, enrol_nodes
from tests.world import DAY, World

MAKES = frozenset({
    "bet_contract", "bet_signature", "bet_activation", "bet_void", "bet_top_up", "bet_settlement", "bet_payout",
    "bet_stake_return", "bet_rounding", "bet_remainder", "bet_amendment_agreement", "bet_terms", "bet_approval",
    "bet_terms_withdrawal", "bet_change", "bet_change_approval", "bet_change_withdrawal", "pool_top_up",
    "pool_top_up_approval", "pool_top_up_withdrawal",
})  # fmt: skip
SHARES = {
    "NODE-1": {"shareBps": 3_333},
    "NODE-2": {"shareBps": 3_334},
    "NODE-3": {"shareBps": 3_333},
}


def live(world: World) -> None:
    """Plays it."""
    enrol_nodes(world)
    nobody_proposes_it(world)
    nobody_signs(world)
    whole_life(world)


def nobody_proposes_it(world: World) -> None:
    """All approve the terms of a bet, and its sponsor takes them back."""
    world.settle()  # the books know them as nodes
    parties = party_of("NODE-1", 6_000), party_of("NODE-2", 4_000)
    terms = approved_terms(world, "SPONSOR", parties)
    world.erp(WithdrawBetTerms(bet_terms=terms.number, reason="the season is over"))


def nobody_changes_it(world: World) -> None:
    """All approve a change of the newest bet and more in its pool, and both are taken back."""
    bet, reason = world.last("bet_contract"), "the market came back"
    parties = [party_of(code, 5_000, cap_bps=10_000) for code in ("NODE-1", "NODE-2")]
    change = approved_change(world, bet, "SPONSOR", parties)
    world.erp(WithdrawBetChange(bet_change=change.number, reason=reason))
    top_up = approved_top_up(world, bet, "SPONSOR", 1_000)
    world.erp(WithdrawTopUp(top_up=top_up.number, reason=reason))


def nobody_signs(world: World) -> None:
    """Only one signs; the keeper ends it and gives everybody their money back."""
    bet = Bet(world)
    bet.sign("NODE-1")
    world.settle()
    world.reach(bet.sign_by)
    world.settle()


def whole_life(world: World) -> Bet:
    """Three parties, two periods, an index; one report is disputed and ruled, one party leaves, another joins."""
    indexed = {**TARGET, "followsIndex": True}
    pledges = {"NODE-1": {"targets": [indexed]}, "NODE-2": {}}
    bet = Bet(
        world, pledges=pledges, periods=2, indexBaseline=10_000, indexElasticityBps=10_000,
        indexMaxUpBps=2_000, indexMaxDownBps=2_000,
    )  # fmt: skip
    bet.sign()
    world.settle()
    nobody_changes_it(world)
    world.transact("SPONSOR", "BetContracts", "topUpPool", bet.id, 1_000)
    world.transact("NODE-3", "BetContracts", "topUpPool", bet.id, 500)
    world.reach(bet.sign_by + DAY)
    bet.report_index(1, 9_000)
    pledged = bet.amend(
        {"NODE-1": {"shareBps": 3_333}, "NODE-3": {"shareBps": 3_333}},
        from_period=2, leaver="NODE-2", newcomer="NODE-3",
    )  # fmt: skip
    world.settle()
    world.reach(bet.period_end(1))
    bet.report("NODE-1", 1, 70)
    bet.report("NODE-2", 1, 80)
    bet.dispute("NODE-2", "NODE-2", 1)
    bet.rule("NODE-2", 1, 90)
    bet.dispute("NODE-1", "NODE-1", 1)
    bet.withdraw_dispute("NODE-1", "NODE-1", 1)
    world.settle()
    world.reach(bet.period_end(2))
    bet.report("NODE-1", 2, 120, pledge=pledged["NODE-1"])
    bet.report("NODE-3", 2, 60, pledge=pledged["NODE-3"])
    bet.report_value(POOL - 7)
    world.settle()
    bet.settleable()
    world.settle()
    return bet
