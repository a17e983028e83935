"""Commands of the two-person rule (双人复核): one person proposes, another confirms."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from erp.kernel.schema import Command, Number, Text

CommandName = Annotated[str, Field(pattern=r"^[A-Za-z]{1,64}$")]


class Propose(Command):
    """Asks for a command that one person alone may not tell (制单). Nothing of it takes effect yet.

    `fields` are those of the command, as the log keeps them.
    """

    command: CommandName
    fields: dict[str, Any]


def proposal_of(command: Command) -> Propose:
    """The proposal of a command."""
    return Propose(command=type(command).__name__, fields=command.model_dump(mode="json"))


class ConfirmProposal(Command):
    """Lets a proposal take effect, by somebody else than its proposer (复核). The command follows at once."""

    proposal: Number


class WithdrawProposal(Command):
    """Ends a proposal that was not confirmed (撤回)."""

    proposal: Number
    reason: Text
