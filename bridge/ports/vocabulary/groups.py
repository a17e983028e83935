"""Words about ChainGroups, GroupPay and UserReviews: teams around a need, their money, what users say (链群).

`BigAmount`: an integer as decimal text. Pledges, targets and weights are promises and no money, and may be larger than
amounts are. A `round` is one filling of a role; roles and rounds count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref

BigAmount = str


class RoleTerms(TypedDict):
    """What a leader publishes for one role."""

    role_ref: Ref
    floor: BigAmount  # least pledge
    most: BigAmount  # largest pledge
    stake: BigAmount  # least that is paid in with a grab
    pay_minor: int  # part of the budget that this role can earn
    min_reviews: int
    min_credit_bps: int
    review_mark_bps: int
    shortfall_mark_bps: int
    credit_weight_bps: int
    stake_bps_of_pledge: int


class RecordGroupOrder(TypedDict):
    """A leader opened a group (举单): its wallet falls, its money in GroupPay rises by `budget_minor`."""

    group_id: int
    leader: Account
    need_ref: Ref
    need: Number | None  # the ERP's document behind it; None: unknown
    proposal: (
        Number | None
    )  # the ERP's document behind the references of all roles; None: unknown, or several
    region: Ref
    target: BigAmount  # least sum of pledges
    reporter_post: int
    grab_seconds: int
    select_seconds: int
    work_seconds: int
    report_seconds: int
    review_seconds: int
    bet_seconds: int
    roles: tuple[RoleTerms, ...]
    budget_minor: int
    grab_end: int
    select_end: int
    work_end: int
    report_end: int


class RecordRoleAddition(RoleTerms):
    """The leader of a formed group added a role: its wallet falls, its money in GroupPay rises by `pay_minor`."""

    group_id: int
    role_id: int
    leader: Account
    grab_end: int
    select_end: int


class RecordRoleGrab(TypedDict):
    """A node pledged for a role (抢单): its wallet falls, its money in GroupPay rises by `stake_minor`."""

    group_id: int
    role_id: int
    round: int
    node: Account
    index: int  # of the grabs of this round, from 1
    pledge: BigAmount
    stake_minor: int
    credit_bps: int
    plan_ref: Ref
    leads: bool


class RecordPlanOpening(TypedDict):
    """A candidate disclosed its plan (公开预案)."""

    group_id: int
    role_id: int
    round: int
    node: Account
    plan_hash: Ref
    plan: Number | None


class RecordCandidateSelection(TypedDict):
    """The leader chose a candidate (选定)."""

    group_id: int
    role_id: int
    round: int
    node: Account
    pledge: BigAmount


class RecordCandidateRejection(TypedDict):
    """The leader rejected a candidate, whose stake is free."""

    group_id: int
    role_id: int
    round: int
    node: Account
    stood: bool


class RecordGroupForming(TypedDict):
    """Whoever stands for a role holds it: the group works (成群)."""

    group_id: int
    leader: Account
    pledged: BigAmount
    bet_due_at: int  # 0: no bet is asked for


class RecordGroupDissolution(TypedDict):
    """A group was given up (解散)."""

    group_id: int
    leader: Account
    filled: int
    pledged: BigAmount


class RecordBetBinding(TypedDict):
    """A group tied itself to a bet (绑定对赌)."""

    group_id: int
    leader: Account
    bet_id: int


class RecordGroupSettlement(TypedDict):
    """The work of a group ended (结群)."""

    group_id: int
    leader: Account
    bet_id: int  # 0: none
    earned_minor: int
    unearned_minor: int


class RecordRoleReopening(TypedDict):
    """A role was opened to grabs anew (重组)."""

    group_id: int
    role_id: int
    round: int  # the new one
    former_holder: Account | None
    reason: Literal["deserted", "resigned", "reviews", "bet_unsigned", "bet_short"]
    grab_end: int
    select_end: int


class RecordRoleSeating(TypedDict):
    """A reopened or added role was given to a candidate (递补)."""

    group_id: int
    role_id: int
    round: int
    holder: Account
    pledge: BigAmount


class RecordWorkExtension(TypedDict):
    """Force majeure moved the end of a group's work (顺延)."""

    group_id: int
    region: Ref
    extended_days: int  # in all
    work_end: int
    report_end: int


class RecordEndConsent(TypedDict):
    """The leader (role 0) or a holder consented to the end, or took it back."""

    group_id: int
    role_id: int
    account: Account
    consents: bool


class RecordConsentedEnd(TypedDict):
    """Leader and holders consented: the work is over (一致同意结束)."""

    group_id: int
    leader: Account
    work_end: int
    report_end: int


class RecordProgressAttestation(TypedDict):
    """A role earned `amount_minor`: the leader's money in GroupPay falls, the holder's rises by it (进度)."""

    group_id: int
    role_id: int
    round: int
    holder: Account
    earned_bps: int  # of the role's pay, so far
    amount_minor: int
    evidence_ref: Ref
    evidence: Number | None


class RecordStakeRelease(TypedDict):
    """A candidate has its stake back: its money in GroupPay falls, its wallet rises by `stake_minor` (退还押金)."""

    group_id: int
    role_id: int
    round: int
    node: Account
    stake_minor: int


class RecordRolePayment(TypedDict):
    """A holder was paid: its money in GroupPay falls, its wallet rises by `amount_minor` (支付所得)."""

    group_id: int
    role_id: int
    round: int
    holder: Account
    amount_minor: int


class RecordBudgetReturn(TypedDict):
    """The leader has back what nobody earned: its money in GroupPay falls, its wallet rises by it (退还预算)."""

    group_id: int
    leader: Account
    amount_minor: int


