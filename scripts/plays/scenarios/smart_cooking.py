"""smart-cooking 智慧烹饪: many roles, more candidates, one bet; from the need to the shares and to what members say."""

from __future__ import annotations

from functools import partial

from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from erp.bets.terms_schemas import TermsParty, TermsTarget

from ...deployment.deploy import RATING_SECONDS
from ..acts.bet_terms import approved_terms
from ..acts.bets import Bet
from ..acts.groups import LEADER, STAKE, Group
from ..acts.spans import Spans, Wait
from .bet_model import BPS, Outcome, Pledge, Target, outcome, period
from .cooking import Draw, Kitchen, draw
from .model import NODE, Party, Scenario
from .stage import Stage

METRIC = 109  # utilisation, which the books of the house do not measure: the reporter tells what was reached
TOLERANCE, SLOPE, CAP = 500, 20_000, 5_000
BET_STAKE = 50_000
TARGET = Target(METRIC, BPS, floor=0, base=BPS, stretch=2 * BPS)
PLEDGE = 600_000  # in the second group
VALUE_SHARE, ROLE_COST, ROUNDING, EXPENDED = "6602.01", "6602.03", "6301.01", "9004"


def sized(scale: int, seed: int) -> Scenario:
    """The scenario with as many roles and candidates as the scale asks for, and the draws of the seed."""
    drawn = draw(scale, seed)
    short = drawn.short.holder
    cast = (
        Party(
            *(LEADER, "Cook 厨房链群主", NODE, drawn.tokens, ("GroupPay", "BetContracts")),
            house=True,
            budget_minor=drawn.tokens,
        ),
        *(
            Party(
                *(code, f"Node {code}", NODE, 4 * BET_STAKE, ("GroupPay", "BetContracts")),
                house=code == short,
                budget_minor=BET_STAKE if code == short else 0,
            )
            for code in drawn.candidates
        ),
    )
    return Scenario(
        "smart-cooking",
        "a kitchen that many make together",
        "智慧烹饪",
        "A leader opens a group of many roles for a need; more candidates than roles grab them, and the best stand. All "
        "sign one bet; roles are paid as they work, value and penalties are shared to the last unit, members rate each "
        "other, and what they say decides who leads the next grab.",
        cast,
        lambda stage: _play(Kitchen(stage, drawn), drawn),
        partial(_waits, len(drawn.grabs)),
        sized=sized,
    )


def _waits(candidates: int, spans: Spans) -> tuple[Wait, ...]:
    """What it waits for by the chain's clock."""
    settles = spans.signs + spans.period + spans.bet_reports + spans.disputes + spans.rulings
    reported = work_of(spans) + spans.group_reports
    return (
        Wait("the group forms", spans.grabs_of(candidates) + spans.selects),
        Wait("the bet is settled, and the group closed", max(settles, reported)),
        Wait("members rate each other", 2 * RATING_SECONDS),
        Wait("the next group forms", spans.grabs + spans.selects),
        Wait("its work, and the reports on it", spans.work + spans.group_reports),
    )


def work_of(spans: Spans) -> int:
    """Seconds in which the roles work: the bet's period ends within them."""
    return spans.work * 4 // 3


def _play(kitchen: Kitchen, drawn: Draw) -> None:
    stage = kitchen.stage
    group = _open(stage, drawn)
    _grab(stage, group, drawn)
    bet = _bet(stage, group, drawn)
    _work(stage, group, drawn)
    _share(stage, group, bet, drawn)
    _end(stage, drawn)
    kitchen.rate(group)
    _next(stage, drawn)


def _open(stage: Stage, drawn: Draw) -> Group:
    with stage.step(LEADER, "proposes a group for a need; finance approves; the leader opens it"):
        group = Group(
            stage,
            [role.terms for role in drawn.roles],
            proposed=True,
            target=drawn.target,
            workSeconds=work_of(stage.spans),
            grabSeconds=stage.spans.grabs_of(len(drawn.grabs)),
        )
    stage.figure("budget_minor", stage.custody("GroupPay"), drawn.budget)
    return group


