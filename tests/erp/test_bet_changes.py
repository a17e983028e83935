"""Papers that change a bet: what no contract takes is refused, what it may cost is set aside, acts name the paper alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from erp.bets import schemas as s
from erp.bets.change_queries import bet_change
from erp.bets.change_queries import top_up as top_up_of
from erp.bets.change_schemas import (
    ApproveBetChange,
    ApproveTopUp,
    WithdrawBetChange,
    WithdrawTopUp,
)
from erp.bets.errors import (
    ApprovedBefore,
    BetChangeNotApproved,
    BetChangeUnsound,
    NotAsAgreed,
    NothingToAgree,
    NotTheSponsor,
    StillToBeSigned,
)
from erp.bets.rules import BPS, KEPT
from erp.bets.tables import Bet, BetParty
from erp.budget.errors import BudgetExceeded
from erp.budget.schemas import ApproveBudget
from erp.database import snapshot
from erp.kernel.errors import WrongStatus
from erp.kernel.rows import Rows
from erp.needs.errors import ApprovedByProposer
from erp.replay import differences
from erp.signing.schemas import RequestAct
from erp.standing.queries import net_of_rules
from tests.erp.bet_changes import (
    ADDED,
    agreed,
    agreement,
    amended,
    amendment_signed,
    approve,
    approve_top_up,
    bet,
    change,
    proposed,
    running,
    top_up,
    topped_up,
)
from tests.erp.bet_terms import POOL, STAKE, member, sales
from tests.erp.groups import TOKENS, about, moved, prepare
from tests.erp.world import DAY, World, account

AVAILABLE, ASIDE, COMMITTED, SPENT = "9003", "9002", "9001", "9004"
MOST = STAKE // 2  # that a party can lose
JOINED = (member("n1", 4_000), member("n2", 3_000), member("n4", 3_000))


@pytest.fixture(autouse=True)
def books(world: World) -> Iterator[None]:
    """A sponsor of the house with a budget, partners, and a node of the house; afterwards the log rebuilds the books."""
    prepare(world)
    world.sisters = (*world.sisters, "n4")
    world.party("n4", 8, TOKENS)
    world.do(ApproveBudget(entity="n4", amount_minor=MOST))
    running(world)
    yield
    with snapshot(world.engine) as session:
        assert differences(session) == []
        assert {name: net for name, net in net_of_rules(session).items() if net} == {}


def status(world: World, number: str) -> str:
    with snapshot(world.engine) as session:
        return bet_change(Rows.of(session), number).status


def top_up_status(world: World, number: str) -> str:
    with snapshot(world.engine) as session:
        return top_up_of(Rows.of(session), number).status


def withdraw(number: str) -> WithdrawBetChange:
    return WithdrawBetChange(bet_change=number, reason="the market came back")


def ask(world: World, who: str, act: str, **fields: Any) -> Any:
    return world.do(RequestAct(party=who, act=act, fields=fields), actor=f"node:{who}")


# ---- what no contract takes ----------------------------------------------------------------------


@pytest.mark.sqlite("refused before anything is written")
def test_changes_that_no_contract_takes_are_not_proposed(world: World) -> None:
    start, period = world.last("bet_contract").fields["start"], 30 * DAY
    one, two = member("n1", 5_000), member("n2", 5_000)
    for told, why in (
        ({"proposer": "n3"}, "n3 is neither the sponsor nor a party"),
        ({"proposer": "n1", "periods": 3}, "only its sponsor, lead, moves its dates"),
        ({"from_period": 3}, "from_period is 3, not from 1 to 2"),
        ({"from_period": 1, "periods": 61}, "periods is 61, not from 1 to 60"),
        ({"sign_by": world.now}, "sign_by is"),
        ({"sign_by": start + 2 * period + 1}, "sign_by is"),
        ({"start": start + DAY}, "from_period is 2, not 1"),
        ({"start": start - 1, "from_period": 1}, "start is"),
        ({"from_period": 1, "start": start + DAY, "sign_by": start + 1}, "sign_by is"),
        ({"leaver": "n3"}, "n3 is no party that could leave"),
        ({"newcomer": "n2"}, "n2 is or was a party already"),
        ({"leaver": "n2", "parties": (member("n1", BPS),)}, "parties that go on is 1"),
        ({"parties": (one,)}, "n2 goes on, and nothing is said"),
        ({"parties": (one, two, member("n4", 1))}, "n4 does not go on"),
        ({"parties": (one, one, two)}, "n1 is named twice"),
        ({"parties": (one, member("n2", 4_999))}, "sum up to 9999 basis points"),
        ({"parties": (one, member("n2", 5_000, cap_bps=1))}, "n2: cap_bps stays 5000"),
        ({"parties": (one, member("n2", 5_000, sales(floor=1_000)))}, "n2: sales is missed"),
        (
            {"leaver": "n2", "newcomer": "n4", "parties": (one, member("n4", 5_001))},
            "are more than the 10000 of before",
        ),
    ):
        with pytest.raises(BetChangeUnsound, match=why):
            world.do(change(world, **told))
    assert not [d for d in world.log() if d.type == "bet_change"]


# ---- who agrees, and what it costs ---------------------------------------------------------------


def test_all_who_go_on_agree_and_a_newcomer_sets_aside_what_it_can_lose(world: World) -> None:
    number = proposed(world, *JOINED, newcomer="n4")
    with pytest.raises(ApprovedByProposer):
        world.do(approve_told(number, "n1"), actor="node:lead")
    with pytest.raises(NothingToAgree):
        approve(world, number, "n3")
    assert moved(approve(world, number, "n1")) == {}
    with pytest.raises(ApprovedBefore):
        approve(world, number, "n1")
    assert about(approve(world, number, "n2"), "waiting", "set_aside_minor") == [["n4"], 0]
    assert status(world, number) == "PROPOSED"
    last = approve(world, number, "n4")
    assert moved(last) == {("n4", AVAILABLE): MOST, ("n4", ASIDE): -MOST}
    assert (last.fields["waiting"], status(world, number)) == ([], "APPROVED")
    freed = world.do(withdraw(number))
    assert moved(freed) == {("n4", AVAILABLE): -MOST, ("n4", ASIDE): MOST}
    with pytest.raises(WrongStatus):
        world.do(withdraw(number))


def approve_told(number: str, party: str) -> Any:
    return ApproveBetChange(bet_change=number, party=party)


def test_an_approval_over_the_budget_is_refused_with_the_figures(world: World) -> None:
    joined = (*JOINED[:2], member("n4", 3_000, stake_minor=STAKE + 2))
    number = proposed(world, *joined, newcomer="n4")
    with pytest.raises(BudgetExceeded, match=f"{MOST} of budget available; {MOST + 1} is asked"):
        approve(world, number, "n4")
    top = top_up(world, amount_minor=10**9)
    with pytest.raises(BudgetExceeded, match=str(10**9)):
        approve_top_up(world, top)
    assert (status(world, number), top_up_status(world, top)) == ("PROPOSED", "PROPOSED")


# ---- the change on chain -------------------------------------------------------------------------


def test_a_change_as_agreed_commits_the_newcomers_budget_when_it_binds(world: World) -> None:
    number = agreed(world, *JOINED, newcomer="n4")
    made = change(world, *JOINED, newcomer="n4")
    asked = ask(world, "lead", "propose_bet_change", bet_change=number)
    assert asked.fields["papers"]["bet_id"] == 1
    assert asked.fields["says"] == (
        f"Propose to change bet 1 from a period on, as {number} has it, with 3 parties"
    )
    assert about(world.do(amended(number, made)), "unagreed") == [None]
    assert status(world, number) == "STANDING"
    with pytest.raises(StillToBeSigned):
        world.do(withdraw(number))
    with pytest.raises(BetChangeNotApproved, match="n3 does not go on"):
        ask(world, "n3", "sign_bet_change", bet_id=1, amendment_id=1)
    signs = ask(world, "n4", "sign_bet_change", bet_id=1, amendment_id=1)
    assert "who joins pays it in now. 30 % of what is shared" in signs.fields["says"]
    assert "爆款销量不低于 1000 件" in signs.fields["says_zh"]
    pledge = signs.fields["papers"]["pledge"]
    own = {"bet_id": 1, "amendment_id": 1, "proof": []}
    ask(world, "n4", "sign_amendment", **own, pledge=pledge)
    with pytest.raises(NotAsAgreed, match="share_bps is 3001, agreed was 3000"):
        ask(world, "n4", "sign_amendment", **own, pledge={**pledge, "share_bps": 3_001})
    for place in range(3):
        assert about(world.do(amendment_signed(made, place)), "unagreed") == [None]
    weight = BPS * KEPT * 2
    bound = world.do(agreement(made, staked_minor=3 * STAKE, weight=weight))
    assert moved(bound) == {
        ("n4", "1012.07"): STAKE, ("n4", "1012.01"): -STAKE, ("n4", ASIDE): MOST, ("n4", COMMITTED): -MOST,
    }  # fmt: skip
    assert (status(world, number), bound.fields["unbudgeted_minor"]) == ("DONE", 0)
    assert world.rows_of(BetParty, bet(world), "n4").reserved_minor == MOST
    later = top_up(world)
    approve_top_up(world, later)
    ended = world.do(settled(weight))
    assert moved(ended)["n4", COMMITTED] == MOST
    assert moved(ended)["n4", AVAILABLE] == -MOST
    assert moved(ended)["lead", ASIDE] == ADDED
    assert top_up_status(world, later) == "ENDED"


def settled(weight: int, pool: int = POOL) -> s.RecordBetSettlement:
    """What the event of the settlement says when nothing was added and nobody fell short."""
    return s.RecordBetSettlement(
        bet_id=1, sponsor=account("lead"), value_added_minor=0, penalties_minor=0, weight=weight,
        remainder_minor=pool, by_consent=False,
    )  # fmt: skip


def test_a_change_that_is_not_as_agreed_is_booked_and_stands_on_no_paper(world: World) -> None:
    number = agreed(world, *JOINED, newcomer="n4")
    made = change(world, *JOINED, newcomer="n4")
    for place, (told, why) in enumerate(
        (
            ({"terms": None}, "names no change"),
            ({"proposer": account("n1")}, "it is lead's"),
            ({"from_period": 1}, "from_period is 1, agreed was 2"),
            ({"newcomer": account("n3")}, "newcomer is n3, agreed was n4"),
        ),
        start=1,
    ):
        booked = world.do(amended(number, made, amendment_id=place, **told))
        assert why in booked.fields["unagreed"]
    assert status(world, number) == "APPROVED"
    with pytest.raises(BetChangeNotApproved, match="stands on no change"):
        ask(world, "n4", "sign_bet_change", bet_id=1, amendment_id=1)
    world.do(amended(number, made, amendment_id=5))
    other = amendment_signed(made, 2, amendment_id=5, cap_bps=10_000, signed=1)
    assert "cap_bps is 10000, agreed was 5000" in world.do(other).fields["unagreed"]
    for place in range(2):
        world.do(amendment_signed(made, place, amendment_id=5))
    bound = world.do(agreement(made, amendment_id=5, staked_minor=3 * STAKE, weight=BPS * KEPT * 2))
    assert bound.fields["unbudgeted_minor"] == STAKE, "all of it can be lost"
    assert moved(bound)["n4", ASIDE] == MOST
    assert moved(bound)["n4", AVAILABLE] == -MOST
    assert world.rows_of(BetParty, bet(world), "n4").reserved_minor == 0


def test_a_change_that_nobody_signed_in_time_is_withdrawn(world: World) -> None:
    number = agreed(world, *JOINED, newcomer="n4")
    made = change(world, *JOINED, newcomer="n4")
    world.do(amended(number, made))
    world.wait(made.sign_by - world.now)
    assert moved(world.do(withdraw(number)))["n4", AVAILABLE] == -MOST


def test_only_an_approved_change_is_proposed_and_by_its_proposer(world: World) -> None:
    number = proposed(world)
    with pytest.raises(BetChangeNotApproved, match="it is PROPOSED"):
        ask(world, "lead", "propose_bet_change", bet_change=number)
    for code in ("n1", "n2"):
        approve(world, number, code)
    with pytest.raises(BetChangeNotApproved, match="it is lead's"):
        ask(world, "n1", "propose_bet_change", bet_change=number)
    made = change(world)
    world.do(amended(None, made))
    for place in range(2):
        assert "stands on no change" in world.do(amendment_signed(made, place)).fields["unagreed"]
    world.do(agreement(made, staked_minor=2 * STAKE, weight=BPS * KEPT * 2))
    first = proposed(world, from_period=2, sign_by=made.sign_by)
    with pytest.raises(BetChangeUnsound, match="not from 2 to 2"):
        world.do(change(world, from_period=1))
    assert status(world, first) == "PROPOSED"


# ---- more in the pool ----------------------------------------------------------------------------


def test_a_top_up_is_approved_paid_by_the_act_that_names_it_and_spent_with_the_pool(
    world: World,
) -> None:
    number = top_up(world)
    with pytest.raises(ApprovedByProposer):
        world.do(approve_top_up_told(number), actor="node:lead")
    with pytest.raises(BetChangeNotApproved, match="it is PROPOSED"):
        ask(world, "lead", "top_up_bet", top_up=number)
    assert moved(approve_top_up(world, number)) == {
        ("lead", AVAILABLE): ADDED,
        ("lead", ASIDE): -ADDED,
    }
    with pytest.raises(BetChangeNotApproved, match="it is lead's"):
        ask(world, "n1", "top_up_bet", top_up=number)
    asked = ask(world, "lead", "top_up_bet", top_up=number)
    assert f"Add 70.00 to the pool of bet 1, as {number} has it" in asked.fields["says"]
    paid = world.do(topped_up(POOL))
    assert moved(paid) == {
        ("lead", "1012.07"): ADDED, ("lead", "1012.01"): -ADDED, ("lead", ASIDE): ADDED, ("lead", COMMITTED): -ADDED,
    }  # fmt: skip
    assert about(paid, "unagreed", "unbudgeted_minor") == [None, 0]
    assert top_up_status(world, number) == "DONE"
    assert world.rows_of(Bet, bet(world)).reserved_minor == POOL + ADDED
    other = world.do(topped_up(POOL + ADDED, amount=5))
    assert other.fields["unbudgeted_minor"] == 5
    assert "no approved top-up" in other.fields["unagreed"]
    ended = world.do(settled(BPS * KEPT * 2, POOL + ADDED + 5))
    assert moved(ended)["lead", COMMITTED] == POOL + ADDED


def approve_top_up_told(number: str) -> Any:
    return ApproveTopUp(top_up=number)


def test_a_top_up_is_the_sponsors_and_frees_its_budget_when_it_is_withdrawn(world: World) -> None:
    with pytest.raises(NotTheSponsor, match="The pool of BET-2026-00001 is lead's"):
        top_up(world, payer="n4")
    number = top_up(world)
    approve_top_up(world, number)
    freed = world.do(WithdrawTopUp(top_up=number, reason="the pool is enough"))
    assert moved(freed) == {("lead", AVAILABLE): -ADDED, ("lead", ASIDE): ADDED}
    given = world.do(topped_up(POOL, payer="n4"))
    assert about(given, "unagreed", "unbudgeted_minor") == [None, 0], "explained when it is there"
