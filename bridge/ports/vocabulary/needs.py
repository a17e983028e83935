"""Words about proposed groups, by which their leaders open them: papers of the ERP, which no event makes (举单申请)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Number, Ref


class ProposedRole(TypedDict):
    """What a leader would publish of one role."""

    floor_minor: int
    most_minor: int
    stake_minor: int
    pay_minor: int
    min_reviews: int
    min_credit_bps: int
    review_mark_bps: int
    shortfall_mark_bps: int
    credit_weight_bps: int
    stake_bps_of_pledge: int


class GroupProposal(TypedDict):
    """A group that a party would lead."""

    leader: str  # the ERP's code of it
    need: Number
    target_minor: int
    region: Ref
    reporter_post: int
    grab_seconds: int
    select_seconds: int
    work_seconds: int
    report_seconds: int
    review_seconds: int
    bet_seconds: int
    roles: tuple[ProposedRole, ...]


class GroupApproval(TypedDict):
    """Another person lets a proposed group be opened."""

    proposal: Number


class GroupWithdrawal(TypedDict):
    """A proposed group is no longer to be opened."""

    proposal: Number


DOCUMENT_TYPES: Mapping[type, str] = {}
DOCUMENTS: Mapping[str, type] = {
    "group_proposal": GroupProposal,
    "group_approval": GroupApproval,
    "group_withdrawal": GroupWithdrawal,
}
