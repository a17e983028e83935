"""Commands about needs and proposed groups: all of them told by people, a need also by what the books show."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import (
    NO_REFERENCE,
    AmountMinor,
    Bps,
    Code,
    Command,
    Number,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    Reference,
    Seconds,
    ShortText,
    Text,
)
from erp.needs.rules import MAX_MILESTONES, MAX_ROLES, NeedSource, WorkMeasure


class RaiseNeed(Command):
    """Somebody needs something that no group serves yet (提出需求). No entries."""

    source: NeedSource
    text: Text
    item: Code | None = None  # that it is about
    scene: ShortText | None = None  # in which users need it
    about: Code | None = None  # document, or role as GRP-2026-00001/1/2, that shows it


class DropNeed(Command):
    """Nobody needs it any more (撤销需求). No entries."""

    need: Number
    reason: Text


class Counted(Command):
    """So many units of an item, counted from the documents of the group."""

    measure: WorkMeasure
    item: Code
    quantity: Quantity
    by_holder: bool = False  # only what holders of the role themselves supplied or sold


class Milestone(Command):
    """A step of the work after which a part of a role's pay is earned in all (里程碑)."""

    text: ShortText
    earned_bps: Annotated[int, Field(gt=0, le=10_000, strict=True)]
    counted: Counted | None = None  # None: no document shows it, somebody of the leader says it


class ProposedRole(Command):
    """One role of a proposed group: who may grab it, what it binds and what it can earn."""

    title: ShortText
    title_zh: ShortText
    floor_minor: AmountMinor  # least and largest pledge
    most_minor: PositiveMinor
    stake_minor: AmountMinor  # least that is paid in with a grab
    pay_minor: AmountMinor  # part of the budget that it can earn
    min_reviews: QuantityOrNone = 0
    min_credit_bps: Bps = 0
    review_mark_bps: Bps = 0
    shortfall_mark_bps: Bps = 0
    credit_weight_bps: Bps = 0
    stake_bps_of_pledge: Bps = 0
    # How the pay is earned: one milestone after the other, or by the part of `share` that is reached; neither: as the
    # leader says it.
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=MAX_MILESTONES)] = ()
    share: Counted | None = None


class ProposeGroup(Command):
    """A node wants to lead a chain group for a need (举单申请), and sets its budget aside: BUD Dr 9003, Cr 9002.

    The budget is the sum of the pay of all roles. An outside partner has no budget here, and no entry.
    """

    leader: Code
    need: Number
    target_minor: PositiveMinor  # least sum of pledges
    base_margin_minor: (
        AmountMinor  # margin that is reached without the group: beyond it value is added
    )
    region: Reference = NO_REFERENCE  # whose force majeure extends the work
    reporter_post: QuantityOrNone
    grab_seconds: Seconds
    select_seconds: Seconds
    work_seconds: Seconds
    report_seconds: Seconds
    review_seconds: Seconds
    bet_seconds: Seconds = 0  # in which a bet must be signed; 0: none is asked for
    roles: Annotated[tuple[ProposedRole, ...], Field(min_length=1, max_length=MAX_ROLES)]


class ApproveGroup(Command):
    """Finance of the leader lets a proposed group be opened (举单批准): another person than its proposer. No entries."""

    proposal: Number


class WithdrawGroupProposal(Command):
    """Takes a proposal back for which no group was opened (撤回申请): BUD Dr 9002, Cr 9003."""

    proposal: Number
    reason: Text
