"""Commands about the work of groups."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import (
    Bps,
    Code,
    Command,
    Number,
    PositiveMinor,
    Quantity,
    RecordId,
    Text,
)
from erp.work.rules import ChainFact

MAX_NAMED = 64  # documents that show one milestone

# ---- progress of roles --------------------------------------------------------------------------


class ReachMilestone(Command):
    """Somebody of the leader says that a step of a role's work is done (里程碑达成). Its report follows. No entries.

    What documents count (a share, a counted milestone) is said by nobody: it follows from them.
    """

    chain_group: Number
    role_id: RecordId
    earned_bps: Annotated[int, Field(gt=0, le=10_000, strict=True)]  # of the pay, in all by now
    text: Text  # what was done
    documents: Annotated[tuple[Number, ...], Field(max_length=MAX_NAMED)] = ()  # that show it


class ReportProgress(Command):
    """What of a role's pay is earned in all, for the reporter to tell (进度报告). No entries: they follow the event."""

    chain_group: Number
    role_id: RecordId
    earned_bps: Bps
    because: Number  # the document that brought it


class ConfirmProgress(Command):
    """A report of progress is on chain: as it was said here, or otherwise. No entries."""

    progress: Number
    as_said: bool


class CloseProgress(Command):
    """A report of progress is not wanted any more: as much is known on chain, or the group has ended. No entries."""

    progress: Number


# ---- processes that wait for the chain ----------------------------------------------------------


class Condition(Command):
    """A fact that an event tells of the group, of one of its roles or of its bet."""

    fact: ChainFact
    role_id: RecordId | None = None  # of facts about a role
    at_least_bps: Quantity | None = None  # of what is earned, or of an index: 12,000 is a fifth up


class PlanRequisition(Command):
    """Asks for an item for a group as soon as a fact is on chain (条件请购). No entries before.

    Quantity and estimate as in RaiseRequisition, which follows by itself, on the terms of the item's policy then.
    """

    chain_group: Number
    when: Condition
    item: Code
    quantity: Quantity | None = None
    estimate_minor: PositiveMinor | None = None


class PlanRelease(Command):
    """Lets a held sale of a group go as soon as a fact is on chain (条件放行). No entries."""

    sales_order: Number
    when: Condition


class DropPlannedProcess(Command):
    """Takes back a planned process that was not started. Follows by itself when its group ends. No entries."""

    planned: Number
    reason: Text


class StartProcess(Command):
    """A planned process starts, since its condition is met: what it asks for follows. No entries."""

    planned: Number


class HoldProcess(Command):
    """The condition of a planned process is met, and something stands in the way: budget, policy, state. No entries."""

    planned: Number
    reason: Text
