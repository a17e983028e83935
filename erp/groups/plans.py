"""Plans of candidates: kept for their own node until its grab is opened (预案). Never commits."""

from __future__ import annotations

from erp.groups import queries
from erp.groups.errors import PlanOfAnother, UnknownPlan
from erp.groups.schemas import SubmitPlan
from erp.groups.standing import expect_undecided
from erp.groups.tables import RolePlan
from erp.kernel.context import Context
from erp.kernel.log.model import Fields, canonical
from erp.kernel.rows import Rows
from erp.parties.queries import party


def submit_plan(context: Context, command: SubmitPlan) -> Fields:
    """Keeps a plan. Refused for a role that somebody holds, and of the group's own leader."""
    rows = context.rows
    owner = party(rows, command.party).code
    group = queries.group_of(rows, command.group)
    role = queries.role(rows, group.code, command.role_id)
    expect_undecided(group, queries.round_of(rows, group.code, role.role_id, role.round))
    if owner == group.leader:
        raise PlanOfAnother(
            context.number, f"{owner} leads {group.code}, and grabs none of its roles"
        )
    rows.add(
        RolePlan,
        number=context.number,
        chain_group=group.code,
        role_id=role.role_id,
        party=owner,
        plan=canonical(command.plan.model_dump(mode="json")),
    )
    return {"chain_group": group.code}


def plan(rows: Rows, number: str) -> RolePlan:
    """The plan with a number. Raises UnknownPlan."""
    found = rows.get(RolePlan, number)
    if found is None:
        raise UnknownPlan(number)
    return found


def own_plan(rows: Rows, number: str, owner: str, group_id: int, role_id: int) -> RolePlan:
    """A party's plan for a role, as its grab may name it. Raises UnknownPlan, also of another's; PlanOfAnother."""
    found = plan(rows, number)
    if found.party != owner:
        raise UnknownPlan(number)
    group = queries.group(rows, group_id)
    if (found.chain_group, found.role_id) != (group.code, role_id):
        raise PlanOfAnother(number, f"it is for role {found.role_id} of {found.chain_group}")
    return found


def open_plan(context: Context, number: str, owner: str) -> None:
    """The node disclosed its plan: the leader reads it from now on. A paper that is no plan of its own stays as it is."""
    found = context.rows.get(RolePlan, number)
    if found is not None and found.party == owner:
        found.opened_by = context.number