def _grab(stage: Stage, group: Group, drawn: Draw) -> None:
    with stage.step("nodes", f"grab: {len(drawn.grabs)} candidates for {len(drawn.roles)} roles"):
        for who, role_id, pledge in drawn.grabs:
            group.grab(who, role_id, pledge)
    held = drawn.budget + STAKE * len(drawn.grabs)
    stage.figure("custody_after_grabs_minor", stage.custody("GroupPay"), held)
    with stage.step(LEADER, f"selects who shall hold {len(drawn.selected)} of the roles"):
        stage.reach(stage.last("group_order").fields["grab_end"] + 1)
        for role in drawn.selected:
            account = stage.people[role.holder].address
            group.tell(LEADER, "selectCandidate", role.role_id, account)
    with stage.step("time", "passes: the other roles go to who ranks first, and the group forms"):
        group.until("selectEnd")
    rows = stage.sql("SELECT role_id, party FROM group_membership WHERE role_id > 0")
    names = {role.role_id: role for role in drawn.roles}
    stage.figure(
        "holders",
        {names[role_id].name: str(party) for role_id, party in sorted(rows)},
        {role.name: role.holder for role in drawn.roles},
    )
    lost = len(drawn.grabs) - len(drawn.roles)
    released = sum(d.fields["stake_minor"] for d in stage.documents("stake_release"))
    stage.figure("stakes_back_to_others_minor", released, STAKE * lost)


def _bet(stage: Stage, group: Group, drawn: Draw) -> Bet:
    with stage.step("finance", "of the leader and of each holder approve the terms of a bet"):
        terms = _approved(stage, drawn)
    with stage.step(LEADER, "proposes the bet, all holders sign it, the leader binds it"):
        pledges = {
            role.holder: {
                "stake": BET_STAKE, "shareBps": role.share_bps, "toleranceBps": TOLERANCE, "slopeBps": SLOPE,
                "capBps": CAP, "targets": [TARGET.as_published()],
            }
            for role in drawn.roles
        }  # fmt: skip
        bet = Bet(
            stage, pledges=pledges, sponsor=LEADER, groupId=group.id, valuePool=drawn.pool,
            termsRef=document_root(terms), signBy=terms.fields["sign_by"], start=terms.fields["start"],
        )  # fmt: skip
        bet.sign()
        group.tell(LEADER, "bindBet", bet.id)
    contract = stage.last("bet_contract").fields
    stands_on = (contract["terms"], contract["unagreed"])
    stage.figure("bet_stands_on", stands_on, (terms.number, None))
    staked = drawn.pool + BET_STAKE * len(drawn.roles)
    stage.figure("bet_custody_minor", stage.custody("BetContracts"), staked)
    return bet


