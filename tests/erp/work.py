"""The work of a group for tests: a group on an approved proposal that says how its roles earn, and what happens then."""

from __future__ import annotations

from typing import Any

from erp.groups.schemas import RecordProgressAttestation
from erp.kernel.log.model import Document
from erp.needs.public import WorkMeasure
from erp.needs.schemas import ApproveGroup, Counted, Milestone, ProposedRole
from erp.payments.schemas import ContributeCapital, RecordTokenIssue
from erp.work.rules import ChainFact
from erp.work.schemas import Condition, PlanRelease, PlanRequisition, ReachMilestone
from tests.erp.groups import (
    GRAB,
    GROUP_ID,
    MOST,
    SELECT,
    STAKE,
    forming,
    grab,
    need,
    order_on,
    proposal,
)
from tests.erp.sales import OVEN, Shop
from tests.erp.world import REF, World, account

PAY = 30_000
HOLDERS = ("n1", "n2", "n3")


def accepted(quantity: int, *, by_holder: bool = False) -> Counted:
    """So many bolts that passed inspection."""
    return Counted(
        measure=WorkMeasure.ACCEPTED, item="bolt", quantity=quantity, by_holder=by_holder
    )


def delivered(quantity: int, *, by_holder: bool = False) -> Counted:
    """So many ovens that customers got."""
    return Counted(measure=WorkMeasure.DELIVERED, item=OVEN, quantity=quantity, by_holder=by_holder)


def milestone(text: str, bps: int, counted: Counted | None = None) -> Milestone:
    """A step after which so much of the pay is earned."""
    return Milestone(text=text, earned_bps=bps, counted=counted)


def earning(**how: Any) -> ProposedRole:
    """A role that earns so."""
    return ProposedRole(
        title="maker", title_zh="制造", floor_minor=1, most_minor=MOST, stake_minor=STAKE, pay_minor=PAY,
        credit_weight_bps=5_000, **how,
    )  # fmt: skip


def opened(world: World, *roles: ProposedRole, group_id: int = GROUP_ID) -> str:
    """A group on an approved proposal, whose roles nodes stand for; its code."""
    pays = tuple(role.pay_minor for role in roles)
    world.do(proposal(pays, need(world), roles=roles), actor="node:lead")
    number = world.last("group_proposal").number
    world.do(ApproveGroup(proposal=number), actor="finance:cfo")
    code = world.do(order_on(world, number, *pays, group_id=group_id)).number
    for role_id, who in zip(range(1, len(roles) + 1), HOLDERS, strict=False):
        world.do(grab(who, group_id=group_id, role_id=role_id))
    world.wait(GRAB + SELECT)
    return code


def formed(world: World, *roles: ProposedRole, group_id: int = GROUP_ID) -> str:
    """The same, formed; its code."""
    code = opened(world, *roles, group_id=group_id)
    world.do(forming(100 * len(roles)).model_copy(update={"group_id": group_id}))
    return code


def say(world: World, code: str, bps: int, role_id: int = 1, **told: Any) -> Document:
    """Somebody of the leader says that so much is earned."""
    stated = {"chain_group": code, "role_id": role_id, "earned_bps": bps, "text": "done", **told}
    return world.do(ReachMilestone(**stated), actor="node:lead")


def attested(report: Document, before_bps: int = 0, **changed: Any) -> RecordProgressAttestation:
    """What the event says of a report that was told as it stands."""
    f = report.fields
    bps = changed.get("earned_bps", f["earned_bps"])
    stated: dict[str, Any] = {
        "group_id": GROUP_ID, "role_id": f["role_id"], "round": f["round"], "holder": f["holder"],
        "earned_bps": bps, "amount_minor": PAY * bps // 10_000 - PAY * before_bps // 10_000,
        "evidence_ref": REF, "evidence": report.number,
    }  # fmt: skip
    return RecordProgressAttestation(**{**stated, **changed})


def purchase(world: World, code: str, order_id: int = 1) -> str:
    """A funded order of bolts for the group; its number."""
    number = world.ordered(order_id, code).number
    world.fund(order_id)
    return number


def arrives(world: World, order: str, units: int, delivery_id: int = 1, order_id: int = 1) -> str:
    """So many units are sent and received; the receipt."""
    world.despatch(units, delivery_id, order_id)
    return world.receive(order, units, delivery_id).number


def planned(world: World, code: str, fact: ChainFact, **told: Any) -> Document:
    """A requisition of bolts for the group, as soon as a fact is there."""
    about = {name: told.pop(name) for name in ("role_id", "at_least_bps") if name in told}
    when = Condition(fact=fact, **about)
    return world.do(PlanRequisition(chain_group=code, when=when, item="bolt", **told))


def fill_tables(world: World) -> None:
    """At least one row in every table of work: a share that a sale reaches in part, and a release that waits."""
    world.do(ContributeCapital(entity="lead", amount_minor=PAY))
    world.do(RecordTokenIssue(account=account("lead"), amount_minor=PAY, bank_ref=REF))
    code = formed(world, earning(share=delivered(30)), group_id=GROUP_ID * 10)
    shop = Shop(world)
    shop.delivered(chain_group=code, net_minor=1)
    held = shop.order(chain_group=code, net_minor=10**9).number
    world.do(PlanRelease(sales_order=held, when=Condition(fact=ChainFact.BET_SETTLED)))
    asked = {"role_id": 1, "at_least_bps": 9_000, "quantity": 1, "estimate_minor": 1}
    planned(world, code, ChainFact.ROLE_EARNED, **asked)
