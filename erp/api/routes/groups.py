"""Routes of chain groups: their orders, roles and candidates, and plans. Events tell them; people submit plans."""

from __future__ import annotations

from typing import Annotated, ClassVar

from fastapi import Path
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import EVERYBODY, Roles
from erp.api.flows import GROUP, FlowsView, documents_of, flows_view, told_to_partners
from erp.api.group_sight import GroupSight, seen_by
from erp.api.listing import ALL, Asked, Listing, Several, taken_by
from erp.api.own_orders import key_of
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount, ClassedView
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.groups import plans, queries
from erp.groups.errors import UnknownPlan
from erp.groups.rules import GroupStatus
from erp.groups.schemas import Plan, SubmitPlan
from erp.groups.tables import ChainGroup
from erp.kernel.field_class import Classes, classed
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.parties.errors import UnknownParty
from erp.parties.kinds import PartyKind
from erp.parties.queries import party
from erp.rights.objects import plan_of
from erp.rights.table import Action, may

ROUTES = RoomRoutes("groups")
GROUPS = Listing(
    ChainGroup, "group_id", number="code", parties=("leader",), at="grab_end", sorts={"due": "work_end"},
    about_at="when grabbing ends",
)  # fmt: skip

GroupName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="code or id", examples=["GRP-2026-00001"])
]
PlanNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["RPL-2026-00001"])]
PLAN_READERS: Roles = frozenset({Role.NODE, Role.FINANCE, Role.AUDITOR})
Promise = Annotated[
    str | None, Field(description="minor units as decimal text; null: not shown to your role")
]


def refuse_other_party(_session: Session, caller: Principal, command: SubmitPlan) -> None:
    """Raises UnknownParty when a node submits a plan for another party."""
    if caller.role in PARTNERS and command.party != caller.party:
        raise UnknownParty(command.party)


ROUTES.write(
    Write(
        "/role-plans",
        SubmitPlan,
        "Submit a plan",
        "A node keeps its plan for a role before it grabs it: nobody else reads it until the node opens it. The act "
        "`grab_role` names this document, the act `open_plan` opens it.",
        {
            "party": "SHANGHAI",
            "group": "GRP-2026-00001",
            "role_id": 1,
            "plan": {
                "text": "two lines, one shift",
                "price_minor": 250_000,
                "ready_at": 1_790_000_000,
                "devices": [{"device": "press 4", "minutes": 480}],
            },
        },
        guard=refuse_other_party,
    )
)


class GroupView(Row):
    """A chain group. Minor units, unix seconds."""

    classes = classed(
        "code group_id leader need proposal status roles filled grab_end select_end work_end report_end bet_id formed_at "
        "ended_at",
        money="target pledged budget_minor earned_minor",
        confidential="reserved_minor",
    )

    code: str
    group_id: int
    leader: str
    need: str | None = Field(description="number of the document it serves; null: unknown here")
    proposal: str | None = Field(description="on which it was opened; null: nobody approved it")
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
    earned_bps: int | None = Field(description="null: not yours to read")
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


class PlanItemView(ClassedView):
    """What of an item a plan needs or makes."""

    classes: ClassVar[Classes] = classed("item quantity", money="price_minor")

    item: str
    quantity: int
    price_minor: Amount


class PlanDeviceView(ClassedView):
    """What of a device's time a plan needs."""

    classes: ClassVar[Classes] = classed("device minutes")

    device: str
    minutes: int


class PlanText(ClassedView):
    """What a plan says. Minor units, unix seconds."""

    classes: ClassVar[Classes] = classed("text ready_at items devices", money="price_minor")

    text: str
    price_minor: Amount
    ready_at: int
    items: list[PlanItemView]
    devices: list[PlanDeviceView]


class MemberView(Row):
    """From when until when a party was a member; role 0 is the leader."""

    classes: ClassVar[Classes] = classed("role_id round party since until consents_to_end")

    role_id: int
    round: int
    party: str
    since: int
    until: int | None
    consents_to_end: bool | None = Field(description="null: not yours to read")


class GroupPage(ClassedView):
    """A chain group with its roles, all who ever grabbed one, and its members, former ones among them."""

    classes = classed("group roles candidates members")

    group: GroupView
    roles: list[RoleView]
    candidates: list[CandidateView]
    members: list[MemberView]


