"""Operations that open a group and give it roles, and the budget of its leader behind them. Never commit."""

from __future__ import annotations

from erp.budget.queries import unbudgeted
from erp.groups import journals, queries
from erp.groups.errors import GroupExists
from erp.groups.rules import FIRST_ROUND, GroupStatus, windows
from erp.groups.schemas import RecordGroupOrder, RecordRoleAddition, RoleTerms
from erp.groups.standing import expect
from erp.groups.tables import ChainGroup, GroupRole, RoleRound
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.needs import public as needs
from erp.parties.queries import party_of


def record_group_order(context: Context, command: RecordGroupOrder) -> Fields:
    """Adds a group with its roles and pays their pay in: leader Dr group funds, Cr wallet.

    Refused unless the budget is the sum of the pay and the windows follow from the terms.
    """
    rows = context.rows
    if queries.find_group(rows, command.group_id) is not None:
        raise GroupExists(command.group_id)
    leader = party_of(rows, command.leader)
    grab_end = context.at + command.grab_seconds
    select_end = grab_end + command.select_seconds
    work_end = select_end + command.work_seconds
    agree(
        "Chain group",
        command.group_id,
        budget_minor=(command.budget_minor, sum(role.pay_minor for role in command.roles)),
        grab_end=(command.grab_end, grab_end),
        select_end=(command.select_end, select_end),
        work_end=(command.work_end, work_end),
        report_end=(command.report_end, work_end + command.report_seconds),
    )
    group = rows.add(
        ChainGroup,
        code=context.number,
        leader=leader.code,
        pledged="0",
        status=GroupStatus.OPEN.value,
        roles=len(command.roles),
        **command.model_dump(
            include={
                "group_id", "need", "need_ref", "region", "reporter_post", "target", "grab_seconds", "select_seconds",
                "review_seconds", "bet_seconds", "grab_end", "select_end", "work_end", "report_end", "budget_minor",
            }
        ),
    )  # fmt: skip
    for role_id, terms in enumerate(command.roles, start=1):
        _add_role(rows, group, role_id, terms, command.grab_end, command.select_end)
    pay = {"pay": command.budget_minor}
    context.post(journals.BUDGET_PAID_IN.entry(leader.code, pay, chain_group=group.code))
    unproposed = _take_up(context, group, command)
    return {
        "chain_group": group.code,
        "leader_code": leader.code,
        "reserved_minor": group.reserved_minor,
        "unproposed": unproposed,
        "unbudgeted_minor": unbudgeted(
            rows, group.leader, group.budget_minor - group.reserved_minor
        ),
    }


def _take_up(context: Context, group: ChainGroup, command: RecordGroupOrder) -> str | None:
    """What the leader's budget holds ready for the group; why it stands on no proposal, None when it does."""
    terms = needs.terms_of(command.model_dump(mode="json"), int(command.target))
    roles = [
        {
            "floor_minor": int(role.floor),
            "most_minor": int(role.most),
            "stake_minor": int(role.stake),
            **role.model_dump(include=set(needs.ROLE_TERMS)),
        }
        for role in command.roles
    ]
    named = (command.need, command.proposal)
    group.reserved_minor, why = needs.take_up(
        context, group.code, group.leader, named, (terms, roles)
    )
    if why is None:
        group.proposal = command.proposal
    return why


def record_role_addition(context: Context, command: RecordRoleAddition) -> Fields:
    """Adds a role to a formed group, open to grabs from now on: leader Dr group funds, Cr wallet."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    grab_end, select_end = windows(
        context.at, group.grab_seconds, group.select_seconds, group.work_end
    )
    agree(
        "New role of chain group",
        group.code,
        leader=(party_of(rows, command.leader).code, group.leader),
        role_id=(command.role_id, group.roles + 1),
        grab_end=(command.grab_end, grab_end),
        select_end=(command.select_end, select_end),
    )
    group.roles = command.role_id
    group.budget_minor += command.pay_minor
    _add_role(rows, group, command.role_id, command, grab_end, select_end)
    context.post(
        journals.BUDGET_PAID_IN.entry(
            group.leader, {"pay": command.pay_minor}, chain_group=group.code
        )
    )
    return {
        "chain_group": group.code,
        "leader_code": group.leader,
        "round": FIRST_ROUND,
        "unbudgeted_minor": unbudgeted(rows, group.leader, command.pay_minor),
    }


def _add_role(
    rows: Rows, group: ChainGroup, role_id: int, terms: RoleTerms, grab_end: int, select_end: int
) -> None:
    rows.add(
        GroupRole,
        chain_group=group.code,
        role_id=role_id,
        **terms.model_dump(include=set(RoleTerms.model_fields)),
    )
    rows.add(
        RoleRound,
        chain_group=group.code,
        role_id=role_id,
        round=FIRST_ROUND,
        grab_end=grab_end,
        select_end=select_end,
    )


def free_budget(context: Context, group: ChainGroup) -> None:
    """The group ended: what its leader's budget still holds ready is free. BUD Dr encumbered, Cr available.

    Its need is served when it was settled, and open again when it was dissolved.
    """
    rest = {"rest": group.reserved_minor}
    context.post(journals.FREED.entry(group.leader, rest, chain_group=group.code))
    group.reserved_minor = 0
    if group.proposal is not None:
        served = group.status == GroupStatus.SETTLED
        needs.group_ended(context.rows, group.proposal, served=served)
