"""Operations of the two-person rule. Never commit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from erp.kernel.actors import doer_of
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields, canonical
from erp.kernel.schema import Command
from erp.proposals import queries
from erp.proposals.errors import ConfirmedByProposer, NeedsNoSecondPerson, ProposalMalformed
from erp.proposals.rules import ProposalStatus
from erp.proposals.schemas import ConfirmProposal, Propose, WithdrawProposal
from erp.proposals.tables import Proposal

Commands = Mapping[str, type[Command]]


def propose(context: Context, command: Propose, needing: Commands) -> Fields:
    """Keeps a command for a second person. No entry. `needing`: the commands that need one, by name.

    Refused for any other command, and for fields that are not those of the command as the log would keep them.
    """
    told = proposed_command(command.command, command.fields, needing)
    if told.model_dump(mode="json") != command.fields:
        raise ProposalMalformed(command.command, "give all of them, and texts as they are kept")
    context.rows.add(
        Proposal,
        number=context.number,
        command=command.command,
        fields=canonical(command.fields),
        proposed_by=context.actor,
        proposed_at=context.at,
        status=ProposalStatus.OPEN,
    )
    return {}


def proposed_command(name: str, fields: Fields, needing: Commands) -> Command:
    """The command of this name and these fields. Raises NeedsNoSecondPerson and ProposalMalformed."""
    if name not in needing:
        raise NeedsNoSecondPerson(name, ", ".join(sorted(needing)))
    try:
        return needing[name].model_validate(fields)
    except ValidationError as error:
        faults = (".".join(map(str, one["loc"])) for one in error.errors())
        raise ProposalMalformed(name, ", ".join(faults)) from error


def confirm(context: Context, command: ConfirmProposal) -> Fields:
    """Lets a proposal take effect. Refused to its proposer, and once it is confirmed or withdrawn."""
    found = decided(context, command.proposal, ProposalStatus.CONFIRMED)
    if doer_of(found.proposed_by) == doer_of(context.actor):
        raise ConfirmedByProposer(found.number, context.actor)
    return {"command": found.command, "proposed_by": found.proposed_by}


def confirmed(context: Context, command: ConfirmProposal, needing: Commands) -> Iterator[Command]:
    """The command that was proposed, which follows from its confirmation."""
    found = queries.proposal(context.rows, command.proposal)
    yield needing[found.command].model_validate(json.loads(found.fields))


def withdraw(context: Context, command: WithdrawProposal) -> Fields:
    """Ends an open proposal. No entry. Refused once it is confirmed or withdrawn."""
    found = decided(context, command.proposal, ProposalStatus.WITHDRAWN)
    return {"command": found.command}


def decided(context: Context, number: str, status: ProposalStatus) -> Proposal:
    """The open proposal, which now has this status. Raises UnknownProposal and WrongStatus."""
    found = queries.proposal(context.rows, number)
    if found.status != ProposalStatus.OPEN:
        raise WrongStatus("Proposal", number, found.status, ProposalStatus.OPEN)
    found.status = status.value
    found.decided_by = context.number
    found.decided_at = context.at
    return found
