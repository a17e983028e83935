"""Operations that change a formed group, told by external events. Never commit."""

from __future__ import annotations

from erp.groups import queries
from erp.groups.rules import FIRST_ROUND, GroupStatus, ReopenReason, consented_end, windows
from erp.groups.schemas import (
    RecordConsentedEnd,
    RecordEndConsent,
    RecordRoleReopening,
    RecordRoleSeating,
    RecordWorkExtension,
)
from erp.groups.standing import expect, expect_undecided, freed, named, seat
from erp.groups.tables import ChainGroup, RoleRound
from erp.kernel.agree import agree
from erp.kernel.amounts import DAY_SECONDS
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.parties.queries import party_of

NOBODY = "nobody"


def record_role_reopening(context: Context, command: RecordRoleReopening) -> Fields:
    """Opens the next round of a role; its holder, if it has one, leaves it and is no member any more."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    role = queries.role(rows, group.code, command.role_id)
    before = queries.round_of(rows, group.code, role.role_id, role.round)
    former = party_of(rows, command.former_holder).code if command.former_holder else NOBODY
    grab_end, select_end = windows(
        context.at, group.grab_seconds, group.select_seconds, group.work_end
    )
    agree(
        "Reopening",
        f"of role {role.role_id} of {group.code}",
        round=(command.round, role.round + 1),
        former_holder=(former, str(before.standing) if before.seated_at else NOBODY),
        deserted=(command.reason is ReopenReason.DESERTED, before.seated_at is None),
        grab_end=(command.grab_end, grab_end),
        select_end=(command.select_end, select_end),
    )
    if before.seated_at is not None:
        _leave(context, group, before)
    role.round = command.round
    rows.add(
        RoleRound,
        chain_group=group.code,
        role_id=role.role_id,
        round=role.round,
        grab_end=grab_end,
        select_end=select_end,
    )
    if group.bet_due_at:
        group.bet_due_at = select_end + group.bet_seconds
    return {
        "chain_group": group.code,
        "party": former if former != NOBODY else None,
        "reviewed": bool(before.reviews) and not before.feedback_recorded,
        "stakes": named(freed(rows, group, role.role_id, before.round)),
    }


def _leave(context: Context, group: ChainGroup, filling: RoleRound) -> None:
    filling.ended_at = context.at
    group.filled -= 1
    group.pledged = str(int(group.pledged) - int(filling.pledge))
    group.holder_left = True
    left = queries.membership(context.rows, group.code, filling.role_id, filling.round)
    left.until = context.at


def record_role_seating(context: Context, command: RecordRoleSeating) -> Fields:
    """Whoever stands for a reopened or added role holds it, and is a member from now on."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    role = queries.role(rows, group.code, command.role_id)
    filling = queries.round_of(rows, group.code, role.role_id, role.round)
    expect_undecided(group, filling)
    holder = party_of(rows, command.holder).code
    agree(
        "Seating",
        f"of role {role.role_id} of {group.code}",
        round=(command.round, role.round),
        holder=(holder, filling.standing or NOBODY),
        pledge=(command.pledge, filling.pledge),
    )
    group.filled += 1
    group.pledged = str(int(group.pledged) + int(filling.pledge))
    seat(context, group, filling)
    return {
        "chain_group": group.code,
        "party": holder,
        "stakes": named(freed(rows, group, role.role_id, role.round)),
    }


def record_work_extension(context: Context, command: RecordWorkExtension) -> Fields:
    """Moves the end of work and reports by the days that did not move them before."""
    group = queries.group(context.rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    added = (command.extended_days - group.extended_days) * DAY_SECONDS
    agree(
        "Extension of chain group",
        group.code,
        region=(command.region, group.region),
        work_end=(command.work_end, group.work_end + added),
        report_end=(command.report_end, group.report_end + added),
    )
    group.extended_days = command.extended_days
    group.work_end, group.report_end = command.work_end, command.report_end
    return {"chain_group": group.code}


def record_end_consent(context: Context, command: RecordEndConsent) -> Fields:
    """Keeps who consents to the end. Refused for whoever neither leads the group nor holds the role."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    round_ = (
        queries.role(rows, group.code, command.role_id).round if command.role_id else FIRST_ROUND
    )
    member = queries.membership(rows, group.code, command.role_id, round_)
    who = party_of(rows, command.account).code
    agree("Consent to the end of", group.code, member=(who, member.party))
    member.consents_to_end = command.consents
    return {"chain_group": group.code, "party": who}


def record_consented_end(context: Context, command: RecordConsentedEnd) -> Fields:
    """The work is over by consent. Refused unless leader and all holders consent and the ends follow from that."""
    rows = context.rows
    group = queries.group(rows, command.group_id)
    expect(group, GroupStatus.FORMED)
    present = [each for each in queries.memberships(rows, group.code) if each.until is None]
    work_end, report_end = consented_end(
        context.at, group.work_end, group.report_end, holder_left=group.holder_left
    )
    agree(
        "Consented end of",
        group.code,
        leader=(party_of(rows, command.leader).code, group.leader),
        consents=(len(present), sum(each.consents_to_end for each in present)),
        work_end=(command.work_end, work_end),
        report_end=(command.report_end, report_end),
    )
    group.ended_by_consent = True
    group.work_end, group.report_end = work_end, report_end
    return {"chain_group": group.code, "leader_code": group.leader}
