"""Operations that open a group and give it roles, and the budget of its leader behind them. Never commit."""

from __future__ import annotations

from collections.abc import Iterable

from erp.budget.queries import expect_available, has_budget
from erp.groups import journals, queries
from erp.groups.errors import GroupExists, UnknownProposal
from erp.groups.rules import FIRST_ROUND, GroupStatus, ProposalStatus, windows
from erp.groups.schemas import (
    ProposeGroup,
    RecordGroupOrder,
    RecordRoleAddition,
    RoleTerms,
    WithdrawGroupProposal,
)
from erp.groups.standing import expect
from erp.groups.tables import ChainGroup, GroupProposal, GroupRole, RoleRound
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.kinds import PartyKind
from erp.parties.queries import own_party, party, party_of


def propose_group(context: Context, command: ProposeGroup) -> Fields:
    """Sets the budget of a group aside: BUD Dr available, Cr pre-encumbered. Refused when there is too little."""
    leader = own_party(context.rows, command.leader)
    expect_available(context.rows, leader.code, command.budget_minor)
    context.rows.add(
        GroupProposal,
        number=context.number,
        leader=leader.code,
        need=command.need,
        budget_minor=command.budget_minor,
        status=ProposalStatus.PROPOSED.value,
    )
    context.post(journals.PROPOSED.entry(leader.code, {"budget": command.budget_minor}))
    return {}


def withdraw_group_proposal(context: Context, command: WithdrawGroupProposal) -> Fields:
    """Frees the budget of a proposal for which no group was opened: BUD Dr pre-encumbered, Cr available."""
    found = context.rows.get(GroupProposal, command.proposal)
    if found is None:
        raise UnknownProposal(command.proposal)
    if found.status != ProposalStatus.PROPOSED:
        raise WrongStatus(
            "Group proposal", found.number, found.status, ProposalStatus.PROPOSED.value
        )
    found.status = ProposalStatus.WITHDRAWN.value
    context.post(journals.PROPOSED.entry(found.leader, {"budget": -found.budget_minor}))
    return {"leader": found.leader, "budget_minor": found.budget_minor}


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
    group.reserved_minor = _reserved(context, group)
    return {
        "chain_group": group.code,
        "leader_code": leader.code,
        "reserved_minor": group.reserved_minor,
        "unbudgeted_minor": _unbudgeted(rows, group, group.budget_minor - group.reserved_minor),
    }


def _reserved(context: Context, group: ChainGroup) -> int:
    """What the leader set aside for the group becomes a commitment: BUD Dr pre-encumbered, Cr encumbered."""
    proposal = context.rows.get(GroupProposal, group.need) if group.need is not None else None
    if (
        proposal is None
        or proposal.leader != group.leader
        or proposal.status != ProposalStatus.PROPOSED
    ):
        return 0
    proposal.status = ProposalStatus.OPENED.value
    proposed = proposal.budget_minor
    reserved = min(proposed, group.budget_minor)
    amounts = {"proposed": proposed, "reserved": reserved, "saving": proposed - reserved}
    context.post(journals.OPENED.entry(group.leader, amounts, chain_group=group.code))
    return reserved


def _unbudgeted(rows: Rows, group: ChainGroup, amount: int) -> int:
    """What of an amount no budget was set aside for; 0 of a leader that has none here."""
    own = party(rows, group.leader).kind != PartyKind.EXTERNAL
    return amount if own and has_budget(rows, group.leader) else 0


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
        "unbudgeted_minor": _unbudgeted(rows, group, command.pay_minor),
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
    """The group ended: what its leader's budget still holds ready is free. BUD Dr encumbered, Cr available."""
    rest = {"rest": group.reserved_minor}
    context.post(journals.FREED.entry(group.leader, rest, chain_group=group.code))
    group.reserved_minor = 0
    for proposal in _proposals(context.rows, group):
        proposal.status = ProposalStatus.ENDED.value


def _proposals(rows: Rows, group: ChainGroup) -> Iterable[GroupProposal]:
    found = rows.get(GroupProposal, group.need) if group.need is not None else None
    return [found] if found is not None and found.status == ProposalStatus.OPENED else []
