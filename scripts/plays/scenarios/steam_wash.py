"""steam-wash 空气洗: what a group makes for its users is measured from the books, shared, and told in one statement."""

from __future__ import annotations

from bridge.commitments.documents import document_root
from erp.bets.terms_schemas import TermsParty, TermsTarget
from erp.database import snapshot
from erp.items.schemas import RegisterItem
from erp.statements.model import TOTAL, Scope, ScopeKind, WinWin
from erp.statements.win_win import Asked, win_win

from ..acts.bet_terms import approved_terms
from ..acts.bets import Bet
from ..acts.customers import WASH, Counter
from ..acts.groups import LEADER, Group, raised_need
from ..acts.spans import Spans, Wait
from .bet_model import BPS, Outcome, Pledge, Target, outcome, period
from .measuring import measured
from .model import NODE, Party, Scenario
from .stage import Stage

PARTNER, LAUNDRY = "PARTNER", "LAUNDRY"
ROLES = {PARTNER: 1, LAUNDRY: 2}
PAYS = {PARTNER: 30_000, LAUNDRY: 20_000}
USERS, WASHES_EACH, PRICE, COST = 30, 3, 30_000, 100_000  # price of three washes, cost of all
BASE_MARGIN, POOL, STAKE = 550_000, 300_000, 1_000
TOKENS = 2_000_000
SCORE, REVIEWERS = 9_000, 3  # what users say of both
ALL_WASHES = USERS * WASHES_EACH
TARGETS = {
    LEADER: Target(104, BPS, floor=0, base=ALL_WASHES, stretch=2 * ALL_WASHES),
    PARTNER: Target(106, BPS, floor=0, base=8_000, stretch=BPS),
    LAUNDRY: Target(106, BPS, floor=0, base=SCORE, stretch=BPS),
}
SHARES = {LEADER: 4_000, PARTNER: 3_500, LAUNDRY: 2_500}
PLEDGES = {who: Pledge(STAKE, SHARES[who], 5_000, BPS, (TARGETS[who],)) for who in SHARES}
VALUES = {LEADER: ALL_WASHES, PARTNER: SCORE, LAUNDRY: SCORE}
CAST = tuple(
    Party(code, name, NODE, TOKENS, ("GroupPay", "BetContracts"), house=True, budget_minor=TOKENS)
    for code, name in (
        (LEADER, "Leader 空气洗链群主"),
        (PARTNER, "Partner 技术伙伴"),
        (LAUNDRY, "Laundry 洗衣店"),
    )
)


def play(stage: Stage) -> None:
    """Plays it to its end."""
    group, counter = _group(stage)
    bet = _bet(stage, group)
    _work(stage, group, counter, bet)
    stage.reach(bet.period_end(1))
    measured(stage, "has what each party reached and the value added measured and reported")
    value = min(POOL, max(0, USERS * PRICE - COST - BASE_MARGIN))
    told = stage.last("value_report").fields["values"][0]
    stage.figure("value_added_minor", told, value)
    reached = {who: [period(PLEDGES[who], [VALUES[who]], BPS)] for who in PLEDGES}
    rows = stage.sql(
        "SELECT party, attainment_bps FROM bet_measure WHERE party <> '' ORDER BY party"
    )
    attained = {who: reached[who][0][1] for who in sorted(reached)}
    stage.figure("attainments_bps", {str(who): int(bps) for who, bps in rows}, attained)
    end = outcome(PLEDGES, reached, value)
    with stage.step("time", "passes: the bet is settled, all are paid, and the group is closed"):
        bet.settleable()
    shares = stage.sql("SELECT party, share_minor FROM bet_party ORDER BY party")
    expected = {who: end.parties[who].share for who in sorted(end.parties)}
    stage.figure("shares_minor", {str(who): int(minor) for who, minor in shares}, expected)
    rounding = stage.last("bet_settlement").fields["rounding_minor"]
    stage.figure("rounding_minor", rounding, end.rounding)
    custody = [stage.custody(contract) for contract in ("GroupPay", "BetContracts")]
    stage.figure("custody_at_end_minor", custody, [0, 0])
    _statement(stage, counter.code, end)


def waits(spans: Spans) -> tuple[Wait, ...]:
    """What it waits for by the chain's clock."""
    windows = spans.bet_reports + spans.disputes + spans.rulings
    return (
        Wait("the group forms", spans.grabs + spans.selects),
        Wait("the bet is signed, and runs for its period", spans.signs + spans.period),
        Wait("reports, disputes and rulings", windows),
    )


def _group(stage: Stage) -> tuple[Group, Counter]:
    with stage.step(LEADER, "proposes a group for a need, with the margin that it has to beat"):
        stage.erp(RegisterItem(code=WASH, name="Wash", unit="piece"))
        group = Group(
            stage,
            list(PAYS.values()),
            proposed=True,
            need=raised_need(stage, WASH),
            base_margin_minor=BASE_MARGIN,
            workSeconds=2 * stage.spans.work,
        )
    with stage.step(f"{PARTNER}, {LAUNDRY}", "grab the two roles; the group forms"):
        for who, role in ROLES.items():
            group.grab(who, role, 500)
        group.until("selectEnd")
    stage.figure("role_pay_in_custody_minor", stage.balance(LEADER), TOKENS - sum(PAYS.values()))
    return group, Counter(stage, group)