class RecordReviewAttestation(TypedDict):
    """What a user says of the holder of a role was reported (用户评价)."""

    group_id: int
    role_id: int
    round: int
    holder: Account
    score_bps: int
    weight: BigAmount
    review_ref: Ref
    review: Number | None


class RecordFeedbackOutcome(TypedDict):
    """What users said of a holder was counted in its credit."""

    group_id: int
    role_id: int
    round: int
    holder: Account
    weight: BigAmount
    outcome_bps: int


# ---- documents that the bridge reads ----------------------------------------------------------------


class Stake(TypedDict):
    """A stake that is free and still held."""

    role_id: int
    round: int
    node: Account


class Round(TypedDict):
    """One filling of a role."""

    role_id: int
    round: int


class GroupOrder(RecordGroupOrder):
    """Made by RecordGroupOrder. Becomes ChainGroups.form, or dissolve, once the windows have passed."""


class RoleAddition(RecordRoleAddition):
    """Made by RecordRoleAddition. Becomes ChainGroups.seatRole at `select_end`."""

    round: int


class RoleGrab(RecordRoleGrab):
    """Made by RecordRoleGrab."""


class CandidateSelection(RecordCandidateSelection):
    """Made by RecordCandidateSelection. Becomes ChainGroups.form when it was the last role."""

    all_selected: bool


class CandidateRejection(RecordCandidateRejection):
    """Made by RecordCandidateRejection. Becomes GroupPay.releaseStake where a stake is held."""

    stake_held_minor: int


class GroupForming(RecordGroupForming):
    """Made by RecordGroupForming. Becomes ChainGroups.close, GroupPay.releaseStake for each who was not chosen."""

    region: Ref  # zero: force majeure does not extend its work
    work_end: int
    report_end: int
    stakes: list[Stake]


class GroupDissolution(RecordGroupDissolution):
    """Made by RecordGroupDissolution. Sends stakes and budget back, and reviews into credit."""

    left_minor: int
    stakes: list[Stake]
    reviewed: list[Round]


class GroupSettlement(RecordGroupSettlement):
    """Made by RecordGroupSettlement. Sends stakes and the rest of the budget back, and reviews into credit."""

    left_minor: int
    stakes: list[Stake]
    reviewed: list[Round]


class RoleReopening(RecordRoleReopening):
    """Made by RecordRoleReopening. Becomes seatRole at `select_end`; the former holder has its stake back."""

    reviewed: bool  # users said something of the former holder that is not counted yet
    stakes: list[Stake]


class RoleSeating(RecordRoleSeating):
    """Made by RecordRoleSeating. Becomes GroupPay.releaseStake for each who was not chosen."""

    stakes: list[Stake]


class StakeReleaseBatch(TypedDict):
    """Further stakes that a document has set free, where they are more than it names."""

    group_id: int
    stakes: list[Stake]


class WorkExtension(RecordWorkExtension):
    """Made by RecordWorkExtension. Becomes ChainGroups.extendWork again, shortly before the new end."""


class ConsentedEnd(RecordConsentedEnd):
    """Made by RecordConsentedEnd. Becomes ChainGroups.close at `report_end`."""


class ProgressAttestation(RecordProgressAttestation):
    """Made by RecordProgressAttestation. Becomes GroupPay.payEarnings; ChainGroups.close once all is earned."""

    closable_at: int | None  # None: something is left to earn


class StakeRelease(RecordStakeRelease):
    """Made by RecordStakeRelease."""


class RolePayment(RecordRolePayment):
    """Made by RecordRolePayment."""


class BudgetReturn(RecordBudgetReturn):
    """Made by RecordBudgetReturn."""


class ReviewAttestation(RecordReviewAttestation):
    """Made by RecordReviewAttestation. Becomes ChainGroups.reopenRole when the mean fell below the mark."""

    below_mark: bool


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordGroupOrder: "group_order",
    RecordRoleAddition: "role_addition",
    RecordRoleGrab: "role_grab",
    RecordPlanOpening: "plan_opening",
    RecordCandidateSelection: "candidate_selection",
    RecordCandidateRejection: "candidate_rejection",
    RecordGroupForming: "group_forming",
    RecordGroupDissolution: "group_dissolution",
    RecordBetBinding: "bet_binding",
    RecordGroupSettlement: "group_settlement",
    RecordRoleReopening: "role_reopening",
    RecordRoleSeating: "role_seating",
    RecordWorkExtension: "work_extension",
    RecordEndConsent: "end_consent",
    RecordConsentedEnd: "consented_end",
    RecordProgressAttestation: "progress_attestation",
    RecordStakeRelease: "stake_release",
    RecordRolePayment: "role_payment",
    RecordBudgetReturn: "budget_return",
    RecordReviewAttestation: "review_attestation",
    RecordFeedbackOutcome: "feedback_outcome",
}
DOCUMENTS: Mapping[str, type] = {
    "group_order": GroupOrder,
    "role_addition": RoleAddition,
    "role_grab": RoleGrab,
    "candidate_selection": CandidateSelection,
    "candidate_rejection": CandidateRejection,
    "group_forming": GroupForming,
    "group_dissolution": GroupDissolution,
    "group_settlement": GroupSettlement,
    "role_reopening": RoleReopening,
    "role_seating": RoleSeating,
    "stake_release_batch": StakeReleaseBatch,
    "work_extension": WorkExtension,
    "consented_end": ConsentedEnd,
    "progress_attestation": ProgressAttestation,
    "stake_release": StakeRelease,
    "role_payment": RolePayment,
    "budget_return": BudgetReturn,
    "review_attestation": ReviewAttestation,
}
