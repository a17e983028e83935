"""Routes of the work of groups (执行): what roles have earned and by what, and processes that wait for the chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.access import STAFF, Roles
from erp.api.group_sight import GroupSight
from erp.api.own_orders import key_of
from erp.api.request_context import Caller, ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.routes.documents import NUMBER_PATTERN
from erp.api.row import Row
from erp.api.shown import Amount, ClassedView
from erp.api.sides import expect_own
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.groups import queries as groups
from erp.groups.errors import UnknownGroup
from erp.groups.tables import ChainGroup, GroupRole
from erp.kernel.field_class import classed
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.needs.public import WorkMeasure
from erp.work import queries
from erp.work.rules import ChainFact, Process, ProcessStatus, ProgressStatus
from erp.work.schemas import DropPlannedProcess, PlanRelease, PlanRequisition, ReachMilestone

ROUTES = RoomRoutes("work")
READERS: Roles = STAFF | {Role.NODE}
GroupName = Annotated[
    str, Path(pattern=NUMBER_PATTERN, description="code or id", examples=["GRP-2026-00001"])
]


def refuse_other_leader(session: Session, caller: Principal, command: ReachMilestone) -> None:
    """Only who pays says that something is earned. Raises UnknownGroup; OutsideBooks for finance and a partner's group."""
    leader = groups.group_of(Rows.of(session), command.chain_group).leader
    if caller.role in PARTNERS and leader != caller.party:
        raise UnknownGroup(command.chain_group)
    expect_own(session, caller, leader)


ROUTES.write(
    Write(
        "/milestones",
        ReachMilestone,
        "Say that a milestone is reached",
        "Somebody of the leader says that a step of a role's work is done, the next one that was approved with the group; "
        "`earned_bps` is what of the pay is earned in all by now. The reporter tells the chain, and the holder is paid at "
        "once. What documents count follows by itself.",
        {
            "chain_group": "GRP-2026-00001",
            "role_id": 1,
            "earned_bps": 2_000,
            "text": "the drawings are approved",
            "documents": ["GR-2026-00001"],
        },
        guard=refuse_other_leader,
    )
)
ROUTES.write(
    Write(
        "/planned-requisitions",
        PlanRequisition,
        "Plan a requisition",
        "Asks for an item for a group as soon as a fact is on chain: a group or bet that stands, a role that is held or has "
        "earned so much, an index. The requisition follows by itself; while budget or policy stand in its way it is held, "
        "with the reason, and tried again when they change.",
        {
            "chain_group": "GRP-2026-00001",
            "when": {"fact": "index_reached", "at_least_bps": 12_000},
            "item": "STEEL-1.4301",
            "quantity": 500,
        },
    )
)
ROUTES.write(
    Write(
        "/planned-releases",
        PlanRelease,
        "Plan a sale's release",
        "Lets a held sale of a group go as soon as a fact is on chain: its release follows by itself.",
        {"sales_order": "SO-2026-00001", "when": {"fact": "bet_active"}},
    )
)
ROUTES.write(
    Write(
        "/planned-process-drops",
        DropPlannedProcess,
        "Drop a planned process",
        "Takes back a planned requisition or release that was not started. Follows by itself when its group ends.",
        {"planned": "PLR-2026-00001", "reason": "bought elsewhere"},
    )
)


class CountView(ClassedView):
    """What is counted for a role, and how far it has come."""

    classes = classed("measure item quantity by_holder counted")

    measure: WorkMeasure
    item: str
    quantity: int = Field(description="for the whole, or for the milestone")
    by_holder: bool = Field(description="only what the role's holders supplied or sold themselves")
    counted: int = Field(description="by now")


class MilestoneView(ClassedView):
    """A step of a role's work."""

    classes = classed("text earned_bps reached count")

    text: str
    earned_bps: int = Field(description="of the pay, in all")
    reached: bool = Field(description="told to the chain, or to be told")
    count: CountView | None = Field(description="null: somebody of the leader says it")


class RoleWorkView(ClassedView):
    """By what a role earns, and what it has earned, basis points of its pay."""

    classes = classed("role_id earned_bps told_bps milestones share")

    role_id: int
    earned_bps: int = Field(description="as the chain says")
    told_bps: int = Field(description="and with what the reporter is to tell")
    milestones: list[MilestoneView]
    share: CountView | None


class ProgressView(Row):
    """A report of progress and what became of it."""

    classes = classed("number role_id round party earned_bps because status")

    number: str
    role_id: int
    round: int
    party: str = Field(description="whose work it was")
    earned_bps: int
    because: str = Field(description="the document that brought it")
    status: ProgressStatus


class PlannedView(Row):
    """A process that waits for a fact on chain."""

    classes = classed(
        "number process fact role_id at_least_bps item quantity sales_order status started_by",
        confidential="estimate_minor reason",
    )

    number: str
    process: Process
    fact: ChainFact
    role_id: int | None
    at_least_bps: int | None
    item: str | None
    quantity: int | None = Field(description="null: as the item's policy says")
    estimate_minor: Amount
    sales_order: str | None
    status: ProcessStatus
    reason: str | None = Field(description="why it is held or was dropped")
    started_by: str | None


class WorkPage(ClassedView):
    """The work of a group."""

    classes = classed("roles reports planned")

    roles: list[RoleWorkView]
    reports: list[ProgressView]
    planned: list[PlannedView]


@ROUTES.read("/groups/{group}/work", "Read the work of a chain group", READERS, 404)
def read_group_work(context: ContextDep, caller: Caller, group: GroupName) -> WorkPage:
    """By what each role earns and how far it has come, what was told to the chain, and what waits for it.

    For members; a former one reads it of a group that ended with its membership.
    """
    with context.reading() as session:
        rows = Rows.of(session)
        found = groups.group_of(rows, key_of(group))
        GroupSight.of(rows, found, caller).refuse_outsider(group)
        return WorkPage(
            roles=[_role(rows, found, role) for role in groups.roles_of(rows, found.code)],
            reports=[
                ProgressView.model_validate(row)
                for row in queries.reports_of_group(rows, found.code)
            ],
            planned=[
                PlannedView.model_validate(row) for row in queries.planned_for(rows, found.code)
            ],
        )


def _role(rows: Rows, group: ChainGroup, role: GroupRole) -> RoleWorkView:
    terms = queries.terms_of(rows, group, role.role_id)
    told = queries.attested(rows, role)

    def count(what: Mapping[str, Any] | None) -> CountView | None:
        if what is None:
            return None
        return CountView(**what, counted=queries.counted(rows, group, role.role_id, what))

    return RoleWorkView(
        role_id=role.role_id,
        earned_bps=role.earned_bps,
        told_bps=told,
        milestones=[
            MilestoneView(
                text=each["text"],
                earned_bps=each["earned_bps"],
                reached=each["earned_bps"] <= told,
                count=count(each["counted"]),
            )
            for each in terms.get("milestones") or []
        ],
        share=count(terms.get("share")),
    )
