"""The operations of the two-person rule, made for those operations of the other rooms that need a second person."""

from __future__ import annotations

from collections.abc import Iterator

from erp.kernel.context import Context
from erp.kernel.field_class import classed
from erp.kernel.log.model import Fields
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.schema import Command
from erp.proposals import service
from erp.proposals.schemas import ConfirmProposal, Propose, WithdrawProposal


def needing(operations: Operations) -> service.Commands:
    """The commands that need a second person, by name."""
    return {command.__name__: command for command, made in operations.items() if made.second}


def operations_for(operations: Operations) -> Operations:
    """Propose, confirm and withdraw, for the roles that may tell every command that needs a second person."""
    commands = needing(operations)
    roles = frozenset.intersection(*(operations[one].roles for one in commands.values()))

    def propose(context: Context, command: Propose) -> Fields:
        return service.propose(context, command, commands)

    return {
        Propose: Operation(
            "proposal",
            "PRP",
            propose,
            Told.BY_PEOPLE,
            roles,
            fields=classed("command", confidential="fields"),
        ),
        ConfirmProposal: Operation(
            "confirmation",
            "CFM",
            service.confirm,
            Told.BY_PEOPLE,
            roles,
            fields=classed("proposal command", personal="proposed_by"),
        ),
        WithdrawProposal: Operation(
            "proposal_withdrawal",
            "PRW",
            service.withdraw,
            Told.BY_PEOPLE,
            roles,
            fields=classed("proposal reason command"),
        ),
    }


def follow_ups_for(operations: Operations) -> FollowUps:
    """What follows from a confirmation: the command that was proposed."""
    commands = needing(operations)

    def confirmed(context: Context, command: ConfirmProposal) -> Iterator[Command]:
        return service.confirmed(context, command, commands)

    return {ConfirmProposal: confirmed}
