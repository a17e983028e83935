"""What the room of needs refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownNeed(NotFound):
    code = "unknown-need"
    template = "There is no need {key}."


class UnknownGroupProposal(NotFound):
    code = "unknown-group-proposal"
    template = "No proposal of a chain group has the number {key}."


@dataclass(eq=False)
class NeedStands(Conflict):
    """One thing shows one need at a time."""

    need: str
    code: ClassVar[str] = "need-stands"
    template: ClassVar[str] = (
        "What {key} shows is need {need} already, and that one is not served yet."
    )


@dataclass(eq=False)
class ProposalUnsound(Rejected):
    """No group could be opened as proposed."""

    why: str
    code: ClassVar[str] = "group-proposal-unsound"
    template: ClassVar[str] = "No group can be opened so: {why}."


@dataclass(eq=False)
class ApprovedByProposer(Rejected):
    """Nobody approves what he proposed himself."""

    proposal: str
    actor: str
    code: ClassVar[str] = "approved-by-proposer"
    template: ClassVar[str] = "{proposal} was proposed by {actor}. Somebody else must approve it."


@dataclass(eq=False)
class OthersDecide(Rejected):
    """Who approves depends on whose books the leader keeps."""

    proposal: str
    leader: str
    code: ClassVar[str] = "others-decide"
    template: ClassVar[str] = (
        "{proposal} is of {leader}: finance approves for a node of the house, another person of its own for a partner."
    )


@dataclass(eq=False)
class NotApproved(Rejected):
    """A group is opened on an approved proposal of its own leader."""

    proposal: str
    why: str
    code: ClassVar[str] = "group-proposal-not-approved"
    template: ClassVar[str] = "No group can be opened on {proposal}: {why}."
