"""Operations of grabs, plans and the leader's choices, told by external events. Never commit."""

from __future__ import annotations

from erp.groups import journals, queries, rules
from erp.groups.errors import AlreadyGrabbed
from erp.groups.plans import open_plan
from erp.groups.rules import GroupStatus
from erp.groups.schemas import (
    RecordCandidateRejection,
    RecordCandidateSelection,
    RecordPlanOpening,
    RecordRoleGrab,
)
from erp.groups.standing import expect_undecided, set_standing
from erp.groups.tables import ChainGroup, GroupRole, RoleCandidate, RoleRound
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party_of


def record_role_grab(context: Context, command: RecordRoleGrab) -> Fields:
    """Adds a candidate and pays its stake in: candidate Dr group funds, Cr wallet.

    Refused unless round, order of grabs, stake, and whether it leads are as the books have them.
    """
    rows = context.rows
    group = queries.group(rows, command.group_id)
    role = queries.role(rows, group.code, command.role_id)
    filling = queries.round_of(rows, group.code, role.role_id, role.round)
    expect_undecided(group, filling)
    node = party_of(rows, command.node).code
    what = f"of {node} for role {role.role_id} of {group.code}"
    if queries.find_candidate(rows, group.code, role.role_id, role.round, node) is not None:
        raise AlreadyGrabbed(what)
    pledge = int(command.pledge)
    leads = _leads(rows, group, role, filling, (pledge, command.credit_bps))
    agree(
        "Grab",
        what,
        round=(command.round, role.round),
        index=(command.index, filling.candidates + 1),
        stake_minor=(
            command.stake_minor,
            rules.stake_up(int(role.stake), pledge, role.stake_bps_of_pledge),
        ),
        leads=(command.leads, leads),
    )
    filling.candidates += 1
    rows.add(
        RoleCandidate,
        chain_group=group.code,
        role_id=role.role_id,
        round=role.round,
        party=node,
        place=command.index,
        pledge=command.pledge,
        credit_bps=command.credit_bps,
        plan_ref=command.plan_ref,
        stake_minor=command.stake_minor,
        stake_held_minor=command.stake_minor,
    )
    if leads:
        set_standing(group, filling, node, pledge)
    stake = {"stake": command.stake_minor}
    context.post(journals.STAKE_PAID_IN.entry(node, stake, chain_group=group.code))
    return {"chain_group": group.code, "party": node}


def _leads(
    rows: Rows, group: ChainGroup, role: GroupRole, filling: RoleRound, own: tuple[int, int]
) -> bool:
    best = None
    if filling.standing is not None:
        held = queries.candidate(rows, group.code, role.role_id, role.round, filling.standing)
        best = int(held.pledge), held.credit_bps
    return rules.leads(own, best, role.credit_weight_bps)


def record_plan_opening(context: Context, command: RecordPlanOpening) -> Fields:
    """Keeps the hash of a disclosed plan beside the sealed one; a plan kept here is shown. Refused for no candidate."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    node = party_of(rows, command.node).code
    found = queries.candidate(rows, group.code, command.role_id, command.round, node)
    found.plan_hash = command.plan_hash
    if command.plan is not None:
        open_plan(context, command.plan, node)
    return {"chain_group": group.code, "party": node}


def record_candidate_selection(context: Context, command: RecordCandidateSelection) -> Fields:
    """The chosen candidate stands for the role. Refused unless its pledge is the recorded one."""
    rows = context.rows
    group, filling, found = _chosen(rows, command)
    agree(
        "Selection",
        f"of {found.party} for role {found.role_id} of {group.code}",
        pledge=(command.pledge, found.pledge),
    )
    filling.selected = True
    set_standing(group, filling, found.party, int(found.pledge))
    fillings = [
        queries.round_of(rows, group.code, role.role_id, role.round)
        for role in queries.roles_of(rows, group.code)
    ]
    is_open = group.status == GroupStatus.OPEN
    return {
        "chain_group": group.code,
        "party": found.party,
        "all_selected": is_open and all(each.selected for each in fillings),
    }


def record_candidate_rejection(context: Context, command: RecordCandidateRejection) -> Fields:
    """A rejected candidate counts for nothing; its stake is free. Refused unless it stood as is said."""
    rows = context.rows
    group, filling, found = _chosen(rows, command)
    stood = filling.standing == found.party
    agree(
        "Rejection",
        f"of {found.party} for role {found.role_id} of {group.code}",
        stood=(command.stood, stood),
    )
    found.rejected = True
    if stood:
        set_standing(group, filling, None, 0)
    return {
        "chain_group": group.code,
        "party": found.party,
        "stake_held_minor": found.stake_held_minor,
    }


def _chosen(
    rows: Rows, command: RecordCandidateSelection | RecordCandidateRejection
) -> tuple[ChainGroup, RoleRound, RoleCandidate]:
    """The group, the round and the candidate about whom the leader decided."""
    group = queries.group(rows, command.group_id)
    node = party_of(rows, command.node).code
    filling = queries.round_of(rows, group.code, command.role_id, command.round)
    expect_undecided(group, filling)
    found = queries.candidate(rows, group.code, command.role_id, command.round, node)
    return group, filling, found
