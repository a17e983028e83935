"""Reading the work of groups: reports of progress, what was counted, planned processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.groups import queries as groups
from erp.groups.tables import ChainGroup, GroupRole, RoleRound
from erp.kernel.rows import Rows
from erp.needs import public as needs
from erp.work.errors import UnknownPlannedProcess, UnknownProgress
from erp.work.rules import ProcessStatus, ProgressStatus
from erp.work.tables import PlannedProcess, RoleProgress, WorkCount, WorkTotal

WAITING = (ProcessStatus.WAITING, ProcessStatus.HELD)


# ---- progress -----------------------------------------------------------------------------------


def progress(rows: Rows, number: str) -> RoleProgress:
    """The report of progress with a number. Raises UnknownProgress."""
    found = rows.get(RoleProgress, number)
    if found is None:
        raise UnknownProgress(number)
    return found


def reports_of(rows: Rows, code: str, role_id: int) -> list[RoleProgress]:
    """All reports of a role's progress, by number."""
    return rows.select(RoleProgress, "number", chain_group=code, role_id=role_id)


def reports_of_group(rows: Rows, code: str) -> list[RoleProgress]:
    """All reports of progress of a group, by number."""
    return rows.select(RoleProgress, "number", chain_group=code)


def open_reports(rows: Rows, code: str) -> list[RoleProgress]:
    """The reports of a group's progress that are not on chain yet, by number."""
    return [each for each in reports_of_group(rows, code) if each.status == ProgressStatus.OPEN]


def attested(rows: Rows, role: GroupRole) -> int:
    """What of a role's pay is earned as far as the chain knows it, or is to be told: basis points."""
    under_way = [
        each.earned_bps
        for each in reports_of(rows, role.chain_group, role.role_id)
        if each.status == ProgressStatus.OPEN
    ]
    return max(role.earned_bps, *under_way, 0)


def terms_of(rows: Rows, group: ChainGroup, role_id: int) -> Mapping[str, Any]:
    """How a role earns its pay, by the proposal on which its group stands; empty when nothing was agreed."""
    roles = needs.earning_of(rows, group.proposal)
    return roles[role_id - 1] if role_id <= len(roles) else {}


def seated(rows: Rows, group: ChainGroup, role_id: int) -> RoleRound | None:
    """The round of a role whose holder works now; None when nobody holds it."""
    role = groups.role(rows, group.code, role_id)
    filling = groups.round_of(rows, group.code, role_id, role.round)
    if filling.seated_at is None or filling.ended_at is not None or filling.standing is None:
        return None
    return filling


# ---- what is counted ----------------------------------------------------------------------------


def counted(rows: Rows, group: ChainGroup, role_id: int, what: Mapping[str, Any]) -> int:
    """How many units count for a role by now: of the whole group, or of those who hold or held the role."""
    totals = rows.select(
        WorkTotal, chain_group=group.code, measure=what["measure"], item=what["item"]
    )
    holders = holders_of(rows, group, role_id) if what["by_holder"] else None
    return sum(each.quantity for each in totals if holders is None or each.party in holders)


def holders_of(rows: Rows, group: ChainGroup, role_id: int) -> frozenset[str]:
    """All who hold or held a role."""
    return frozenset(
        each.party for each in groups.memberships(rows, group.code) if each.role_id == role_id
    )


def counted_since(
    session: Session, code: str, what: Mapping[str, Any], after: int, limit: int
) -> list[WorkCount]:
    """What was counted, or counted anew, by documents after a sequence: at most `limit`, oldest first."""
    statement = (
        select(WorkCount)
        .where(
            col(WorkCount.chain_group) == code,
            col(WorkCount.measure) == what["measure"],
            col(WorkCount.item) == what["item"],
            col(WorkCount.sequence) > after,
        )
        .order_by(col(WorkCount.sequence), col(WorkCount.subject))
        .limit(limit)
    )
    return list(session.scalars(statement))


# ---- planned processes --------------------------------------------------------------------------


def planned(rows: Rows, number: str) -> PlannedProcess:
    """The planned process with a number. Raises UnknownPlannedProcess."""
    found = rows.get(PlannedProcess, number)
    if found is None:
        raise UnknownPlannedProcess(number)
    return found


def planned_for(rows: Rows, code: str) -> list[PlannedProcess]:
    """All planned processes of a group, by number."""
    return rows.select(PlannedProcess, "number", chain_group=code)


def waiting_for(rows: Rows, code: str) -> list[PlannedProcess]:
    """Those of a group that are neither started nor dropped, by number."""
    return [each for each in planned_for(rows, code) if each.status in WAITING]


def held(rows: Rows) -> list[PlannedProcess]:
    """Those of all groups whose condition is met and which something hinders, by number."""
    return rows.select(PlannedProcess, "number", status=ProcessStatus.HELD.value)
