"""Commands about chain groups and their money: what external events say, and the plans of candidates."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.groups.rules import MAX_PLAN_LINES, ReopenReason
from erp.kernel.schema import (
    Account,
    AmountMinor,
    BigAmount,
    Bps,
    Code,
    Command,
    Instant,
    Number,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    RecordId,
    Reference,
    Seconds,
    ShortText,
    Text,
)


class RoleTerms(Command):
    """What a leader publishes for one role: who may grab it, what it binds and what it can earn."""

    role_ref: Reference
    floor: BigAmount  # least pledge
    most: BigAmount  # largest pledge
    stake: BigAmount  # least that is paid in with a grab
    pay_minor: AmountMinor  # part of the budget that this role can earn
    min_reviews: QuantityOrNone
    min_credit_bps: Bps
    review_mark_bps: Bps
    shortfall_mark_bps: Bps
    credit_weight_bps: Bps
    stake_bps_of_pledge: Bps


class RecordGroupOrder(Command):
    """A leader opened a chain group with its roles and paid in their pay (举单): Dr 1012.08, Cr 1012.01.

    Where it is what an approved proposal of the leader says: BUD Dr 9002, Cr 9001. What no proposal set aside has no
    budget entry and stands in `unbudgeted_minor`; `unproposed` says why.
    """

    group_id: RecordId
    leader: Account
    need_ref: Reference
    need: Number | None  # the document behind the reference; None: it is not of these books
    proposal: (
        Number | None
    )  # the document behind the references of all roles; None: they have none in common here
    region: Reference
    target: BigAmount
    reporter_post: RecordId
    grab_seconds: Seconds
    select_seconds: Seconds
    work_seconds: Seconds
    report_seconds: Seconds
    review_seconds: Seconds
    bet_seconds: Seconds
    roles: tuple[RoleTerms, ...]
    budget_minor: AmountMinor
    grab_end: Instant
    select_end: Instant
    work_end: Instant
    report_end: Instant


class RecordRoleAddition(RoleTerms):
    """The leader of a formed group added a role and paid in its pay (增设角色): Dr 1012.08, Cr 1012.01."""

    group_id: RecordId
    role_id: RecordId
    leader: Account
    grab_end: Instant
    select_end: Instant


class PlanItem(Command):
    """What of an item a plan needs or makes."""

    item: ShortText
    quantity: Quantity
    price_minor: AmountMinor


class PlanDevice(Command):
    """What of a device's time a plan needs."""

    device: ShortText
    minutes: Quantity


class Plan(Command):
    """How a candidate would do the work of a role (预案)."""

    text: Text
    price_minor: AmountMinor  # what it costs in all
    ready_at: Instant
    items: Annotated[tuple[PlanItem, ...], Field(max_length=MAX_PLAN_LINES)] = ()
    devices: Annotated[tuple[PlanDevice, ...], Field(max_length=MAX_PLAN_LINES)] = ()


class SubmitPlan(Command):
    """A node keeps its plan for a role (提交预案): its own until it is opened. Its grab names this document. No entries."""

    party: Code
    group: Number  # code of the group
    role_id: RecordId
    plan: Plan


class RecordRoleGrab(Command):
    """A node pledged for a role and paid in its stake (抢单): Dr 1012.08, Cr 1012.01."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    node: Account
    index: RecordId  # of the grabs of this round, from 1
    pledge: BigAmount
    stake_minor: AmountMinor
    credit_bps: Bps
    plan_ref: Reference
    leads: bool


class RecordPlanOpening(Command):
    """A node disclosed the plan behind its pledge (公开预案). No entries."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    node: Account
    plan_hash: Reference
    plan: Number | None  # the document behind the hash; None: it is not of these books


class RecordCandidateSelection(Command):
    """The leader chose a node for a role (选定). No entries."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    node: Account
    pledge: BigAmount


class RecordCandidateRejection(Command):
    """The leader rejected a candidate, whose stake is free at once. No entries."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    node: Account
    stood: bool  # it stood for the role, which is empty now


class RecordGroupForming(Command):
    """All roles of a group were filled, and it works (成群). Memberships begin. No entries."""

    group_id: RecordId
    leader: Account
    pledged: BigAmount
    bet_due_at: Instant  # 0: no bet is asked for


class RecordGroupDissolution(Command):
    """A group was given up (解散): BUD Dr 9001, Cr 9003 what its leader's budget held ready."""

    group_id: RecordId
    leader: Account
    filled: QuantityOrNone
    pledged: BigAmount


class RecordBetBinding(Command):
    """A group tied itself to a bet that all its members signed (绑定对赌). No entries."""

    group_id: RecordId
    leader: Account
    bet_id: RecordId


class RecordGroupSettlement(Command):
    """The work of a group ended (结群): BUD Dr 9001, Cr 9003 what nobody earned. Memberships end."""

    group_id: RecordId
    leader: Account
    bet_id: QuantityOrNone  # 0: none
    earned_minor: AmountMinor
    unearned_minor: AmountMinor


class RecordRoleReopening(Command):
    """A role was opened to grabs anew (重组); its holder, if it had one, is no member any more. No entries."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId  # the new one
    former_holder: Account | None
    reason: ReopenReason
    grab_end: Instant
    select_end: Instant


class RecordRoleSeating(Command):
    """A reopened or added role was given to a candidate, who is a member from now on (递补). No entries."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    holder: Account
    pledge: BigAmount


class RecordWorkExtension(Command):
    """Force majeure moved the end of a group's work (顺延). No entries."""

    group_id: RecordId
    region: Reference
    extended_days: Quantity  # in all
    work_end: Instant
    report_end: Instant


class RecordEndConsent(Command):
    """The leader (role 0) or the holder of a role consented to the end of the group, or took it back. No entries."""

    group_id: RecordId
    role_id: QuantityOrNone
    account: Account
    consents: bool


class RecordConsentedEnd(Command):
    """Leader and all holders consented: the work of the group is over (一致同意结束). No entries."""

    group_id: RecordId
    leader: Account
    work_end: Instant
    report_end: Instant


class RecordProgressAttestation(Command):
    """It was reported how much of a role's pay is earned so far (进度): the difference changes hands in custody.

    Leader Dr 6602.03, Cr 1012.08; holder of the round Dr 1012.08, Cr 6051.03. Leader BUD Dr 9001, Cr 9004 what its budget
    held ready of it.
    """

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    holder: Account
    earned_bps: Bps
    amount_minor: AmountMinor
    evidence_ref: Reference
    evidence: Number | None  # the document behind the reference; None: it is not of these books


class RecordStakeRelease(Command):
    """A node got the stake of its pledge back (退还押金): Dr 1012.01, Cr 1012.08."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    node: Account
    stake_minor: PositiveMinor


class RecordRolePayment(Command):
    """A holder was paid what its role earned (支付所得): Dr 1012.01, Cr 1012.08."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    holder: Account
    amount_minor: PositiveMinor


class RecordBudgetReturn(Command):
    """The pay that nobody earned went back to the leader (退还预算): Dr 1012.01, Cr 1012.08."""

    group_id: RecordId
    leader: Account
    amount_minor: PositiveMinor


class ContinueReleases(Command):
    """Names further stakes that a document has set free, where they are more than one document names. No entries."""

    group_id: RecordId
    batch: RecordId  # from 1: the document before named the first ones
    role_id: RecordId | None  # None: of all roles
    round: RecordId | None
