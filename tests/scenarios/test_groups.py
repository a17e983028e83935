"""Chain groups from their order to the end, on a chain: every amount is booked, and what time decides happens by itself."""

from __future__ import annotations

import pytest

from bridge.capabilities.groups import EXTENDED_AHEAD_SECONDS
from tests import bets
from tests.groups import BUDGET, LEADER, STAKE, TOKENS, Group, enrol_nodes
from tests.lives.groups import a_life, days_are_lost, rate_each_other
from tests.world import DAY, UNLIMITED, World

FUNDS, WALLET, INCOME, COST = "1012.08", "1012.01", "6051.03", "6602.03"
AVAILABLE, PRE_ENCUMBERED, ENCUMBERED, EXPENDED = "9003", "9002", "9001", "9004"
PARTIES = (LEADER, "N1", "N2", "N3")


def custody(world: World) -> int:
    """What all parties have in the custody of groups, minor units; the tokens of the contract are as many."""
    booked = sum(world.account(code, FUNDS) for code in PARTIES)
    purse = world.deployment.address("GroupPay")
    (held,) = world.bridge.gateway.view("SettlementToken", "balanceOf", purse)
    assert booked == held
    return booked


def assert_everybody_has_theirs(world: World) -> None:
    """Nothing lies in custody, and every wallet is what the chain says."""
    assert custody(world) == 0
    for code in PARTIES:
        assert world.account(code, WALLET) == world.balance(code)


