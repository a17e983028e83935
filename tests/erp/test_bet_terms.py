"""Terms of bets: what no contract takes is refused, what it may cost is set aside, a bet stands on what all agreed to."""

from __future__ import annotations

from typing import Any

import pytest

from erp.bets import schemas as s
from erp.bets.errors import (
    ApprovedBefore,
    BetTermsNotApproved,
    BetTermsUnsound,
    NotAsAgreed,
    NothingToApprove,
    NotTheMembers,
    UnknownBetTerms,
)
from erp.bets.outlooks import outlooks_of_terms
from erp.bets.rules import BPS, KEPT
from erp.bets.tables import Bet, BetParty
from erp.bets.terms_queries import outlooks_of
from erp.bets.terms_rules import promises
from erp.bets.terms_schemas import ApproveBetTerms, ProposeBetTerms, WithdrawBetTerms
from erp.bets.terms_tables import BetApproval, BetTerms
from erp.budget.errors import BudgetExceeded
from erp.budget.schemas import ApproveBudget
from erp.kernel.errors import WrongStatus
from erp.needs.errors import ApprovedByProposer
from erp.parties.errors import NotActive
from erp.signing.schemas import RequestAct
from tests.erp.bet_terms import (
    EXPECTED,
    PERIODS,
    POOL,
    STAKE,
    approve,
    approved,
    member,
    propose,
    proposed_on,
    sales,
    signed_on,
    terms,
)
from tests.erp.groups import BUDGET, about, formed, moved
from tests.erp.world import DAY, World, account
from tests.reference.bet_math import Curve, Member, Target, attainment, settlement

AVAILABLE, ASIDE, COMMITTED, SPENT = "9003", "9002", "9001", "9004"
MOST = STAKE // 2  # that a party can lose


def status(world: World, number: str) -> str:
    return world.rows_of(BetTerms, number).status


def withdraw(number: str) -> WithdrawBetTerms:
    return WithdrawBetTerms(bet_terms=number, reason="the season is over")


def of_the_house(world: World, *codes: str) -> None:
    """These parties get budgets of their own."""
    for code in codes:
        world.do(ApproveBudget(entity=code, amount_minor=BUDGET))


# ---- proposing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"parties": (member("n1", 10_000),)}, "parties is 1, not from 2 to 128"),
        ({"parties": (member("n1", 6_000), member("n1", 4_000))}, "n1 is named twice"),
        ({"parties": (member("n1", 6_000), member("n2", 3_999))}, "sum up to 9999 basis points"),
        ({"sign_by": 1}, "sign_by is 1, not from"),
        ({"periods": 61}, "periods is 61, not from 1 to 60"),
        ({"period_seconds": 3_599}, "period_seconds is 3599"),
        ({"periods": 60, "period_seconds": 366 * DAY}, "all periods together"),
        ({"dispute_seconds": 91 * DAY}, "dispute_seconds"),
        ({"index_max_down_bps": 10_000}, "index_max_down_bps is 10000, not from 0 to 9999"),
        ({"index_elasticity_bps": 20_001}, "index_elasticity_bps"),
        ({"expected_value_minor": POOL + 1}, "the pool is 90000"),
    ],
)
def test_terms_that_no_contract_takes_are_not_proposed(
    groups: World, changed: dict[str, Any], why: str
) -> None:
    with pytest.raises(BetTermsUnsound, match=why):
        groups.do(terms(groups, **changed))


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (sales(metric=201), "nothing is known of metric 201; there are 101 zero defects"),
        (sales(stretch=999), "its stretch is 999, its base 1000"),
        (sales(floor=1_000), "its floor is 1000, its base 1000"),
        (sales(floor=1_001), "is missed below its base"),
        (sales(metric=101), "zero defects is missed above its base"),
        (sales(weight_bps=9_999), "sum up to 9999"),
        (sales(follows_index=True), "the terms have none"),
    ],
)
def test_targets_that_no_contract_takes_are_not_proposed(
    groups: World, target: Any, why: str
) -> None:
    with pytest.raises(BetTermsUnsound, match=f"n1: .*{why}"):
        groups.do(terms(groups, member("n1", 6_000, target), member("n2", 4_000)))
    half = sales(weight_bps=5_000)
    groups.do(terms(groups, member("n1", 6_000, half, half), member("n2", 4_000)))


