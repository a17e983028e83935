"""What the room of groups' work refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import NotFound, Rejected


class UnknownProgress(NotFound):
    code = "unknown-progress"
    template = "No report of progress has the number {key}."


class UnknownPlannedProcess(NotFound):
    code = "unknown-planned-process"
    template = "No planned process has the number {key}."


@dataclass(eq=False)
class NobodyWorks(Rejected):
    """A role without a holder earns nothing."""

    chain_group: str
    role_id: int
    code: ClassVar[str] = "nobody-works"
    template: ClassVar[str] = "Nobody holds role {role_id} of {chain_group} now; nothing is earned."


@dataclass(eq=False)
class EarnsByDocuments(Rejected):
    """Nobody says what documents count."""

    chain_group: str
    role_id: int
    what: str
    code: ClassVar[str] = "earns-by-documents"
    template: ClassVar[str] = (
        "Role {role_id} of {chain_group} earns next by {what}: it follows by itself from the documents that show it, and "
        "nobody says it."
    )


@dataclass(eq=False)
class NotTheNextMilestone(Rejected):
    """Milestones are reached one after the other, as they were approved."""

    chain_group: str
    role_id: int
    told_bps: int
    text: str
    next_bps: int
    code: ClassVar[str] = "not-the-next-milestone"
    template: ClassVar[str] = (
        "The next milestone of role {role_id} of {chain_group} is {text!r}, at {next_bps} basis points of its pay, not "
        "{told_bps}."
    )


@dataclass(eq=False)
class NothingMoreEarned(Rejected):
    """Progress only rises."""

    chain_group: str
    role_id: int
    told_bps: int
    attested_bps: int
    code: ClassVar[str] = "nothing-more-earned"
    template: ClassVar[str] = (
        "Role {role_id} of {chain_group} has earned {attested_bps} basis points of its pay already: {told_bps} is no more. "
        "Tell what is earned in all."
    )


@dataclass(eq=False)
class NoEvidenceHere(Rejected):
    """What shows a milestone is a document of its group."""

    chain_group: str
    document: str
    code: ClassVar[str] = "no-evidence-here"
    template: ClassVar[str] = (
        "{document} is no document of {chain_group}. Name receipts, inspections, deliveries or others of the group, or none."
    )


@dataclass(eq=False)
class ConditionUnsound(Rejected):
    """No event could ever meet the condition."""

    why: str
    code: ClassVar[str] = "condition-unsound"
    template: ClassVar[str] = "No event meets this condition: {why}."


@dataclass(eq=False)
class SaleOfNoGroup(Rejected):
    """A release waits for a fact about the sale's group."""

    sales_order: str
    code: ClassVar[str] = "sale-of-no-group"
    template: ClassVar[str] = (
        "{sales_order} belongs to no chain group, so nothing on chain can release it. Release it by hand."
    )
