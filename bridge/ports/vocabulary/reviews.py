"""Words about reviews of customers, which the ERP keeps and the reporter tells the chain (用户评价)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Number


class Review(TypedDict):
    """Made by RecordReview. Becomes UserReviews.recordReview where it is of the holder of a role."""

    sales_order: Number
    group_id: int | None  # None: of the seller, and of no role
    role_id: int
    round: int
    score_bps: int
    weight_minor: int


class ReviewLateness(TypedDict):
    """Made by CloseReview. Takes back what a review asks: the round it is about has ended."""

    review: Number


DOCUMENT_TYPES: Mapping[type, str] = {}  # no event makes one
DOCUMENTS: Mapping[str, type] = {"review": Review, "review_lateness": ReviewLateness}
