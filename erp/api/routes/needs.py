"""Routes of needs and of the groups that are proposed for them (举单申请).

A node proposes groups that it will lead itself and sees no other's proposals. Finance speaks for the leaders of the house;
an outside partner's proposal is approved by another person of that partner.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from erp.api.access import STAFF, Roles
from erp.api.budget_view import BudgetView, budget_of
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount, ClassedView
from erp.api.sides import decides, expect_own
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.needs import queries
from erp.needs.errors import OthersDecide, UnknownGroupProposal
from erp.needs.rules import NeedSource, NeedStatus, ProposalStatus, WorkMeasure
from erp.needs.schemas import (
    ApproveGroup,
    DropNeed,
    ProposeGroup,
    RaiseNeed,
    WithdrawGroupProposal,
)
from erp.needs.tables import GroupProposal, Need

ROUTES = RoomRoutes("needs")
NEEDS = Listing(Need, "number", item="item", at="raised_at", about_at="when it was raised")
PROPOSALS = Listing(GroupProposal, "number", parties=("leader",))
READERS: Roles = STAFF | {Role.NODE}
Number = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["NED-2026-00001"])]
DAY = 86_400


def refuse_other_leader(session: Session, caller: Principal, command: ProposeGroup) -> None:
    """A node proposes for itself, finance for the house. Raises UnknownParty, OutsideBooks."""
    expect_own(session, caller, command.leader)


def refuse_other_proposal(
    session: Session, caller: Principal, command: WithdrawGroupProposal
) -> None:
    """A node withdraws its own proposals. Raises UnknownGroupProposal; OutsideBooks for finance and a partner's."""
    found = own_proposal(session, caller, command.proposal)
    expect_own(session, caller, found.leader)


def refuse_other_approval(session: Session, caller: Principal, command: ApproveGroup) -> None:
    """Finance approves for the house, a partner for itself. Raises UnknownGroupProposal, OthersDecide."""
    found = own_proposal(session, caller, command.proposal)
    if not decides(session, caller, found.leader):
        raise OthersDecide(found.number, found.leader)


def own_proposal(session: Session, caller: Principal, number: str) -> GroupProposal:
    """The proposal with a number. Raises UnknownGroupProposal when there is none, or a node asks for another's."""
    found = queries.proposal(Rows.of(session), number)
    if caller.role in PARTNERS and found.leader != caller.party:
        raise UnknownGroupProposal(number)
    return found


ROLE: dict[str, Any] = {
    "title": "oven maker",
    "title_zh": "烤箱制造",
    "floor_minor": 100_000,
    "most_minor": 10_000_000,
    "stake_minor": 10_000,
    "pay_minor": 300_000,
    "min_credit_bps": 6_000,
    "credit_weight_bps": 5_000,
    "milestones": [
        {"text": "the drawings are approved", "earned_bps": 2_000},
        {
            "text": "100 ovens passed inspection",
            "earned_bps": 10_000,
            "counted": {"measure": "accepted", "item": "OVEN", "quantity": 100},
        },
    ],
}
ROUTES.write(
    Write(
        "/needs",
        RaiseNeed,
        "Raise a need",
        "Somebody needs something that no group serves yet. One need of a source stands on one document or role at a time.",
        {
            "source": "user",
            "text": "ovens that clean themselves",
            "scene": "smart cooking",
            "about": "SO-2026-00001",
        },
    )
)
ROUTES.write(
    Write(
        "/need-drops",
        DropNeed,
        "Drop a need",
        "Ends a need for which no group is proposed.",
        {"need": "NED-2026-00001", "reason": "the makers deliver it anyway"},
    )
)
ROUTES.write(
    Write(
        "/group-proposals",
        ProposeGroup,
        "Propose a chain group",
        "A node wants to lead a group for an open need, and sets its budget, the pay of all roles, aside: BUD Dr 9003, Cr "
        "9002. Refused with the figures when the budget is short. Nothing is opened before somebody else approved it.",
        {
            "leader": "HEFEI",
            "need": "NED-2026-00001",
            "target_minor": 5_000_000,
            "base_margin_minor": 1_000_000,
            "reporter_post": 2,
            "grab_seconds": DAY,
            "select_seconds": DAY,
            "work_seconds": 30 * DAY,
            "report_seconds": 7 * DAY,
            "review_seconds": DAY,
            "roles": [ROLE],
        },
        guard=refuse_other_leader,
    )
)
ROUTES.write(
    Write(
        "/group-approvals",
        ApproveGroup,
        "Approve a proposed group",
        "Another person than the proposer: finance, for a leader of the house; another person of an outside partner. `GET "
        "/group-proposals/{number}` shows the leader's budget. The leader opens the group by the act `open_group`.",
        {"proposal": "GPR-2026-00001"},
        guard=refuse_other_approval,
    )
)
ROUTES.write(
    Write(
        "/group-withdrawals",
        WithdrawGroupProposal,
        "Withdraw a proposed group",
        "Frees the budget of a proposal for which no group was opened, and the need: BUD Dr 9002, Cr 9003.",
        {"proposal": "GPR-2026-00001", "reason": "the need is served already"},
        guard=refuse_other_proposal,
    )
)


