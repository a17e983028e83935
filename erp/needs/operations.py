"""The operations of needs and proposed groups."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.needs import schemas, service

LEADERS = frozenset({Role.NODE, Role.FINANCE})

OPERATIONS: Operations = {
    schemas.RaiseNeed: Operation(
        "need",
        "NED",
        service.raise_need,
        Told.BY_PEOPLE | Told.BY_FOLLOW_UP,
        frozenset({Role.SERVICE, Role.SALES, Role.NODE}),
        fields=classed("source text item scene about"),
    ),
    schemas.DropNeed: Operation(
        "need_drop",
        "NEX",
        service.drop_need,
        Told.BY_PEOPLE,
        frozenset({Role.SERVICE, Role.SALES}),
        fields=classed("need reason"),
    ),
    schemas.ProposeGroup: Operation(
        "group_proposal",
        "GPR",
        service.propose_group,
        Told.BY_PEOPLE,
        LEADERS,
        fields=classed(
            "leader need region reporter_post grab_seconds select_seconds work_seconds report_seconds review_seconds "
            "bet_seconds",
            money="target_minor roles",
            confidential="base_margin_minor budget_minor set_aside_minor",
        ),
    ),
    schemas.ApproveGroup: Operation(
        "group_approval",
        "GAP",
        service.approve_group,
        Told.BY_PEOPLE,
        LEADERS,
        fields=classed("proposal leader need", personal="proposed_by", confidential="budget_minor"),
    ),
    schemas.WithdrawGroupProposal: Operation(
        "group_withdrawal",
        "GPW",
        service.withdraw_group_proposal,
        Told.BY_PEOPLE,
        LEADERS,
        fields=classed("proposal reason leader need", confidential="set_aside_minor"),
    ),
}