def _bet(stage: Stage, group: Group) -> Bet:
    code = stage.last("group_order").number
    with stage.step("finance", "of all three approves the terms of a bet"):
        parties = [
            TermsParty(
                party=who, stake_minor=STAKE, share_bps=SHARES[who], tolerance_bps=0, slope_bps=BPS,
                cap_bps=PLEDGES[who].cap_bps, targets=(_target(who),),
            )
            for who in SHARES
        ]  # fmt: skip
        asked = {"pool_minor": POOL, "expected_value_minor": POOL // 2}
        terms = approved_terms(stage, LEADER, parties, chain_group=code, **asked)
    with stage.step(LEADER, "proposes the bet, all three sign it, the leader binds it"):
        pledges = {
            who: {
                "stake": STAKE, "shareBps": SHARES[who], "toleranceBps": 0, "slopeBps": BPS,
                "capBps": PLEDGES[who].cap_bps, "targets": [TARGETS[who].as_published()],
            }
            for who in SHARES
        }  # fmt: skip
        bet = Bet(
            stage, pledges=pledges, sponsor=LEADER, groupId=group.id, valuePool=POOL,
            termsRef=document_root(terms), signBy=terms.fields["sign_by"], start=terms.fields["start"],
        )  # fmt: skip
        bet.sign()
        group.tell(LEADER, "bindBet", bet.id)
    staked = POOL + STAKE * len(SHARES)
    stage.figure("bet_custody_minor", stage.custody("BetContracts"), staked)
    return bet


def _target(who: str) -> TermsTarget:
    told = TARGETS[who]
    return TermsTarget(
        metric=told.metric, weight_bps=BPS, floor=told.floor, base=told.base, stretch=told.stretch,
        expected=told.base,
    )  # fmt: skip


def _work(stage: Stage, group: Group, counter: Counter, bet: Bet) -> None:
    stage.reach(bet.period_end(0) + stage.spans.period // 30)
    with stage.step("users", f"buy {ALL_WASHES} washes; some say how they were served"):
        sales = []
        for user in range(USERS):
            cost = COST * (user + 1) // USERS - COST * user // USERS
            sales.append(counter.sell(PRICE, WASHES_EACH, cost))
        for sale in sales[:REVIEWERS]:
            for role in ROLES.values():
                counter.say(sale, role, SCORE)
        stage.settle_anchored()  # a review goes out once it is anchored
    stage.figure("reviews_on_chain", len(stage.documents("review_attestation")), 2 * REVIEWERS)
    with stage.step("reporter", "reports that both roles did their work: paid the same second"):
        for role in ROLES.values():
            group.progress(role, 1, BPS)
    paid = {d.fields["party"]: d.fields["amount_minor"] for d in stage.documents("role_payment")}
    stage.figure("role_pay_minor", paid, PAYS)


def _statement(stage: Stage, code: str, end: Outcome) -> None:
    """Who earned what together, and who has what of it."""
    asked = Asked(str(stage.last("group_order").at), str(stage.now + 1), stage.now)
    with snapshot(stage.engine) as session:
        told = win_win(session, Scope(ScopeKind.GROUP, code), asked)
    stage.figure("statement_errors", len(told.errors), 0)
    value = USERS * PRICE - COST
    partners = {who: PAYS[who] + end.parties[who].share for who in ROLES}
    for row, expected in (
        ("1.1", USERS), ("3.2", USERS * PRICE), ("4.2", COST), ("2.2", value),
        ("2.5", value - sum(partners.values())),
    ):  # fmt: skip
        stage.figure(f"row_{row.replace('.', '_')}_{NAMES[row]}", _cell(told, row), expected)
    each = {who: _cell(told, "2.3", who) for who in ROLES}
    stage.figure("row_2_3_of_partners_minor", each, partners)
    stage.figure("row_5_1_of_a_user_minor", _cell(told, "5.1"), value // USERS)


NAMES = {
    "1.1": "users", "3.2": "revenue_minor", "4.2": "cost_minor", "2.2": "value_minor", "2.5": "of_the_leader_minor",
}  # fmt: skip


def _cell(told: WinWin, row: str, column: str = TOTAL) -> int | None:
    found = told.cell(row, column)
    return None if found is None else found.cell.value


SCENARIO = Scenario(
    "steam-wash",
    "a service that three make together",
    "空气洗",
    "A leader, a technical partner and a laundry wash for thirty users. What each reached and the value beyond the approved "
    "margin are measured from sales and reviews, shared by the bet, and the win-win statement says who has what.",
    CAST,
    play,
    waits,
)