class NeedView(Row):
    """Something that users need, and what became of it."""

    classes = classed(
        "number source text item scene about raised_at status proposal", personal="raised_by"
    )

    number: str
    source: NeedSource
    text: str
    item: str | None
    scene: str | None = Field(description="in which users need it")
    about: str | None = Field(description="document, or role of a group, that shows it")
    raised_by: str | None
    raised_at: int = Field(description="unix seconds")
    status: NeedStatus
    proposal: str | None = Field(description="the newest group proposed for it")


class CountedView(Row):
    """So many units of an item, counted from the group's documents."""

    classes = classed("measure item quantity by_holder")

    measure: WorkMeasure
    item: str
    quantity: int
    by_holder: bool = Field(description="only what the role's holders supplied or sold themselves")


class MilestoneView(Row):
    """A step of a role's work."""

    classes = classed("text earned_bps counted")

    text: str
    earned_bps: int = Field(description="of the pay, in all")
    counted: CountedView | None = Field(description="null: somebody of the leader says it")


class ProposedRoleView(Row):
    """A proposed role. Minor units."""

    classes = classed(
        "title title_zh min_reviews min_credit_bps review_mark_bps shortfall_mark_bps credit_weight_bps "
        "stake_bps_of_pledge milestones share",
        money="floor_minor most_minor stake_minor pay_minor",
    )

    title: str
    title_zh: str
    floor_minor: Amount
    most_minor: Amount
    stake_minor: Amount
    pay_minor: Amount
    min_reviews: int
    min_credit_bps: int
    review_mark_bps: int
    shortfall_mark_bps: int
    credit_weight_bps: int
    stake_bps_of_pledge: int
    milestones: list[MilestoneView] = Field(
        default=[], description="after each a part of the pay is earned"
    )
    share: CountedView | None = Field(default=None, description="the pay is earned by its part")


class GroupProposalView(Row):
    """A group that a node wants to lead. Minor units; what the leader sets aside is seen by the house alone."""

    classes = classed(
        "number leader need status approval chain_group roles",
        money="target_minor budget_minor",
        confidential="base_margin_minor set_aside_minor",
        personal="proposed_by",
    )

    number: str
    leader: str
    need: str
    status: ProposalStatus
    approval: str | None = Field(description="the document that approved it")
    chain_group: str | None = Field(description="that was opened for it")
    target_minor: Amount
    base_margin_minor: Amount
    budget_minor: Amount
    set_aside_minor: Amount
    proposed_by: str | None
    roles: Annotated[list[ProposedRoleView], BeforeValidator(json.loads)]


class ProposalPage(ClassedView):
    """A proposal beside the budget of its leader: what finance approves by. No budget of an outside partner."""

    classes = classed("proposal budget")

    proposal: GroupProposalView
    budget: BudgetView | None


@ROUTES.read("/needs", "List needs", READERS)
def list_needs(
    context: ContextDep,
    status: Several[NeedStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(NEEDS)] = ALL,
) -> Page[NeedView]:
    """Needs by number."""
    with context.reading() as session:
        return NEEDS.page(
            session, asked, NeedView.model_validate, after=after, limit=limit, status=status
        )


@ROUTES.read("/needs/{number}", "Read one need", READERS, 404)
def read_need(context: ContextDep, number: Number) -> NeedView:
    """The need with this number."""
    with context.reading() as session:
        return NeedView.model_validate(queries.need(Rows.of(session), number))


@ROUTES.read("/group-proposals", "List proposed groups", READERS)
def list_group_proposals(
    context: ContextDep,
    caller: Caller,
    status: Several[ProposalStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(PROPOSALS)] = ALL,
) -> Page[GroupProposalView]:
    """Proposals by number; a node sees its own."""
    leader = caller.party if caller.role in PARTNERS else None
    with context.reading() as session:
        return PROPOSALS.page(
            session, asked, GroupProposalView.model_validate, after=after, limit=limit, own=leader, status=status
        )  # fmt: skip


@ROUTES.read("/group-proposals/{number}", "Read one proposed group", READERS, 404)
def read_group_proposal(context: ContextDep, caller: Caller, number: Number) -> ProposalPage:
    """The proposal with this number, and the budget that finance approves it by; a node reads its own."""
    with context.reading() as session:
        found = own_proposal(session, caller, number)
        return ProposalPage(
            proposal=GroupProposalView.model_validate(found),
            budget=budget_of(session, found.leader),
        )
