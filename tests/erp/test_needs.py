"""Needs and proposed groups: one living group for a need, a budget before anything stands on chain, and two persons."""

from __future__ import annotations

import re
from typing import Any

import pytest

from erp.budget.errors import BudgetExceeded
from erp.groups import ratings_schemas, schemas
from erp.groups.errors import NotOpenToGrabs, PlanOfAnother, UnknownPlan
from erp.items.errors import UnknownItem
from erp.kernel.errors import WrongStatus
from erp.needs.errors import (
    ApprovedByProposer,
    NeedStands,
    NotApproved,
    ProposalUnsound,
    UnknownGroupProposal,
    UnknownNeed,
)
from erp.needs.rules import NeedSource
from erp.needs.schemas import ApproveGroup, DropNeed, WithdrawGroupProposal
from erp.needs.tables import GroupProposal, Need
from erp.parties.errors import NotActive
from erp.signing.acts.papers import PLAN_NUMBER
from erp.signing.errors import ActMalformed
from erp.signing.schemas import RequestAct
from tests.erp.groups import (
    BUDGET,
    GRAB,
    GROUP_ID,
    SELECT,
    about,
    approve,
    approved,
    formed,
    forming,
    grab,
    moved,
    need,
    order,
    order_on,
    progress,
    proposal,
    propose,
    role_plan,
    settlement,
    terms,
)
from tests.erp.sums import by_group
from tests.erp.world import REF, World, account

LEAD = account("lead")
ASIDE = {("lead", "9003"): 300_000, ("lead", "9002"): -300_000}
NO_SALT = "0x" + "00" * 32


def status(world: World, number: str) -> str:
    """The state of a need."""
    return world.rows_of(Need, number).status


def needed(world: World, number: str) -> str:
    """The need of a proposal."""
    return world.rows_of(GroupProposal, number).need


def withdraw(number: str) -> WithdrawGroupProposal:
    return WithdrawGroupProposal(proposal=number, reason="served already")


def dissolution(pledged: int = 0) -> schemas.RecordGroupDissolution:
    return schemas.RecordGroupDissolution(
        group_id=GROUP_ID, leader=LEAD, filled=1 if pledged else 0, pledged=str(pledged)
    )


# ---- needs --------------------------------------------------------------------------------------


def test_a_need_is_dropped_once_and_only_while_nobody_serves_it(groups: World) -> None:
    number = need(groups)
    groups.do(DropNeed(need=number, reason="a fad"))
    assert status(groups, number) == "DROPPED"
    with pytest.raises(WrongStatus, match="DROPPED; this step needs it to be OPEN"):
        groups.do(DropNeed(need=number, reason="again"))
    with pytest.raises(WrongStatus):
        groups.do(proposal((1,), number))
    wanted = needed(groups, propose(groups))
    with pytest.raises(WrongStatus, match="PROPOSED"):
        groups.do(DropNeed(need=wanted, reason="too late"))
    with pytest.raises(UnknownNeed):
        groups.do(DropNeed(need="NED-2026-09999", reason="a slip"))
    with pytest.raises(UnknownItem):
        need(groups, item="unheard-of")


def test_one_thing_shows_one_need_of_a_source_at_a_time(groups: World) -> None:
    first = need(groups, about="SO-2026-00001")
    with pytest.raises(NeedStands, match=f"need {first} already"):
        need(groups, about="SO-2026-00001")
    need(groups, about="SO-2026-00001", source=NeedSource.SALES_SIGNAL)
    groups.do(DropNeed(need=first, reason="a fad"))
    need(groups, about="SO-2026-00001")


def test_a_mean_of_reviews_below_its_mark_raises_one_need_for_a_filling_of_the_role(
    groups: World,
) -> None:
    made = groups.do(order(groups, (terms(1_000, review_mark_bps=6_000, min_reviews=2),)))
    groups.do(grab("n1"))
    groups.wait(GRAB + SELECT)
    groups.do(forming(100))
    bad = ratings_schemas.RecordReviewAttestation(
        group_id=GROUP_ID, role_id=1, round=1, holder=account("n1"), score_bps=5_000, weight="1",
        review_ref=REF, review=None,
    )  # fmt: skip
    raised = lambda: [d for d in groups.log() if d.type == "need"]  # noqa: E731
    groups.do(bad)
    assert raised() == []  # one review is too few
    groups.do(bad)
    groups.do(bad)
    (one,) = raised()
    assert about(one, "source", "about") == ["review", f"{made.number}/1/1"]
    assert "mean 5000, its mark is 6000" in one.fields["text"]
    groups.do(DropNeed(need=one.number, reason="the maker was warned"))
    groups.do(bad)
    assert len(raised()) == 2


# ---- proposals ----------------------------------------------------------------------------------