def test_a_bet_of_a_group_is_between_its_leader_and_all_who_hold_its_roles(groups: World) -> None:
    group = formed(groups).number  # n1 holds its one role
    with pytest.raises(NotTheMembers, match="n2 holds no role of it now"):
        groups.do(terms(groups, chain_group=group))
    both = member("lead", 4_000), member("n2", 6_000)
    with pytest.raises(NotTheMembers, match="n1 would have no part in it"):
        groups.do(terms(groups, *both, chain_group=group))
    with pytest.raises(NotTheMembers, match="lead leads it, and n2 would be the sponsor"):
        groups.do(terms(groups, chain_group=group, sponsor="n2"))
    with pytest.raises(NotActive):
        groups.do(terms(groups, member("n1", 6_000), member("supplier", 4_000)))
    made = groups.do(terms(groups, member("n1", 6_000), member("lead", 4_000), chain_group=group))
    assert about(made, "group_id", "accounts") == [
        7, {"lead": account("lead"), "n1": account("n1")},
    ]  # fmt: skip


# ---- the three cases -----------------------------------------------------------------------------


def test_each_case_is_what_the_reference_settles_to(groups: World) -> None:
    number = propose(groups, member("n1", 6_000), member("n2", 4_000, sales(expected=1_250)))
    found = groups.rows_of(BetTerms, number)
    tiers = Target(600, 1_000, 1_500)
    for case, pool, value, reached in (
        ("base", POOL, POOL, (1_000, 1_000)),
        ("expected", POOL, EXPECTED, (900, 1_250)),
    ):
        got = [attainment(each, tiers, BPS) for each in reached]
        members = [
            Member(STAKE, share, Curve(500, 10_000, 5_000), PERIODS * max(KEPT - a, 0), PERIODS * a)
            for share, a in zip((6_000, 4_000), got, strict=True)
        ]
        said = settlement(pool, value, PERIODS, members)
        cases = [getattr(each, case) for each in outlooks_of(found)]
        assert [each.attainment_bps for each in cases] == got
        assert [each.penalty_minor for each in cases] == said.penalties
        assert [each.share_minor for each in cases] == said.shares
    worst = [each.worst for each in outlooks_of(found)]
    assert [(e.kept_bps, e.penalty_minor, e.result_minor) for e in worst] == [(0, MOST, -MOST)] * 2


def test_when_nobody_expects_to_reach_anything_no_penalty_is_shared() -> None:
    hopeless = member("n1", 10_000, sales(expected=0)).model_dump(mode="json")
    told = {"pool_minor": 5, "expected_value_minor": 5, "periods": 1}
    (only,) = outlooks_of_terms(told, [hopeless])
    assert (only.expected.penalty_minor, only.expected.share_minor) == (0, 0)
    assert (only.worst.penalty_minor, only.base.share_minor) == (MOST, 5)


def test_a_pledge_is_told_in_words_of_two_languages() -> None:
    both = [
        sales(follows_index=True, weight_bps=4_000).model_dump(),
        sales(metric=101, weight_bps=6_000, floor=10, base=0, stretch=0).model_dump(),
    ]
    english, chinese = promises(both)
    assert english == (
        "sales at least 1000 units (weight 40 %; missed whole at 600, surpassed at 1500, moves with the index); "
        "zero defects at most 0 units (weight 60 %; missed whole at 10)"
    )
    assert chinese == (
        "爆款销量不低于 1000 件（权重 40 %；600 为全失，1500 为超额，随指数调整）；"
        "零不良不高于 0 件（权重 60 %；10 为全失）"
    )


