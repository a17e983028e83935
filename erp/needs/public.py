"""What rooms above may ask of needs: whether a group may be opened on a proposal, and what becomes of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.needs import journals, queries
from erp.needs.errors import NotApproved
from erp.needs.rules import (
    ROLE_TERMS,
    NeedSource,
    NeedStatus,
    ProposalStatus,
    WorkMeasure,
    counted_in,
    difference,
    terms_of,
)
from erp.needs.tables import GroupProposal

__all__ = [
    "ROLE_TERMS",
    "WorkMeasure",
    "approved",
    "counted_in",
    "earning_of",
    "group_ended",
    "is_shown",
    "items_of_proposal",
    "take_up",
    "terms_of",
]

Roles = Sequence[Mapping[str, Any]]


def is_shown(rows: Rows, source: NeedSource, about: str) -> bool:
    """True when a need of this source stands on a document or role, and is not served yet."""
    return queries.living(rows, source, about) is not None


def items_of_proposal(rows: Rows, number: str, before: int) -> frozenset[str]:
    """The items that the need of a proposal is about, as needs stood before unix seconds. Raises UnknownGroupProposal."""
    return queries.items_of(rows, queries.need(rows, queries.proposal(rows, number).need), before)


def earning_of(rows: Rows, number: str | None) -> list[dict[str, Any]]:
    """How each role of an approved proposal earns its pay, the first is role 1; none without a proposal."""
    return [] if number is None else queries.roles_in(queries.proposal(rows, number))


def approved(rows: Rows, number: str, leader: str) -> Fields:
    """What a leader opens a group by: the papers it stands on, its terms and roles. Raises NotApproved."""
    found = queries.proposal(rows, number)
    why = _objection(found, leader)
    if why is not None:
        raise NotApproved(number, why)
    return {
        "need": found.need,
        "proposal": found.number,
        "approval": found.approval,
        "budget_minor": found.budget_minor,
        "terms": queries.terms_in(found),
        "roles": queries.roles_in(found),
    }


def take_up(
    context: Context,
    chain_group: str,
    leader: str,
    named: tuple[str | None, str | None],
    told: tuple[Mapping[str, Any], Roles],
) -> tuple[int, str | None]:
    """A group was opened: what it names as need and proposal, and its terms and roles.

    When it is the one that was approved, its budget becomes a commitment: BUD Dr pre-encumbered, Cr encumbered. Returns
    what is encumbered, minor units, and why it stands on no proposal; None when it does.
    """
    need, number = named
    found = context.rows.get(GroupProposal, number) if number is not None else None
    if found is None:
        return 0, "it names no proposal"
    why = _objection(found, leader)
    if why is None and need != found.need:
        why = f"it names need {need}, proposed was {found.need}"
    why = why or difference((queries.terms_in(found), queries.roles_in(found)), told)
    if why is not None:
        return 0, f"{found.number}: {why}"
    found.status, found.chain_group = ProposalStatus.OPENED.value, chain_group
    # It was set aside before there was a group: now it is the group's, so that 9002 is zero within the group as without.
    aside = found.set_aside_minor
    context.post(
        journals.PROPOSED.entry(leader, {"budget": -aside}),
        journals.PROPOSED.entry(leader, {"budget": aside}, chain_group=chain_group),
        journals.OPENED.entry(leader, {"budget": aside}, chain_group=chain_group),
    )
    return found.set_aside_minor, None


def _objection(found: GroupProposal, leader: str) -> str | None:
    if found.leader != leader:
        return f"it is {found.leader}'s"
    if found.status != ProposalStatus.APPROVED:
        return f"it is {found.status}, not {ProposalStatus.APPROVED.value}"
    return None


def group_ended(rows: Rows, number: str, *, served: bool) -> None:
    """The group of a proposal was settled, or dissolved: its need is served, or open again."""
    found = queries.proposal(rows, number)
    found.status = ProposalStatus.ENDED.value
    status = NeedStatus.SERVED if served else NeedStatus.OPEN
    queries.need(rows, found.need).status = status.value
