"""Pure rules of reviews: where one stands, and what a mean makes of pay."""

from __future__ import annotations

from enum import StrEnum

from erp.kernel.amounts import BPS


class ReviewStatus(StrEnum):
    """OPEN → REPORTED or MISREPORTED by ConfirmReview, OPEN → LATE by CloseReview; KEPT when it is of no role.

    LATE: the holder's round ended before the review was on chain, and it counts for nobody there. MISREPORTED: the chain
    says something else of it.
    """

    OPEN = "OPEN"
    REPORTED = "REPORTED"
    MISREPORTED = "MISREPORTED"
    LATE = "LATE"
    KEPT = "KEPT"


def mean_down(weighted: int, weight: int) -> int:
    """The weighted mean of reviews, basis points, rounded down; there is at least one."""
    return weighted // weight


def pay_down(base: int, score_bps: int) -> int:
    """What reviews make of a month's base, minor units, rounded down."""
    return base * score_bps // BPS