# ---- approving -----------------------------------------------------------------------------------


def test_each_whom_the_bet_may_cost_something_sets_that_aside_and_the_last_one_approves_it(
    groups: World,
) -> None:
    number = propose(groups, member("n1", 6_000), member("lead", 4_000))
    assert about(approve(groups, number, "n1"), "set_aside_minor", "waiting") == [0, ["lead"]]
    assert status(groups, number) == "PROPOSED"
    with pytest.raises(ApprovedBefore, match="for n1 was approved by BTA-"):
        approve(groups, number, "n1")
    with pytest.raises(NothingToApprove, match="n3 is neither"):
        approve(groups, number, "n3")
    made = approve(groups, number, "lead")
    assert moved(made) == {("lead", ASIDE): -POOL - MOST, ("lead", AVAILABLE): POOL + MOST}
    assert status(groups, number) == "APPROVED"
    with pytest.raises(WrongStatus):
        approve(groups, number, "lead")
    back = groups.do(withdraw(number))
    assert moved(back) == {("lead", ASIDE): POOL + MOST, ("lead", AVAILABLE): -POOL - MOST}
    with pytest.raises(WrongStatus):
        groups.do(withdraw(number))
    with pytest.raises(UnknownBetTerms):
        groups.do(withdraw("BTP-2026-09999"))


def test_nobody_approves_what_he_proposed(groups: World) -> None:
    number = propose(groups)
    with pytest.raises(ApprovedByProposer, match="was proposed by node:lead"):
        groups.do(ApproveBetTerms(bet_terms=number, party="lead"), actor="node:lead")


def test_an_approval_over_the_budget_is_refused_with_the_figures(groups: World) -> None:
    number = propose(groups, pool_minor=BUDGET + 1)
    with pytest.raises(BudgetExceeded, match=f"{BUDGET} of budget available; {BUDGET + 1} is ask"):
        approve(groups, number, "lead")
    assert groups.rows_of(BetApproval, number, "lead").approval is None


# ---- from terms to bet ---------------------------------------------------------------------------


def standing(world: World) -> tuple[str, ProposeBetTerms]:
    """A bet of two that stands on terms: the sponsor is a party of it, too."""
    parties = member("n1", 6_000), member("lead", 4_000)
    made = terms(world, *parties)
    number = approved(world, *parties)
    world.do(proposed_on(number, made))
    return number, made


def test_a_bet_as_agreed_turns_what_was_set_aside_into_commitments_and_its_end_frees_them(
    groups: World,
) -> None:
    number, made = standing(groups)
    opened = groups.last("bet_contract")
    assert moved(opened) == {
        ("lead", "1012.07"): POOL, ("lead", "1012.01"): -POOL, ("lead", ASIDE): POOL, ("lead", COMMITTED): -POOL,
    }  # fmt: skip
    assert about(opened, "unagreed", "reserved_minor", "unbudgeted_minor") == [None, POOL, 0]
    assert status(groups, number) == "STANDING"
    with pytest.raises(WrongStatus):
        groups.do(withdraw(number))
    assert about(groups.do(signed_on(made, 0)), "unagreed", "reserved_minor") == [None, 0]
    last = groups.do(signed_on(made, 1))
    assert about(last, "unagreed", "reserved_minor", "unbudgeted_minor") == [None, MOST, 0]
    assert moved(last)["lead", COMMITTED] == -MOST
    groups.do(s.RecordBetActivation(bet_id=1, parties=2))
    ended = groups.do(
        s.RecordBetSettlement(
            bet_id=1, sponsor=account("lead"), value_added_minor=0, penalties_minor=0,
            weight=BPS * KEPT * PERIODS, remainder_minor=POOL, by_consent=False,
        )
    )  # fmt: skip
    assert moved(ended)["lead", COMMITTED] == POOL + MOST
    assert moved(ended)["lead", AVAILABLE] == -POOL - MOST
    assert status(groups, number) == "ENDED"


