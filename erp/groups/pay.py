"""Operations of a group's money: what roles earn, and what goes back to whom it belongs. Never commit."""

from __future__ import annotations

from erp.groups import journals, queries, rules
from erp.groups.rules import GroupStatus
from erp.groups.schemas import (
    RecordBudgetReturn,
    RecordProgressAttestation,
    RecordRolePayment,
    RecordStakeRelease,
)
from erp.groups.standing import expect
from erp.groups.tables import ChainGroup, RoleRound
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.parties.queries import party_of


def holder_of(filling: RoleRound) -> str:
    """Who holds or held a role in a round; nobody when no one was seated."""
    return str(filling.standing) if filling.seated_at is not None else "nobody"


def record_progress_attestation(context: Context, command: RecordProgressAttestation) -> Fields:
    """What a role earned since the last report belongs to the holder of the round.

    Leader Dr cost of roles, Cr group funds; holder Dr group funds, Cr income from roles.
    """
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    role = queries.role(rows, group.code, command.role_id)
    filling = queries.round_of(rows, group.code, role.role_id, command.round)
    holder = party_of(rows, command.holder).code
    earned = rules.earned_down(role.pay_minor, command.earned_bps)
    amount = earned - role.earned_minor
    agree(
        "Progress",
        f"of role {role.role_id} of {group.code}",
        holder=(holder, holder_of(filling)),
        amount_minor=(command.amount_minor, amount),
    )
    role.earned_bps, role.earned_minor = command.earned_bps, earned
    filling.earned_minor += amount
    group.earned_minor += amount
    _post_progress(context, group, holder, amount)
    everything = group.budget_minor != 0 and group.earned_minor == group.budget_minor
    return {
        "chain_group": group.code,
        "leader_code": group.leader,
        "party": holder,
        "all_earned": everything,
        "closable_at": context.at + group.review_seconds if everything else None,
    }


def _post_progress(context: Context, group: ChainGroup, holder: str, amount: int) -> None:
    spent = min(amount, group.reserved_minor)
    group.reserved_minor -= spent
    earned, code = {"earned": amount}, group.code
    context.post(
        journals.PAY_SPENT.entry(group.leader, earned, counterparty=holder, chain_group=code),
        journals.PAY_EARNED.entry(holder, earned, counterparty=group.leader, chain_group=code),
        journals.SPENT.entry(group.leader, {"earned": spent}, chain_group=code),
    )


def record_stake_release(context: Context, command: RecordStakeRelease) -> Fields:
    """A candidate has its stake back: Dr wallet, Cr group funds. Refused unless so much is held."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    node = party_of(rows, command.node).code
    found = queries.candidate(rows, group.code, command.role_id, command.round, node)
    agree(
        "Stake",
        f"of {node} for role {found.role_id} of {group.code}",
        stake_minor=(command.stake_minor, found.stake_held_minor),
    )
    found.stake_held_minor = 0
    stake = {"stake": command.stake_minor}
    context.post(journals.STAKE_RETURNED.entry(node, stake, chain_group=group.code))
    return {"chain_group": group.code, "party": node}


def record_role_payment(context: Context, command: RecordRolePayment) -> Fields:
    """A holder is paid: Dr wallet, Cr group funds. Refused unless it is what it earned and was not paid."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    filling = queries.round_of(rows, group.code, command.role_id, command.round)
    holder = party_of(rows, command.holder).code
    agree(
        "Payment",
        f"of role {filling.role_id} of {group.code}",
        holder=(holder, holder_of(filling)),
        amount_minor=(command.amount_minor, filling.earned_minor - filling.paid_minor),
    )
    filling.paid_minor = filling.earned_minor
    earned = {"earned": command.amount_minor}
    context.post(journals.PAY_RECEIVED.entry(holder, earned, chain_group=group.code))
    return {"chain_group": group.code, "party": holder}


def record_budget_return(context: Context, command: RecordBudgetReturn) -> Fields:
    """The leader has back what nobody earned: Dr wallet, Cr group funds. Refused the second time."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.DISSOLVED, GroupStatus.SETTLED)
    rest = 0 if group.budget_returned else group.budget_minor - group.earned_minor
    agree(
        "Return of the budget of",
        group.code,
        leader=(party_of(rows, command.leader).code, group.leader),
        amount_minor=(command.amount_minor, rest),
    )
    group.budget_returned = True
    amounts = {"rest": command.amount_minor}
    context.post(journals.BUDGET_RETURNED.entry(group.leader, amounts, chain_group=group.code))
    return {"chain_group": group.code, "leader_code": group.leader}
