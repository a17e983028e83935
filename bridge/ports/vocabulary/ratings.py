"""Words about PeerRatings: what members of a settled group say of each other (互评)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Ref


class RecordPeerRatingSeal(TypedDict):
    """A member committed to its sealed ratings of the others (密封互评)."""

    group_id: int
    rater: Account
    commitment: Ref
    credit_bps: int


class RecordPeerRating(TypedDict):
    """A member opened its rating of another (揭示互评)."""

    group_id: int
    rater: Account
    rated: Account
    score_bps: int
    weight: int  # 0: it does not count
    weighted: int  # what it adds to the sum of the rated member; may be negative
    centre_bps: int
    reason_ref: Ref


class RecordPeerOutcome(TypedDict):
    """What its peers said of a member was counted in its credit (互评入信用)."""

    group_id: int
    member: Account
    ratings: int
    weight: str  # decimal text
    outcome_bps: int


class PeerRating(RecordPeerRating):
    """Made by RecordPeerRating. The first one of a member that counts becomes PeerRatings.recordRatings."""

    first: bool


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordPeerRatingSeal: "peer_rating_seal",
    RecordPeerRating: "peer_rating",
    RecordPeerOutcome: "peer_outcome",
}
DOCUMENTS: Mapping[str, type] = {"peer_rating": PeerRating}