def test_value_shared_and_penalties_are_spent_of_the_budget(groups: World) -> None:
    _, made = standing(groups)
    groups.do(signed_on(made, 0))
    groups.do(signed_on(made, 1))
    groups.do(s.RecordBetActivation(bet_id=1, parties=2))
    missed = {
        "bet_id": 1, "subject": account("lead"), "period": 1, "evidence": None, "evidence_ref": "0x" + "11" * 32,
        "ruled": False, "values": ("600",), "kept_bps": 0, "shortfall_bps": BPS, "attainment_bps": 0,
        "factor_bps": BPS, "penalty_minor": 9_000, "contribution": 4_000 * KEPT, "penalties_minor": 9_000,
        "weight": 6_000 * KEPT * 2 + 4_000 * KEPT, "value_added_minor": 0,
    }  # fmt: skip
    groups.do(s.RecordBetMeasure(**missed))
    groups.do(
        s.RecordBetMeasure(
            **{
                **missed, "subject": None, "period": 0, "values": ("40000",), "shortfall_bps": 0, "factor_bps": 0,
                "penalty_minor": 0, "contribution": 0, "value_added_minor": 40_000,
            }
        )
    )  # fmt: skip
    ended = groups.do(
        s.RecordBetSettlement(
            bet_id=1, sponsor=account("lead"), value_added_minor=40_000, penalties_minor=9_000,
            weight=missed["weight"], remainder_minor=POOL - 40_000, by_consent=False,
        )
    )  # fmt: skip
    assert moved(ended)["lead", SPENT] == -40_000 - 9_000
    assert moved(ended)["lead", AVAILABLE] == -(POOL + MOST - 49_000)
    assert groups.rows_of(BetParty, "BET-2026-00001", "lead").reserved_minor == 0


def test_a_bet_that_nobody_signs_in_time_frees_what_was_committed_and_what_was_set_aside(
    groups: World,
) -> None:
    number, made = standing(groups)
    groups.do(signed_on(made, 0))
    gone = groups.do(
        s.RecordBetVoid(bet_id=1, sponsor=account("lead"), signed=1, remainder_minor=POOL)
    )
    assert moved(gone) == {
        ("lead", COMMITTED): POOL, ("lead", ASIDE): MOST, ("lead", AVAILABLE): -POOL - MOST,
    }  # fmt: skip
    assert status(groups, number) == "ENDED"
    assert groups.rows_of(BetApproval, number, "lead").stake_aside_minor == 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"terms": None}, "it names no terms"),
        ({"pool_minor": POOL + 1}, "pool_minor is 90001, agreed was 90000"),
        ({"arbiter_post": 4}, "arbiter_post is 4, agreed was 3"),
        ({"party_count": 3}, "party_count is 3, agreed was 2"),
        ({"index_baseline": "1"}, "index_baseline is 1, agreed was 0"),
        ({"group_id": 99}, "chain_group is 99, unknown here, agreed was None"),
    ],
)
def test_a_bet_that_is_not_as_agreed_is_booked_and_stands_on_no_budget(
    groups: World, changed: dict[str, Any], why: str
) -> None:
    made = terms(groups)
    number = approved(groups)
    opened = groups.do(proposed_on(number, made, **changed))
    assert why in opened.fields["unagreed"]
    assert about(opened, "reserved_minor", "unbudgeted_minor") == [0, opened.fields["pool_minor"]]
    assert groups.rows_of(Bet, opened.number).stands_on is None
    signed = groups.do(signed_on(made, 0))
    assert signed.fields["unagreed"] == f"{opened.number} stands on none"
    groups.do(withdraw(number))  # what was set aside is not lost