def test_a_group_that_is_not_covered_gives_everybody_their_money_back(world: World) -> None:
    enrol_nodes(world)
    group = Group(world, [300_000, 200_000, 100_000], proposed=True)
    group.grab("N1", 1, 500)
    group.grab("N2", 1, 400)
    group.grab("N3", 2, 400)
    world.settle()
    order = world.last("group_order").fields
    assert order["proposal"] == group.proposal.number
    assert (order["need"], order["unbudgeted_minor"]) == (group.proposal.fields["need"], 0)
    assert custody(world) == 600_000 + 3 * STAKE == 630_000
    assert -world.account(LEADER, AVAILABLE) == BUDGET - 600_000 == 400_000
    world.assert_audit_holds()
    group.until("selectEnd")
    made = [d.type for d in world.documents("stake_release", "budget_return")]
    assert sorted(made) == ["budget_return", "stake_release", "stake_release", "stake_release"]
    assert_everybody_has_theirs(world)
    assert {world.balance(code) for code in PARTIES} == {TOKENS}
    assert (-world.account(LEADER, AVAILABLE), world.account(LEADER, ENCUMBERED)) == (BUDGET, 0)
    again = Group(world, [100_000], needRef=group.terms["needRef"])
    world.settle()
    order = world.last("group_order").fields
    assert (order["group_id"], order["unbudgeted_minor"]) == (again.id, 100_000)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_group_opened_in_the_same_breath_as_its_proposal_is_booked_with_it(world: World) -> None:
    """The bridge has not read the proposal yet when its group stands on chain: the audit would find it for ever."""
    enrol_nodes(world)
    settle, world.settle = world.settle, lambda: None  # type: ignore[method-assign]
    group = Group(world, [100_000], proposed=True)
    world.settle = settle  # type: ignore[method-assign]
    world.settle()
    order = world.last("group_order").fields
    assert (order["proposal"], order["unbudgeted_minor"]) == (group.proposal.number, 0)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_group_from_its_order_to_the_ratings_of_its_members(world: World) -> None:
    enrol_nodes(world)
    rate_each_other(world, a_life(world))
    assert_everybody_has_theirs(world)
    earned = {"N1": 99_990, "N2": 200_000, "N3": 0}
    for code, amount in earned.items():
        assert world.balance(code) == TOKENS + amount
        assert -world.account(code, INCOME) == amount
    assert world.account(LEADER, COST) == 299_990
    assert -world.account(LEADER, EXPENDED) == 299_990
    assert -world.account(LEADER, AVAILABLE) == BUDGET - 299_990
    assert world.account(LEADER, ENCUMBERED) == world.account(LEADER, PRE_ENCUMBERED) == 0
    assert world.last("role_addition").fields["unbudgeted_minor"] == 50_000
    members = world.sql(
        "SELECT role_id, round, party, until IS NULL FROM group_membership ORDER BY role_id, round"
    )
    held = [(0, 1, LEADER), (1, 1, "N1"), (2, 1, "N3"), (2, 2, "N2")]
    assert [tuple(row) for row in members] == [(*who, 0) for who in held]
    rated = {d.fields["party"]: d.fields["outcome_bps"] for d in world.documents("peer_outcome")}
    assert rated.keys() == {LEADER, "N1", "N2"}
    assert world.last("feedback_outcome").fields["party"] == "N3"
    assert world.last("credit_component").fields["component"] == "peers"
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_formed_group_whose_bet_nobody_signs_is_given_up_by_itself(world: World) -> None:
    enrol_nodes(world)
    group = Group(world, [100_000], proposed=True, betSeconds=DAY)
    group.grab("N1", 1, 10)
    group.until("selectEnd")
    assert world.last("group_forming").fields["bet_due_at"] > 0
    assert custody(world) == 100_000 + STAKE
    group.until("betDueAt")
    assert world.last("group_dissolution").fields["filled"] == 1
    assert_everybody_has_theirs(world)
    assert -world.account(LEADER, AVAILABLE) == BUDGET
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_group_without_any_report_is_closed_by_itself_at_the_end_of_its_reports(
    world: World,
) -> None:
    enrol_nodes(world)
    group = Group(world, [100_000])
    group.grab("N1", 1, 10)
    group.grab("N2", 1, 20)
    group.until("selectEnd")
    assert [d.fields["party"] for d in world.documents("stake_release")] == ["N1"]
    group.until("reportEnd")
    settled = world.last("group_settlement").fields
    assert (settled["earned_minor"], settled["unearned_minor"]) == (0, 100_000)
    assert_everybody_has_theirs(world)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_group_whose_bet_outlasts_its_reports_is_closed_when_the_bet_is_settled(
    world: World,
) -> None:
    bets.enrol_nodes(world)
    world.people[LEADER] = world.people["SPONSOR"]
    for code in bets.PLACES:
        spender = world.deployment.address("GroupPay")
        world.transact(code, "SettlementToken", "approve", spender, UNLIMITED)
    group = Group(world, [1_000, 2_000])
    group.grab("NODE-1", 1, 10)
    group.grab("NODE-2", 2, 10)
    group.until("selectEnd")
    bet = bets.Bet(world, groupId=group.id)
    bet.sign()
    group.tell(LEADER, "bindBet", bet.id)
    group.until("reportEnd")
    assert world.documents("group_settlement") == []
    bet.perform()
    world.settle()
    (at,) = world.bridge.gateway.view("BetContracts", "settleableAt", bet.id)
    world.node.reach_time(int(at) + 1)
    world.settle()
    code = world.last("group_order").number
    assert world.last("bet_binding").fields["chain_group"] == code
    settled = world.last("bet_settlement")
    assert {entry["chain_group"] for entry in settled.entries} == {code}
    assert world.last("group_settlement").fields["bet_id"] == bet.id
    assert world.account("NODE-1", FUNDS) == world.account("SPONSOR", FUNDS) == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_days_of_force_majeure_extend_the_work_of_a_group_by_themselves(world: World) -> None:
    enrol_nodes(world)
    group = days_are_lost(world)
    order, extended = world.last("group_order").fields, world.last("work_extension").fields
    assert extended["extended_days"] == 2
    assert extended["work_end"] == order["work_end"] + 2 * DAY
    group.until("workEnd", ahead=EXTENDED_AHEAD_SECONDS)  # nothing more to extend
    assert len(world.documents("work_extension")) == 1
    world.node.reach_time(order["report_end"] + 1)
    world.settle()
    assert world.documents("group_settlement") == []
    group.until("reportEnd")
    assert world.last("group_settlement").fields["unearned_minor"] == 1_000
    assert_everybody_has_theirs(world)
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("UPDATE role_candidate SET stake_held_minor = stake_held_minor + 1", "role_candidate"),
        ("UPDATE chain_group SET budget_minor = budget_minor - 1", "chain_group"),
        ("DELETE FROM group_membership WHERE role_id = 1", "group_membership"),
        (
            "UPDATE ledger_balance SET balance_minor = balance_minor - 1 WHERE account = '1012.08'",
            "GroupPay",
        ),
    ],
)
def test_a_planted_fault_in_the_books_of_a_group_is_seen_by_the_audit(
    world: World, fault: str, told: str
) -> None:
    enrol_nodes(world)
    group = Group(world, [100_000])
    group.grab("N1", 1, 10)
    group.until("selectEnd")
    world.assert_audit_holds()
    world.sql(fault)
    found = [d for invariant in world.audit().invariants for d in invariant.differences]
    assert any(told in difference.row for difference in found), found
