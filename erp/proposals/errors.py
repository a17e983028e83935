"""What refuses proposals and confirmations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import NotFound, Rejected


class UnknownProposal(NotFound):
    code = "unknown-proposal"
    template = "There is no proposal {key}."


@dataclass(eq=False)
class NeedsNoSecondPerson(Rejected):
    """Only commands of the two-person rule are proposed."""

    command: str
    needing: str
    code: ClassVar[str] = "needs-no-second-person"
    template: ClassVar[str] = (
        "{command} is not proposed: tell it itself. Those that need a second person are {needing}."
    )


@dataclass(eq=False)
class ProposalMalformed(Rejected):
    """What is proposed would not be a command as it stands."""

    command: str
    why: str
    code: ClassVar[str] = "proposal-malformed"
    template: ClassVar[str] = "These are not the fields of {command}: {why}."


@dataclass(eq=False)
class ConfirmedByProposer(Rejected):
    """Nobody confirms what he proposed himself."""

    proposal: str
    actor: str
    code: ClassVar[str] = "confirmed-by-proposer"
    template: ClassVar[str] = "{proposal} was proposed by {actor}. Somebody else must confirm it."