def test_a_bet_on_terms_that_somebody_has_not_approved_or_of_another_stands_on_none(
    groups: World,
) -> None:
    made = terms(groups)
    number = propose(groups)
    opened = groups.do(proposed_on(number, made))
    assert opened.fields["unagreed"] == f"{number}: it is PROPOSED, not APPROVED"
    other = approved(groups)
    foreign = groups.do(proposed_on(other, made, bet_id=2, sponsor=account("n3")))
    assert foreign.fields["unagreed"] == f"{other}: it is lead's"


def test_a_party_that_pledges_otherwise_keeps_what_is_set_aside_until_the_bet_ends(
    groups: World,
) -> None:
    parties = member("lead", 6_000), member("n1", 4_000)
    made, number = terms(groups, *parties), approved(groups, *parties)
    groups.do(proposed_on(number, made))
    other = groups.do(signed_on(made, 0, cap_bps=6_000))
    assert other.fields["unagreed"] == f"{number}: cap_bps is 6000, agreed was 5000"
    assert about(other, "reserved_minor", "unbudgeted_minor") == [0, 12_000]
    assert groups.rows_of(BetApproval, number, "lead").stake_aside_minor == MOST
    groups.do(s.RecordBetVoid(bet_id=1, sponsor=account("lead"), signed=1, remainder_minor=POOL))
    assert groups.rows_of(BetApproval, number, "lead").stake_aside_minor == 0


# ---- acts ----------------------------------------------------------------------------------------


def ask(world: World, who: str, act: str, **fields: Any) -> Any:
    return world.do(RequestAct(party=who, act=act, fields=fields), actor=f"node:{who}")


def test_the_act_of_proposing_names_approved_terms_of_its_sponsor(groups: World) -> None:
    number = propose(groups)
    with pytest.raises(BetTermsNotApproved, match="it is PROPOSED"):
        ask(groups, "lead", "propose_bet", bet_terms=number)
    numbers = [approve(groups, number, code).number for code in ("lead", "n1", "n2")]
    with pytest.raises(BetTermsNotApproved, match="it is lead's"):
        ask(groups, "n1", "propose_bet", bet_terms=number)
    made = ask(groups, "lead", "propose_bet", bet_terms=number)
    papers = made.fields["papers"]
    assert (papers["bet_terms"], papers["approvals"]) == (number, numbers)
    assert [each["account"] for each in papers["parties"]] == [account("n1"), account("n2")]
    assert "expected" not in papers["parties"][0]["targets"][0]
    assert made.fields["says"] == (
        f"Propose a bet of 2 parties, as {number} has it; its pool, 900.00, leaves your wallet"
    )


def test_the_act_of_signing_tells_what_is_pledged_and_refuses_another_pledge(groups: World) -> None:
    _, made = standing(groups)
    asked = ask(groups, "n1", "sign_bet_terms", bet_id=1)
    assert "sales at least 1000 units" in asked.fields["says"]
    assert (
        "200.00 leaves your wallet as your stake, of which you can lose 100.00; 60 %"
        in (asked.fields["says"])
    )
    assert "爆款销量不低于 1000 件" in asked.fields["says_zh"]
    pledge = asked.fields["papers"]["pledge"]
    with pytest.raises(BetTermsNotApproved, match="n2 is no party of it"):
        ask(groups, "n2", "sign_bet_terms", bet_id=1)
    ask(groups, "n1", "sign_bet", bet_id=1, pledge=pledge, proof=[])
    other = {**pledge, "stake_minor": STAKE + 1}
    with pytest.raises(NotAsAgreed, match="stake_minor is 20001, agreed was 20000"):
        ask(groups, "n1", "sign_bet", bet_id=1, pledge=other, proof=[])
    groups.do(proposed_on(None, made, bet_id=2))
    with pytest.raises(BetTermsNotApproved, match="none of its terms were approved here"):
        ask(groups, "n1", "sign_bet_terms", bet_id=2)