def _approved(stage: Stage, drawn: Draw) -> Document:
    """The terms of the bet, approved for everybody whom it can cost something."""
    target = TermsTarget(
        metric=METRIC, weight_bps=BPS, floor=TARGET.floor, base=TARGET.base, stretch=TARGET.stretch,
        expected=TARGET.base,
    )  # fmt: skip
    parties = [
        TermsParty(
            party=role.holder, stake_minor=BET_STAKE, share_bps=role.share_bps, tolerance_bps=TOLERANCE,
            slope_bps=SLOPE, cap_bps=CAP, targets=(target,),
        )
        for role in drawn.roles
    ]  # fmt: skip
    code = stage.last("group_order").number
    asked = {"pool_minor": drawn.pool, "expected_value_minor": drawn.pool // 2}
    return approved_terms(stage, LEADER, parties, chain_group=code, **asked)


def _work(stage: Stage, group: Group, drawn: Draw) -> None:
    with stage.step("reporter", "reports the progress of each role: paid the same second"):
        stage.wait(stage.spans.period)
        for role in drawn.roles:
            group.progress(role.role_id, 1, role.progress_bps)
    paid = {d.fields["party"]: d.fields["amount_minor"] for d in stage.documents("role_payment")}
    stage.figure("role_pay_minor", paid, {role.holder: role.earned for role in drawn.roles})
    stage.figure("earned_minor", sum(paid.values()), sum(role.earned for role in drawn.roles))


def _share(stage: Stage, group: Group, bet: Bet, drawn: Draw) -> None:
    with stage.step("reporter", "tells what each party reached, and the value that was added"):
        stage.reach(bet.period_end(1))
        for role in drawn.roles:
            bet.report(role.holder, 1, role.reached_bps)
        bet.report_value(drawn.value)
    end = _expected(drawn)
    _measured(stage, drawn)
    with stage.step(
        "time", "passes: the keeper settles the bet, pays everybody, and closes the group"
    ):
        bet.settleable()
        group.until("reportEnd")
    _settled(stage, end, drawn)


def _expected(drawn: Draw) -> Outcome:
    """What the rules make of what each party reached."""
    pledges = {
        role.holder: Pledge(BET_STAKE, role.share_bps, CAP, SLOPE, (TARGET,), TOLERANCE)
        for role in drawn.roles
    }
    reached = {
        role.holder: [period(pledges[role.holder], [role.reached_bps], BPS)] for role in drawn.roles
    }
    return outcome(pledges, reached, drawn.value)


def _measured(stage: Stage, drawn: Draw) -> None:
    rows = stage.sql("SELECT party, attainment_bps FROM bet_measure WHERE party <> ''")
    stage.figure(
        "attainments_bps",
        {str(party): int(bps) for party, bps in sorted(rows)},
        {
            role.holder: role.reached_bps
            for role in sorted(drawn.roles, key=lambda role: role.holder)
        },
    )


def _settled(stage: Stage, end: Outcome, drawn: Draw) -> None:
    rows = stage.sql("SELECT party, penalty_minor, share_minor FROM bet_party ORDER BY party")
    parties = dict(sorted(end.parties.items()))
    lost = {str(party): int(penalty) for party, penalty, _ in rows if penalty}
    losers = {who: party.penalty for who, party in parties.items() if party.penalty}
    stage.figure("penalties_minor", lost, losers)
    ((value, penalties),) = stage.sql("SELECT value_added_minor, penalties_minor FROM bet")
    stage.figure("pot_minor", int(value) + int(penalties), drawn.value + end.penalties)
    shares = {str(party): int(share) for party, _, share in rows}
    stage.figure("shares_minor", shares, {who: party.share for who, party in parties.items()})
    rounding = stage.last("bet_settlement").fields["rounding_minor"]
    stage.figure("rounding_minor", rounding, end.rounding)
    payouts = {d.fields["party_code"]: d.fields for d in stage.documents("bet_payout")}
    paid = {code: told["paid_minor"] for code, told in sorted(payouts.items())}
    stage.figure("payouts_minor", paid, {who: party.paid for who, party in parties.items()})
    outcomes = {code: told["outcome_bps"] for code, told in payouts.items()}
    stage.figure("outcome_of_the_short_bps", outcomes[drawn.short.holder], drawn.short.reached_bps)
    expenses = -stage.account(LEADER, ROUNDING), stage.account(LEADER, VALUE_SHARE)
    stage.figure("rounding_and_value_in_the_books_minor", expenses, (end.rounding, drawn.value))


def _end(stage: Stage, drawn: Draw) -> None:
    earned = sum(role.earned for role in drawn.roles)
    settled = stage.last("group_settlement").fields
    stage.figure("returned_minor", settled["unearned_minor"], drawn.budget - earned)
    stage.figure("role_cost_in_the_books_minor", stage.account(LEADER, ROLE_COST), earned)
    spent = -stage.account(LEADER, EXPENDED)
    stage.figure("spent_of_the_budget_minor", spent, earned + drawn.value)
    custody = [stage.custody(contract) for contract in ("GroupPay", "BetContracts")]
    stage.figure("custody_at_end_minor", custody, [0, 0])
    end = _expected(drawn)
    cost = earned + drawn.value - end.rounding
    stage.figure("cost_of_the_leader_minor", drawn.tokens - stage.balance(LEADER), cost)


def _next(stage: Stage, drawn: Draw) -> None:
    """Who fell short is rated low: who kept its promise goes before it in the next grab, with an equal pledge made later."""
    short, rival = drawn.short.holder, drawn.rival
    with stage.step(f"{short}, {rival}", "grab a role of the next group with equal pledges"):
        again = Group(stage, [drawn.short.terms], proposed=True)
        again.grab(short, 1, PLEDGE)
        again.grab(rival, 1, PLEDGE)
    credits_ = {who: stage.score(who) for who in (short, rival)}
    stage.figure("who_kept_has_more_credit", credits_[short] < credits_[rival], True)
    with stage.step("time", "passes: credit decides"):
        again.until("selectEnd")
    rows = stage.sql("SELECT party FROM group_membership WHERE role_id = 1 ORDER BY since DESC")
    stage.figure("next_holder", str(rows[0][0]), rival)
    with stage.step("time", "passes to the end of the second group"):
        again.until("reportEnd")
    stage.figure("custody_at_last_minor", stage.custody("GroupPay"), 0)


SCENARIO = sized(1, 1)