@ROUTES.read("/groups", "List chain groups", EVERYBODY)
def list_groups(
    context: ContextDep,
    caller: Caller,
    status: Several[GroupStatus] = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(GROUPS)] = ALL,
) -> Page[GroupView]:
    """Groups by id. Who speaks for a party sees those it leads or whose roles it grabbed; a node the open ones too."""
    with context.reading() as session:
        rows = Rows.of(session)

        def shown(row: ChainGroup) -> GroupView:
            return GroupSight.of(rows, row, caller).of_group(GroupView.model_validate(row))

        return GROUPS.page(
            session, asked, shown, *queries.groups_of(seen_by(caller)), after=after, limit=limit, status=status
        )  # fmt: skip


@ROUTES.read("/groups/{group}", "Read one chain group", EVERYBODY, 404)
def read_group(context: ContextDep, caller: Caller, group: GroupName) -> GroupPage:
    """The group with this code or id.

    A member reads all of it, a former one as it was when the membership ended, anybody else who lists it its terms and who
    stands for its open roles. Finance of a member reads what is its own entity's.
    """
    with context.reading() as session:
        rows = Rows.of(session)
        found = queries.group_of(rows, key_of(group))
        sight = GroupSight.of(rows, found, caller)
        sight.refuse_stranger(group)
        roles = queries.roles_of(rows, found.code)
        candidates = [
            sight.of_candidate(CandidateView.model_validate(row), row)
            for row in queries.candidates_of(rows, found.code)
        ]
        members = [
            sight.of_member(MemberView.model_validate(row), row)
            for row in queries.memberships(rows, found.code)
        ]
        return GroupPage(
            group=sight.of_group(GroupView.model_validate(found)),
            roles=[sight.of_role(RoleView.model_validate(row), row) for row in roles],
            candidates=[one for one in candidates if one is not None],
            members=[one for one in members if one is not None],
        )


class PlanView(ClassedView):
    """A plan for a role: whole to its own node, to the leader once it is opened, and to the auditor.

    Finance reads what a plan of the house costs, and nothing else of it.
    """

    classes: ClassVar[Classes] = classed(
        "number group role_id party opened_by plan", money="price_minor"
    )

    number: str
    group: str
    role_id: int
    party: str
    opened_by: str | None = Field(description="the document that opened it")
    price_minor: Amount
    plan: PlanText | None = Field(description="null: not shown to you")


@ROUTES.read("/role-plans/{number}", "Read a plan", PLAN_READERS, 404)
def read_role_plan(context: ContextDep, caller: Caller, number: PlanNumber) -> PlanView:
    """The plan with this number. For whoever may not read it there is none."""
    with context.reading() as session:
        rows = Rows.of(session)
        found = plans.plan(rows, number)
        kept = Plan.model_validate_json(found.plan)
        is_whole = may(caller, Action.READ, plan_of(rows, found)) is None
        if not is_whole and not _reads_price(rows, found.party, caller):
            raise UnknownPlan(number)
        return PlanView(
            number=found.number,
            group=found.chain_group,
            role_id=found.role_id,
            party=found.party,
            opened_by=found.opened_by,
            price_minor=kept.price_minor,
            plan=PlanText.model_validate(kept.model_dump()) if is_whole else None,
        )


def _reads_price(rows: Rows, owner: str, caller: Principal) -> bool:
    """Whether what a plan costs is a budget line of the caller: of finance, for parties of the house that it speaks for."""
    own = caller.parties is None or owner in caller.parties
    return caller.role is Role.FINANCE and own and party(rows, owner).kind == PartyKind.INTERNAL


@ROUTES.read("/groups/{group}/flows", "Read a chain group's time line", EVERYBODY, 404)
def read_group_flows(context: ContextDep, caller: Caller, group: GroupName) -> FlowsView:
    """Work, cash and information of one group on one time line, each step with document, transaction and anchor.

    A member or who was one sees it; another firm what events told of them, and its own side of entries.
    """
    with context.reading() as session:
        rows = Rows.of(session)
        found = queries.group_of(rows, key_of(group))
        GroupSight.of(rows, found, caller).refuse_outsider(group)
        documents = documents_of(session, GROUP, found.group_id)
    return flows_view(
        context.witness, GROUP, found.group_id, documents, caller, told_to_partners(documents)
    )
