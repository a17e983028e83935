"""A chain group told to the ERP: what events would say of it, with windows and amounts that fit."""

from __future__ import annotations

from collections import Counter
from typing import Any

from erp.budget.schemas import ApproveBudget
from erp.groups import schemas as s
from erp.groups.rules import FIRST_ROUND, windows
from erp.kernel.log.model import Document
from erp.kernel.schema import MAX_AMOUNT
from erp.needs.rules import NeedSource
from erp.needs.schemas import ApproveGroup, ProposedRole, ProposeGroup, RaiseNeed
from erp.needs.tables import GroupProposal
from tests.erp.world import DAY, REF, World, account

BUDGET = 1_000_000
TOKENS = 500_000
STAKE = 10_000
GRAB, SELECT, WORK, REPORT, REVIEW = DAY, DAY, 30 * DAY, 2 * DAY, DAY
ZERO = "0x" + "00" * 32
GROUP_ID = 7
MOST = MAX_AMOUNT  # of a pledge that is proposed here
HUGE = str(2**60)  # a pledge is a promise: above what an amount may be


def prepare(world: World) -> None:
    """A leader of the house with a budget, and three partners; all have tokens."""
    world.sisters = (*world.sisters, "lead")
    for code in ("lead", "n1", "n2", "n3"):
        world.party(code, 8, TOKENS)
    world.do(ApproveBudget(entity="lead", amount_minor=BUDGET))


def terms(pay: int, **changed: Any) -> s.RoleTerms:
    """What the leader publishes for a role."""
    values: dict[str, Any] = {
        "role_ref": REF, "floor": "1", "most": HUGE, "stake": str(STAKE), "pay_minor": pay, "min_reviews": 0,
        "min_credit_bps": 0, "review_mark_bps": 0, "shortfall_mark_bps": 0, "credit_weight_bps": 5_000,
        "stake_bps_of_pledge": 0,
    }  # fmt: skip
    return s.RoleTerms(**{**values, **changed})


def order(world: World, pays: tuple[int | s.RoleTerms, ...] = (300_000,), **changed: Any) -> Any:
    """What the event of a new group says."""
    return order_at(world.now, pays, **changed)


def order_at(now: int, pays: tuple[int | s.RoleTerms, ...], **changed: Any) -> Any:
    """The same, at this time."""
    roles = tuple(terms(pay) if isinstance(pay, int) else pay for pay in pays)
    grab_end = now + GRAB
    values: dict[str, Any] = {
        "group_id": GROUP_ID, "leader": account("lead"), "need_ref": REF, "need": None, "proposal": None,
        "region": ZERO, "target": "1",
        "reporter_post": 2, "grab_seconds": GRAB, "select_seconds": SELECT, "work_seconds": WORK,
        "report_seconds": REPORT, "review_seconds": REVIEW, "bet_seconds": 0, "roles": roles,
        "budget_minor": sum(role.pay_minor for role in roles), "grab_end": grab_end, "select_end": grab_end + SELECT,
        "work_end": grab_end + SELECT + WORK, "report_end": grab_end + SELECT + WORK + REPORT,
    }  # fmt: skip
    return s.RecordGroupOrder(**{**values, **changed})


def grab(who: str, pledge: int = 100, **changed: Any) -> Any:
    """What the event of a grab says: the first one of role 1."""
    values: dict[str, Any] = {
        "group_id": GROUP_ID, "role_id": 1, "round": 1, "node": account(who), "index": 1, "pledge": str(pledge),
        "stake_minor": STAKE, "credit_bps": 7_000, "plan_ref": REF, "leads": True,
    }  # fmt: skip
    return s.RecordRoleGrab(**{**values, **changed})


def forming(pledged: int, bet_due_at: int = 0) -> Any:
    """What the event of a formed group says."""
    return s.RecordGroupForming(
        group_id=GROUP_ID, leader=account("lead"), pledged=str(pledged), bet_due_at=bet_due_at
    )


def formed(world: World, pay: int = 300_000, opened: Any = None, **changed: Any) -> Document:
    """A group with one role that n1 holds, perhaps opened so; its order."""
    order_of = world.do(order(world, (pay,), **changed) if opened is None else opened)
    world.do(grab("n1"))
    world.wait(GRAB + SELECT)
    bet_seconds = changed.get("bet_seconds", 0)
    world.do(forming(100, world.now + bet_seconds if bet_seconds else 0))
    return order_of


