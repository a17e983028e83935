"""Operations of roles' progress: what somebody says of a milestone, what is reported, and what the chain made of it.

Never commit. A report asks the reporter to tell the chain; the holder is paid by what the chain then says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from erp.groups import queries as groups
from erp.groups.rules import GroupStatus
from erp.groups.schemas import (
    RecordGroupDissolution,
    RecordGroupSettlement,
    RecordProgressAttestation,
)
from erp.groups.tables import ChainGroup
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Document, Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.parties.queries import party
from erp.procurement.public import find_numbered
from erp.work import queries, rules
from erp.work.errors import (
    EarnsByDocuments,
    NobodyWorks,
    NoEvidenceHere,
    NothingMoreEarned,
    NotTheNextMilestone,
)
from erp.work.rules import ProgressStatus
from erp.work.schemas import CloseProgress, ConfirmProgress, ReachMilestone, ReportProgress
from erp.work.tables import RoleProgress

MAX_EVIDENCE = 4_096  # documents that one report lists of one thing that is counted


# ---- said by somebody ---------------------------------------------------------------------------


def reach_milestone(context: Context, command: ReachMilestone) -> Fields:
    """Keeps that a step of a role's work is done. Refused unless it is the next one, and one that somebody has to say."""
    rows = context.rows
    group = groups.standing_group(rows, command.chain_group)
    role = groups.role(rows, group.code, command.role_id)
    filling = queries.seated(rows, group, role.role_id)
    if filling is None:
        raise NobodyWorks(group.code, role.role_id)
    terms = queries.terms_of(rows, group, role.role_id)
    _expect_next(terms, queries.attested(rows, role), command)
    for number in command.documents:
        found = context.unit.by_number(number)
        if found is None or not _is_of(rows, group, found):
            raise NoEvidenceHere(group.code, number)
    return {
        "leader": group.leader,
        "group_id": group.group_id,
        "round": filling.round,
        "holder_code": filling.standing,
    }


def _expect_next(terms: Mapping[str, Any], attested: int, command: ReachMilestone) -> None:
    """Raises EarnsByDocuments, NotTheNextMilestone, NothingMoreEarned."""
    place = (command.chain_group, command.role_id)
    if terms.get("share") is not None:
        raise EarnsByDocuments(*place, _words(terms["share"]))
    coming = rules.next_milestone(terms, attested)
    if coming is not None and coming["counted"] is not None:
        raise EarnsByDocuments(*place, _words(coming["counted"]))
    if coming is not None and coming["earned_bps"] != command.earned_bps:
        raise NotTheNextMilestone(*place, command.earned_bps, coming["text"], coming["earned_bps"])
    if command.earned_bps <= attested or (coming is None and terms.get("milestones")):
        raise NothingMoreEarned(*place, command.earned_bps, attested)


def _words(counted: Mapping[str, Any]) -> str:
    return f"{counted['quantity']} units of {counted['item']} {counted['measure']}"


def _is_of(rows: Rows, group: ChainGroup, document: Document) -> bool:
    """Whether a document is about the group, or about an order of it."""
    f = document.fields
    if "chain_group" in f:
        return bool(f["chain_group"] == group.code)
    order = find_numbered(rows, f["order"]) if isinstance(f.get("order"), str) else None
    return order is not None and order.chain_group == group.code


def after_milestone(context: Context, command: ReachMilestone) -> Iterator[Command]:
    """Yields the report of what was said, and of what documents show beyond it already."""
    yield ReportProgress(
        chain_group=command.chain_group,
        role_id=command.role_id,
        earned_bps=command.earned_bps,
        because=context.number,
    )
    group = groups.standing_group(context.rows, command.chain_group)
    yield from due(context, group, command.role_id)


# ---- reported -----------------------------------------------------------------------------------


def due(context: Context, group: ChainGroup, role_id: int) -> Iterator[Command]:
    """Yields the report of what a role has earned by the documents so far, where that is more than is told already.

    Nobody earns while nobody holds the role: what is counted meanwhile is earned with the next document, by who holds it
    then.
    """
    rows = context.rows
    if group.status != GroupStatus.FORMED or queries.seated(rows, group, role_id) is None:
        return
    terms = queries.terms_of(rows, group, role_id)
    attested = queries.attested(rows, groups.role(rows, group.code, role_id))
    earned = rules.earned_bps(
        terms, attested, lambda what: queries.counted(rows, group, role_id, what)
    )
    if earned > attested:
        yield ReportProgress(
            chain_group=group.code, role_id=role_id, earned_bps=earned, because=context.number
        )


