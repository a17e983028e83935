"""Routes of chain groups: their orders, roles and candidates. Events tell them; what people tell is a proposal."""

from __future__ import annotations

from typing import Annotated, ClassVar

from fastapi import Path
from pydantic import Field

from erp.api.access import EVERYBODY
from erp.api.flows import GROUP, FlowsView, documents_of, flows_view, told_to_partners
from erp.api.own_orders import key_of
from erp.api.pages import DEFAULT_PAGE, AfterId, Limit, Page, page_of
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount, ClassedView
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.groups import queries
from erp.groups.errors import UnknownGroup
from erp.groups.schemas import ProposeGroup, WithdrawGroupProposal
from erp.groups.tables import ChainGroup
from erp.kernel.field_class import Classes, classed
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows

ROUTES = RoomRoutes("groups")

GroupName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="code or id", examples=["GRP-2026-00001"])
]
Promise = Annotated[
    str | None, Field(description="minor units as decimal text; null: not shown to your role")
]

ROUTES.write(
    Write(
        "/group-proposals",
        ProposeGroup,
        "Propose a chain group",
        "A node wants to lead a group for a need, and sets its budget aside: BUD Dr 9003, Cr 9002. The group that is "
        "opened for this document is opened on that budget.",
        {"leader": "HEFEI", "need": "ovens that clean themselves", "budget_minor": 600_000},
    )
)
ROUTES.write(
    Write(
        "/group-withdrawals",
        WithdrawGroupProposal,
        "Withdraw a proposed group",
        "Frees the budget of a proposal for which no group was opened: BUD Dr 9002, Cr 9003.",
        {"proposal": "GPR-2026-00001", "reason": "the need is served already"},
    )
)


class GroupView(Row):
    """A chain group. Minor units, unix seconds."""

    classes = classed(
        "code group_id leader need status roles filled grab_end select_end work_end report_end bet_id formed_at ended_at",
        money="target pledged budget_minor earned_minor",
        confidential="reserved_minor",
    )

    code: str
    group_id: int
    leader: str
    need: str | None = Field(description="number of the document it serves; null: unknown here")
    status: str
    roles: int
    filled: int = Field(
        description="roles for which somebody stands, or that are held once it formed"
    )
    target: Promise
    pledged: Promise
    budget_minor: Amount
    earned_minor: Amount
    reserved_minor: Amount
    grab_end: int
    select_end: int
    work_end: int
    report_end: int
    bet_id: int | None
    formed_at: int | None
    ended_at: int | None


class RoleView(Row):
    """A role of a group; `round` is its present filling."""

    classes = classed(
        "role_id round min_credit_bps min_reviews review_mark_bps earned_bps",
        money="floor most stake pay_minor earned_minor",
    )

    role_id: int
    round: int
    floor: Promise
    most: Promise
    stake: Promise
    pay_minor: Amount
    min_credit_bps: int
    min_reviews: int
    review_mark_bps: int
    earned_bps: int
    earned_minor: Amount


class CandidateView(Row):
    """A party that grabbed a role; `stake_held_minor` is what it has not had back."""

    classes = classed(
        "role_id round place party credit_bps plan_hash rejected",
        money="pledge stake_minor stake_held_minor",
    )

    role_id: int
    round: int
    place: int = Field(description="order of grabs in the round, from 1")
    party: str
    pledge: Promise
    credit_bps: int
    plan_hash: str | None = Field(description="of its plan, once it was disclosed")
    stake_minor: Amount
    stake_held_minor: Amount
    rejected: bool


class MemberView(Row):
    """From when until when a party was a member; role 0 is the leader."""

    classes: ClassVar[Classes] = classed("role_id round party since until consents_to_end")

    role_id: int
    round: int
    party: str
    since: int
    until: int | None
    consents_to_end: bool


class GroupPage(ClassedView):
    """A chain group with its roles, all who ever grabbed one, and its members, former ones among them."""

    classes = classed("group roles candidates members")

    group: GroupView
    roles: list[RoleView]
    candidates: list[CandidateView]
    members: list[MemberView]


@ROUTES.read("/groups", "List chain groups", EVERYBODY)
def list_groups(
    context: ContextDep, caller: Caller, after: AfterId = 0, limit: Limit = DEFAULT_PAGE
) -> Page[GroupView]:
    """Groups by id. Another firm sees those that it leads or whose roles it grabbed; a node the open ones too."""
    with context.reading() as session:
        found = queries.groups(session, after=after, limit=limit, seen_by=_seen_by(caller))
        return page_of(found, GroupView.model_validate, lambda row: row.group_id, limit)


@ROUTES.read("/groups/{group}", "Read one chain group", EVERYBODY, 404)
def read_group(context: ContextDep, caller: Caller, group: GroupName) -> GroupPage:
    """The group with this code or id: for another firm one of those that it is shown in the list."""
    with context.reading() as session:
        rows = Rows.of(session)
        found = _seen(rows, caller, group)
        return GroupPage(
            group=GroupView.model_validate(found),
            roles=[RoleView.model_validate(row) for row in queries.roles_of(rows, found.code)],
            candidates=[
                CandidateView.model_validate(row) for row in queries.candidates_of(rows, found.code)
            ],
            members=[
                MemberView.model_validate(row) for row in queries.memberships(rows, found.code)
            ],
        )


def _seen_by(caller: Principal) -> queries.Sight | None:
    """What another firm may see of groups; None: all."""
    if caller.role not in PARTNERS:
        return None
    return queries.Sight(caller.party or "", open_ones=caller.role is Role.NODE)


@ROUTES.read("/groups/{group}/flows", "Read a chain group's time line", EVERYBODY, 404)
def read_group_flows(context: ContextDep, caller: Caller, group: GroupName) -> FlowsView:
    """Work, cash and information of one group on one time line, each step with document, transaction and anchor.

    Another firm sees the groups that it is shown in the list, what events told of them, and its own side of entries.
    """
    with context.reading() as session:
        found = _seen(Rows.of(session), caller, group)
        documents = documents_of(session, GROUP, found.group_id)
    return flows_view(
        context.witness, GROUP, found.group_id, documents, caller, told_to_partners(documents)
    )


def _seen(rows: Rows, caller: Principal, group: str) -> ChainGroup:
    """The group with this code or id. Raises UnknownGroup, also for a firm that does not see it."""
    found, seen_by = queries.group_of(rows, key_of(group)), _seen_by(caller)
    if seen_by is not None and not queries.is_seen(rows, found, seen_by):
        raise UnknownGroup(group)
    return found