def progress(bps: int, amount: int, who: str = "n1", round_: int = 1) -> Any:
    """What the event of reported progress says."""
    return s.RecordProgressAttestation(
        group_id=GROUP_ID,
        role_id=1,
        round=round_,
        holder=account(who),
        earned_bps=bps,
        amount_minor=amount,
        evidence_ref=REF,
        evidence=None,
    )


def settlement(budget: int, earned: int, bet_id: int = 0) -> Any:
    """What the event of a settled group says."""
    return s.RecordGroupSettlement(
        group_id=GROUP_ID,
        leader=account("lead"),
        bet_id=bet_id,
        earned_minor=earned,
        unearned_minor=budget - earned,
    )


def reopening(world: World, former: str | None, reason: str, round_: int = 2) -> Any:
    """What the event of a reopened role says, in the time of its group's first order."""
    opened = world.last("group_order").fields
    work_end = opened["work_end"]
    grab_end, select_end = windows(world.now, GRAB, SELECT, work_end)
    return s.RecordRoleReopening(
        group_id=GROUP_ID,
        role_id=1,
        round=round_,
        former_holder=account(former) if former else None,
        reason=reason,
        grab_end=grab_end,
        select_end=select_end,
    )


def release(who: str, stake: int = STAKE, round_: int = FIRST_ROUND) -> Any:
    """What the event of a returned stake says."""
    return s.RecordStakeRelease(
        group_id=GROUP_ID, role_id=1, round=round_, node=account(who), stake_minor=stake
    )


def moved(document: Document) -> dict[tuple[str, str], int]:
    """Debits less credits of a document, by entity and account, without those at zero."""
    sums: Counter[tuple[str, str]] = Counter()
    for entry in document.entries:
        for line in entry["lines"]:
            sums[entry["entity"], line["account"]] += line["debit"] - line["credit"]
    return {key: amount for key, amount in sums.items() if amount}


def about(made: Any, *named: str) -> list[Any]:
    """These fields of a document."""
    return [made.fields[name] for name in named]


def need(world: World, **changed: Any) -> str:
    """A need of a user; its number."""
    told: dict[str, Any] = {"source": NeedSource.USER, "text": "quiet ovens", **changed}
    return world.do(RaiseNeed(**told)).number


def proposal(pays: tuple[int, ...], for_need: str, **changed: Any) -> ProposeGroup:
    """What a leader proposes: the group that `order_on` tells of."""
    roles = tuple(
        ProposedRole(
            title="maker", title_zh="制造", floor_minor=1, most_minor=MOST, stake_minor=STAKE, pay_minor=pay,
            credit_weight_bps=5_000,
        )
        for pay in pays
    )  # fmt: skip
    values: dict[str, Any] = {
        "leader": "lead", "need": for_need, "target_minor": 1, "base_margin_minor": 0, "reporter_post": 2,
        "grab_seconds": GRAB, "select_seconds": SELECT, "work_seconds": WORK, "report_seconds": REPORT,
        "review_seconds": REVIEW, "roles": roles,
    }  # fmt: skip
    return ProposeGroup(**{**values, **changed})


def propose(world: World, *pays: int, **changed: Any) -> str:
    """A group that the leader proposes for a new need; the number of the proposal."""
    world.do(proposal(pays or (300_000,), need(world), **changed), actor="node:lead")
    return world.last("group_proposal").number


def approve(world: World, number: str) -> Document:
    """Finance approves a proposal."""
    return world.do(ApproveGroup(proposal=number), actor="finance:cfo")


def approved(world: World, *pays: int, **changed: Any) -> str:
    """A group that is proposed and approved; the number of the proposal."""
    number = propose(world, *pays, **changed)
    approve(world, number)
    return number


def order_on(world: World, number: str, *pays: int, **changed: Any) -> Any:
    """What the event of the group says that was opened on a proposal."""
    roles = tuple(terms(pay, most=str(MOST)) for pay in pays or (300_000,))
    wanted = world.rows_of(GroupProposal, number).need
    return order(world, roles, need=wanted, proposal=number, **changed)


def role_plan(world: World, who: str, **changed: Any) -> s.SubmitPlan:
    """A node's plan for role 1 of the newest group."""
    plan = s.Plan(text="two lines, one shift", price_minor=250_000, ready_at=world.now + DAY)
    values: dict[str, Any] = {
        "party": who, "group": world.last("group_order").number, "role_id": 1, "plan": plan
    }  # fmt: skip
    return s.SubmitPlan(**{**values, **changed})