def report_progress(context: Context, command: ReportProgress) -> Fields:
    """Keeps what the reporter is to tell, and lists what was counted for it since the report before."""
    rows = context.rows
    group = groups.standing_group(rows, command.chain_group)
    role = groups.role(rows, group.code, command.role_id)
    filling = queries.seated(rows, group, role.role_id)
    if filling is None or filling.standing is None:
        raise NobodyWorks(group.code, role.role_id)
    counts = _counts(context, group, role.role_id, command.earned_bps)
    rows.add(
        RoleProgress,
        number=context.number,
        sequence=context.sequence,
        chain_group=group.code,
        role_id=role.role_id,
        round=filling.round,
        party=filling.standing,
        earned_bps=command.earned_bps,
        because=command.because,
        status=ProgressStatus.OPEN.value,
    )
    return {
        "group_id": group.group_id,
        "round": filling.round,
        "holder": party(rows, filling.standing).account,
        "party": filling.standing,
        "counts": counts,
    }


def _counts(context: Context, group: ChainGroup, role_id: int, earned_bps: int) -> list[Fields]:
    """What was counted for this report: the share, or the milestones that it reaches beyond the report before."""
    rows = context.rows
    terms = queries.terms_of(rows, group, role_id)
    reports = queries.reports_of(rows, group.code, role_id)
    before = queries.attested(rows, groups.role(rows, group.code, role_id))
    last = reports[-1].sequence if reports else 0
    share = terms.get("share")
    if share is not None:
        return [_count(context, group, role_id, share, last)]
    found = []
    for milestone in terms.get("milestones") or []:
        what = milestone["counted"]
        if what is not None and before < milestone["earned_bps"] <= earned_bps:
            listed = _told_up_to(terms, reports, what, before)
            found.append(_count(context, group, role_id, what, listed))
    return found


def _told_up_to(
    terms: Mapping[str, Any], reports: list[RoleProgress], what: Mapping[str, Any], before: int
) -> int:
    """Up to which sequence the same thing was listed for a milestone before; 0: it never was."""
    alike = [
        each["earned_bps"]
        for each in terms["milestones"]
        if each["counted"] is not None
        and each["earned_bps"] <= before
        and _thing(each["counted"]) == _thing(what)
    ]
    told = [each.sequence for each in reports if alike and each.earned_bps >= max(alike)]
    return min(told, default=0)


def _thing(counted: Mapping[str, Any]) -> tuple[Any, ...]:
    return counted["measure"], counted["item"], counted["by_holder"]


def _count(
    context: Context, group: ChainGroup, role_id: int, what: Mapping[str, Any], after: int
) -> Fields:
    rows = context.rows
    moved = queries.counted_since(context.session, group.code, what, after, MAX_EVIDENCE + 1)
    holders = queries.holders_of(rows, group, role_id)
    own = [each.document for each in moved if not what["by_holder"] or each.party in holders]
    return {
        **what,
        "counted": queries.counted(rows, group, role_id, what),
        "documents": list(dict.fromkeys(own))[:MAX_EVIDENCE],
    }


# ---- what the chain makes of it -----------------------------------------------------------------


def confirm_progress(context: Context, command: ConfirmProgress) -> Fields:
    """OPEN → REPORTED, or MISREPORTED when the chain says something else of it."""
    status = ProgressStatus.REPORTED if command.as_said else ProgressStatus.MISREPORTED
    return _ended(context, command.progress, status)


def close_progress(context: Context, command: CloseProgress) -> Fields:
    """OPEN → LATE. What asked for its report is taken back."""
    return _ended(context, command.progress, ProgressStatus.LATE)


def _ended(context: Context, number: str, status: ProgressStatus) -> Fields:
    found = queries.progress(context.rows, number)
    if found.status != ProgressStatus.OPEN:
        raise WrongStatus("Progress", found.number, found.status, ProgressStatus.OPEN.value)
    found.status = status.value
    return {
        "group_id": groups.group_of(context.rows, found.chain_group).group_id,
        "chain_group": found.chain_group,
        "role_id": found.role_id,
        "round": found.round,
        "party": found.party,
        "earned_bps": found.earned_bps,
    }


def after_attestation(context: Context, command: RecordProgressAttestation) -> Iterator[Command]:
    """Yields what became of our reports of the role, and what is earned beyond what the chain says."""
    rows = context.rows
    group = groups.group(rows, command.group_id)
    told = (command.role_id, command.round, command.earned_bps)
    for found in queries.open_reports(rows, group.code):
        if found.number == command.evidence:
            said = (found.role_id, found.round, found.earned_bps)
            yield ConfirmProgress(progress=found.number, as_said=said == told)
        elif found.role_id == command.role_id and found.earned_bps <= command.earned_bps:
            yield CloseProgress(progress=found.number)
    yield from due(context, group, command.role_id)


def after_end(
    context: Context, command: RecordGroupSettlement | RecordGroupDissolution
) -> Iterator[Command]:
    """Yields that reports which are not on chain are late: the group takes none any more."""
    code = groups.group(context.rows, command.group_id).code
    for found in queries.open_reports(context.rows, code):
        yield CloseProgress(progress=found.number)
