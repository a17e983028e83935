"""Operations that make a team of a group, and end it, told by external events. Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from erp.groups import queries
from erp.groups.orders import free_budget
from erp.groups.rules import FIRST_ROUND, GroupStatus
from erp.groups.schemas import (
    ContinueReleases,
    RecordBetBinding,
    RecordGroupDissolution,
    RecordGroupForming,
    RecordGroupSettlement,
    RecordRoleReopening,
    RecordRoleSeating,
)
from erp.groups.standing import (
    begin_leadership,
    end_memberships,
    expect,
    freed,
    further_batches,
    named,
    seat,
)
from erp.groups.tables import ChainGroup
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.parties.queries import party_of


def record_group_forming(context: Context, command: RecordGroupForming) -> Fields:
    """Whoever stands for a role holds it, memberships begin, and the stakes of the others are free."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.OPEN)
    agree(
        "Forming of chain group",
        group.code,
        leader=(party_of(rows, command.leader).code, group.leader),
        filled=(group.roles, group.filled),
        pledged=(command.pledged, group.pledged),
        bet_due_at=(
            command.bet_due_at,
            context.at + group.bet_seconds if group.bet_seconds else 0,
        ),
    )
    group.status = GroupStatus.FORMED.value
    group.formed_at = context.at
    group.bet_due_at = command.bet_due_at
    begin_leadership(context, group)
    for role in queries.roles_of(rows, group.code):
        seat(context, group, queries.round_of(rows, group.code, role.role_id, FIRST_ROUND))
    return {
        "chain_group": group.code,
        "leader_code": group.leader,
        "region": group.region,
        "work_end": group.work_end,
        "report_end": group.report_end,
        "stakes": named(freed(rows, group, None, FIRST_ROUND)),
    }


def record_bet_binding(context: Context, command: RecordBetBinding) -> Fields:
    """Keeps the bet of a formed group. Refused unless it has none yet."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    agree(
        "Bet of chain group",
        group.code,
        leader=(party_of(rows, command.leader).code, group.leader),
        before=(0, group.bet_id or 0),
    )
    group.bet_id = command.bet_id
    return {"chain_group": group.code, "leader_code": group.leader}


def record_group_dissolution(context: Context, command: RecordGroupDissolution) -> Fields:
    """Gives a group up: every stake is free, and the leader's budget: BUD Dr encumbered, Cr available."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.OPEN, GroupStatus.FORMED)
    agree(
        "Dissolution of chain group",
        group.code,
        leader=(party_of(rows, command.leader).code, group.leader),
        filled=(command.filled, group.filled),
        pledged=(command.pledged, group.pledged),
    )
    reviewed = _reviewed(rows, group)
    return _end(context, group, GroupStatus.DISSOLVED) | {"reviewed": reviewed}


def record_group_settlement(context: Context, command: RecordGroupSettlement) -> Fields:
    """Ends the work of a group: BUD Dr encumbered, Cr available what nobody earned."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    agree(
        "Settlement of chain group",
        group.code,
        leader=(party_of(rows, command.leader).code, group.leader),
        bet_id=(command.bet_id, group.bet_id or 0),
        earned_minor=(command.earned_minor, group.earned_minor),
        unearned_minor=(command.unearned_minor, group.budget_minor - group.earned_minor),
    )
    reviewed = _reviewed(rows, group)
    return _end(context, group, GroupStatus.SETTLED) | {"reviewed": reviewed}


def _end(context: Context, group: ChainGroup, status: GroupStatus) -> Fields:
    group.status = status.value
    group.ended_at = context.at
    end_memberships(context, group)
    free_budget(context, group)
    return {
        "chain_group": group.code,
        "leader_code": group.leader,
        "left_minor": group.budget_minor - group.earned_minor,
        "stakes": named(freed(context.rows, group)),
    }


def _reviewed(rows: Rows, group: ChainGroup) -> list[Fields]:
    """Present rounds of roles about whose holders users said something that is not counted yet."""
    found = []
    for role in queries.roles_of(rows, group.code):
        filling = queries.round_of(rows, group.code, role.role_id, role.round)
        if filling.reviews and not filling.feedback_recorded:
            found.append({"role_id": role.role_id, "round": role.round})
    return found


# ---- stakes beyond those that one document names ------------------------------------------------

Freeing = (
    RecordGroupForming
    | RecordGroupDissolution
    | RecordGroupSettlement
    | RecordRoleReopening
    | RecordRoleSeating
)


def after_freeing(context: Context, command: Freeing) -> Iterator[Command]:
    """Where a document sets more stakes free than it can name, others name the rest."""
    role_id, round_ = _place(command)
    group = queries.group(context.rows, command.group_id)
    for batch in further_batches(freed(context.rows, group, role_id, round_)):
        yield ContinueReleases(
            group_id=command.group_id, batch=batch, role_id=role_id, round=round_
        )


def _place(command: Freeing) -> tuple[int | None, int | None]:
    """Role and round whose stakes are free by a command; None: all."""
    if isinstance(command, RecordGroupForming):
        return None, FIRST_ROUND
    if isinstance(command, RecordRoleReopening):
        return command.role_id, command.round - 1
    if isinstance(command, RecordRoleSeating):
        return command.role_id, command.round
    return None, None


def continue_releases(context: Context, command: ContinueReleases) -> Fields:
    """Names a further batch of the stakes that the document before it has set free."""
    group = queries.group(context.rows, command.group_id)
    stakes = freed(context.rows, group, command.role_id, command.round)
    return {"chain_group": group.code, "stakes": named(stakes, command.batch)}
