"""Commands about what users say of holders of roles, and members of each other."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import (
    MAX_ID,
    Account,
    BigAmount,
    Bps,
    Command,
    Number,
    QuantityOrNone,
    RecordId,
    Reference,
)

Signed = Annotated[int, Field(ge=-MAX_ID, le=MAX_ID, strict=True)]


class RecordReviewAttestation(Command):
    """What a user says of the holder of a role was reported (用户评价). No entries."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    holder: Account
    score_bps: Bps
    weight: BigAmount  # value of the user's order, minor units
    review_ref: Reference
    review: Number | None  # the document behind the reference; None: it is not of these books


class RecordFeedbackOutcome(Command):
    """What users said of a role's holder, whose time is over, was counted in its credit. No entries."""

    group_id: RecordId
    role_id: RecordId
    round: RecordId
    holder: Account
    weight: BigAmount
    outcome_bps: Bps


class RecordPeerRatingSeal(Command):
    """A member of a settled group committed to its sealed ratings of the others (密封互评). No entries."""

    group_id: RecordId
    rater: Account
    commitment: Reference
    credit_bps: Bps


class RecordPeerRating(Command):
    """A member opened its rating of another (揭示互评). No entries."""

    group_id: RecordId
    rater: Account
    rated: Account
    score_bps: Bps
    weight: QuantityOrNone  # 0: it does not count
    weighted: Signed  # what it adds to the sum of the rated member
    centre_bps: Bps
    reason_ref: Reference


class RecordPeerOutcome(Command):
    """What its peers said of a member was counted in its credit (互评入信用). No entries."""

    group_id: RecordId
    member: Account
    ratings: RecordId
    weight: BigAmount
    outcome_bps: Bps