def test_a_proposal_sets_its_budget_aside_and_its_withdrawal_frees_budget_and_need(
    groups: World,
) -> None:
    number = propose(groups, 200_000, 100_000)
    made = groups.last("group_proposal")
    assert moved(made) == ASIDE
    assert about(made, "budget_minor", "set_aside_minor") == [300_000, 300_000]
    wanted = needed(groups, number)
    assert status(groups, wanted) == "PROPOSED"
    back = groups.do(withdraw(number))
    assert moved(back) == {key: -amount for key, amount in ASIDE.items()}
    assert status(groups, wanted) == "OPEN"
    with pytest.raises(WrongStatus):
        groups.do(withdraw(number))
    with pytest.raises(UnknownGroupProposal):
        groups.do(withdraw("GPR-2026-09999"))


def test_a_proposal_over_the_budget_is_refused_with_the_figures_and_leaves_its_need_open(
    groups: World,
) -> None:
    wanted = need(groups)
    with pytest.raises(BudgetExceeded, match=f"{BUDGET} of budget available; {BUDGET + 1} is ask"):
        groups.do(proposal((BUDGET, 1), wanted))
    assert status(groups, wanted) == "OPEN"
    groups.do(proposal((BUDGET,), wanted))


def test_one_need_is_proposed_for_once_at_a_time(groups: World) -> None:
    number = propose(groups, 1)
    wanted = needed(groups, number)
    with pytest.raises(WrongStatus, match="PROPOSED; this step needs it to be OPEN"):
        groups.do(proposal((1,), wanted))
    groups.do(withdraw(number))
    groups.do(proposal((1,), wanted))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"floor_minor": 11, "most_minor": 10}, "asks for 11 at least and 10 at most"),
        ({"review_mark_bps": 1}, "no least number of them"),
        ({"pay_minor": 10**15 - 1}, "at most 999999999999999"),
    ],
)
def test_roles_that_no_contract_takes_are_not_proposed(
    groups: World, changed: dict[str, Any], why: str
) -> None:
    sound = proposal((1, 2), need(groups))
    roles = (sound.roles[0], sound.roles[1].model_copy(update=changed))
    with pytest.raises(ProposalUnsound, match=why):
        groups.do(sound.model_copy(update={"roles": roles}))


def test_a_party_that_is_no_node_proposes_nothing(groups: World) -> None:
    with pytest.raises(NotActive, match="cannot act as a node"):
        propose(groups, 1, leader="buyer")


def test_a_partner_outside_proposes_without_a_budget_here(groups: World) -> None:
    number = propose(groups, 5_000, leader="n1")
    assert moved(groups.last("group_proposal")) == {}
    approve(groups, number)
    made = groups.do(order_on(groups, number, 5_000, leader=account("n1")))
    assert about(made, "unproposed", "reserved_minor", "unbudgeted_minor") == [None, 0, 0]
    assert moved(made) == {("n1", "1012.08"): 5_000, ("n1", "1012.01"): -5_000}


def test_nobody_approves_what_he_proposed_and_nobody_approves_twice(groups: World) -> None:
    number = propose(groups)
    with pytest.raises(ApprovedByProposer, match="was proposed by node:lead"):
        groups.do(ApproveGroup(proposal=number), actor="node:lead")
    made = approve(groups, number)
    assert about(made, "leader", "proposed_by", "budget_minor") == ["lead", "node:lead", 300_000]
    with pytest.raises(WrongStatus, match="APPROVED; this step needs it to be PROPOSED"):
        approve(groups, number)
    groups.do(withdraw(number))


# ---- from proposal to group ---------------------------------------------------------------------


def test_a_group_that_is_as_approved_turns_what_was_set_aside_into_a_commitment(
    groups: World,
) -> None:
    number = approved(groups, 200_000, 100_001)
    made = groups.do(order_on(groups, number, 200_000, 100_001))
    assert moved(made) == {
        ("lead", "1012.08"): 300_001, ("lead", "1012.01"): -300_001,
        ("lead", "9002"): 300_001, ("lead", "9001"): -300_001,
    }  # fmt: skip
    # Set aside before there was a group, and the group's from now on: within it and without it 9002 is zero.
    assert by_group(groups, "lead", "9002") == {}
    assert by_group(groups, "lead", "9001") == {made.number: -300_001}
    assert about(made, "unproposed", "reserved_minor", "unbudgeted_minor") == [None, 300_001, 0]
    found = groups.rows_of(GroupProposal, number)
    assert (found.status, found.chain_group) == ("OPENED", made.number)
    with pytest.raises(WrongStatus):
        groups.do(withdraw(number))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"grab_seconds": GRAB + 1}, "grab_seconds is 86401, proposed was 86400"),
        ({"target": "2"}, "target_minor is 2, proposed was 1"),
        ({"reporter_post": 3}, "reporter_post is 3"),
        ({"need": None}, "it names need None"),
        ({"proposal": None}, "it names no proposal"),
        ({"roles": (terms(300_000),)}, "most_minor of role 1 is"),
        ({"roles": (terms(299_999),), "budget_minor": 299_999}, "role 1"),
        ({"roles": (terms(1),) * 2, "budget_minor": 2}, "it has 2 roles, proposed were 1"),
    ],
)
def test_a_group_that_is_not_as_approved_is_booked_and_stands_on_no_budget(
    groups: World, changed: dict[str, Any], why: str
) -> None:
    number = approved(groups)
    sound = order_on(groups, number)
    shift = changed.get("grab_seconds", GRAB) - GRAB
    ends = {
        name: getattr(sound, name) + shift
        for name in ("grab_end", "select_end", "work_end", "report_end")
    }
    made = groups.do(sound.model_copy(update={**ends, **changed}))
    assert why in made.fields["unproposed"]
    assert about(made, "reserved_minor", "unbudgeted_minor") == [0, made.fields["budget_minor"]]
    assert groups.rows_of(GroupProposal, number).status == "APPROVED"
    groups.do(withdraw(number))  # what was set aside is not lost


