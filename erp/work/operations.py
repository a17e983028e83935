"""The operations of the work of groups."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.work import processes, progress, schemas
from erp.work.follow_ups import FOLLOW_UPS

__all__ = ["FOLLOW_UPS", "OPERATIONS"]

ROLE = "group_id chain_group role_id round earned_bps "
PLANNED = "group_id chain_group when "
STARTED = "planned group_id chain_group entity process fact "

OPERATIONS: Operations = {
    schemas.ReachMilestone: Operation(
        "milestone",
        "MLS",
        progress.reach_milestone,
        Told.BY_PEOPLE,
        frozenset({Role.NODE, Role.FINANCE}),
        fields=classed(ROLE + "leader holder_code text documents"),
    ),
    schemas.ReportProgress: Operation(
        "role_progress",
        "RPG",
        progress.report_progress,
        Told.BY_FOLLOW_UP,
        outward=True,
        fields=classed(ROLE + "party holder because counts"),
    ),
    schemas.ConfirmProgress: Operation(
        "progress_confirmation",
        "RPC",
        progress.confirm_progress,
        Told.BY_FOLLOW_UP,
        fields=classed(ROLE + "party progress as_said"),
    ),
    schemas.CloseProgress: Operation(
        "progress_lateness",
        "RPX",
        progress.close_progress,
        Told.BY_FOLLOW_UP,
        fields=classed(ROLE + "party progress"),
    ),
    schemas.PlanRequisition: Operation(
        "planned_requisition",
        "PLR",
        processes.plan_requisition,
        Told.BY_PEOPLE,
        frozenset({Role.PLANNER, Role.BUYER}),
        fields=classed(PLANNED + "item quantity buyer", confidential="estimate_minor"),
    ),
    schemas.PlanRelease: Operation(
        "planned_release",
        "PLS",
        processes.plan_release,
        Told.BY_PEOPLE,
        frozenset({Role.FINANCE}),
        fields=classed(PLANNED + "sales_order entity customer"),
    ),
    schemas.DropPlannedProcess: Operation(
        "planned_process_drop",
        "PLX",
        processes.drop_planned_process,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        frozenset({Role.PLANNER, Role.BUYER, Role.FINANCE}),
        fields=classed(STARTED + "reason"),
    ),
    schemas.StartProcess: Operation(
        "process_start",
        "PLT",
        processes.start_process,
        Told.BY_FOLLOW_UP,
        fields=classed(STARTED),
    ),
    schemas.HoldProcess: Operation(
        "process_hold",
        "PLH",
        processes.hold_process,
        Told.BY_FOLLOW_UP,
        fields=classed(STARTED, confidential="reason"),
    ),
}