def test_a_group_on_a_proposal_of_another_or_that_nobody_approved_stands_on_no_budget(
    groups: World,
) -> None:
    waiting = propose(groups, 1_000)
    made = groups.do(order_on(groups, waiting, 1_000))
    assert about(made, "unproposed", "unbudgeted_minor") == [f"{waiting}: it is PROPOSED, not APPROVED", 1_000]  # fmt: skip
    other = approved(groups, 1_000)
    foreign = groups.do(order_on(groups, other, 1_000, group_id=8, leader=account("n1")))
    assert foreign.fields["unproposed"] == f"{other}: it is lead's"


def test_a_dissolved_group_opens_its_need_and_its_leader_proposes_anew(groups: World) -> None:
    number = approved(groups)
    wanted = needed(groups, number)
    groups.do(order_on(groups, number))
    assert status(groups, wanted) == "PROPOSED"
    groups.wait(GRAB + SELECT)
    made = groups.do(dissolution())
    assert moved(made) == {("lead", "9001"): 300_000, ("lead", "9003"): -300_000}
    assert status(groups, wanted) == "OPEN"
    assert groups.rows_of(GroupProposal, number).status == "ENDED"
    groups.do(proposal((BUDGET,), wanted))


def test_a_settled_group_serves_its_need(groups: World) -> None:
    number = approved(groups)
    formed(groups, opened=order_on(groups, number))
    groups.do(progress(5_000, 150_000))
    groups.do(settlement(300_000, 150_000))
    assert status(groups, needed(groups, number)) == "SERVED"
    with pytest.raises(WrongStatus, match="SERVED"):
        groups.do(proposal((1,), needed(groups, number)))


# ---- acts and plans -----------------------------------------------------------------------------


def ask(world: World, who: str, act: str, **fields: Any) -> Any:
    return world.do(RequestAct(party=who, act=act, fields=fields), actor=f"node:{who}")


def test_the_act_of_opening_names_an_approved_proposal_of_its_leader(groups: World) -> None:
    number = propose(groups, 200_000, 100_000)
    with pytest.raises(NotApproved, match="it is PROPOSED"):
        ask(groups, "lead", "open_group", proposal=number)
    approval = approve(groups, number).number
    with pytest.raises(NotApproved, match="it is lead's"):
        ask(groups, "n1", "open_group", proposal=number)
    made = ask(groups, "lead", "open_group", proposal=number)
    papers = made.fields["papers"]
    assert (papers["need"], papers["approval"]) == (needed(groups, number), approval)
    assert [role["pay_minor"] for role in papers["roles"]] == [200_000, 100_000]
    assert papers["terms"]["grab_seconds"] == GRAB
    assert made.fields["says"].startswith(f"Open a chain group of 2 roles for {papers['need']}")
    assert "3,000.00" in made.fields["says"]
    groups.do(withdraw(number))
    with pytest.raises(NotApproved, match="WITHDRAWN"):
        ask(groups, "lead", "open_group", proposal=number)


def test_a_plan_is_kept_for_a_role_that_is_open_and_named_by_its_own_node_alone(
    groups: World,
) -> None:
    groups.do(order(groups, (1_000, 1_000)))
    with pytest.raises(PlanOfAnother, match="lead leads"):
        groups.do(role_plan(groups, "lead"))
    number = groups.do(role_plan(groups, "n1")).number
    assert re.fullmatch(PLAN_NUMBER, number)
    grabs = {"group_id": GROUP_ID, "role_id": 1, "pledge_minor": 5}
    assert ask(groups, "n1", "grab_role", **grabs, plan=number).fields["papers"] == {"plan": number}
    assert ask(groups, "n2", "grab_role", **grabs, plan=REF).fields["papers"] is None
    with pytest.raises(UnknownPlan):
        ask(groups, "n2", "grab_role", **grabs, plan=number)
    with pytest.raises(PlanOfAnother, match="it is for role 1"):
        ask(groups, "n1", "grab_role", **{**grabs, "role_id": 2}, plan=number)
    opens = {"group_id": GROUP_ID, "role_id": 1, "round": 1, "plan": number}
    ask(groups, "n1", "open_plan", **opens, salt=NO_SALT)
    with pytest.raises(ActMalformed, match="salt"):
        ask(groups, "n1", "open_plan", **opens, salt=REF)
    groups.do(grab("n1"))
    groups.do(grab("n2", role_id=2))
    groups.wait(GRAB + SELECT)
    groups.do(forming(200))
    with pytest.raises(NotOpenToGrabs):
        groups.do(role_plan(groups, "n3"))
