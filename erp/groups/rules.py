"""Pure rules of chain groups: states, who leads a role, what is earned, what users and peers say in sum.

The arithmetic is that of the contracts, which `tests/reference` models: integers, every division named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

BPS = 10_000
SCALE = BPS * BPS
PEER_PRIOR_WEIGHT = 40_000  # what a member's own score weighs against its raters
FIRST_ROUND = 1
MAX_PLAN_LINES = 64  # of items and of devices each
AS_LEADER = 0  # in place of a role's number


class GroupStatus(StrEnum):
    """OPEN → FORMED by RecordGroupForming, → SETTLED by RecordGroupSettlement; OPEN, FORMED → DISSOLVED."""

    OPEN = "OPEN"
    FORMED = "FORMED"
    DISSOLVED = "DISSOLVED"
    SETTLED = "SETTLED"


class ReopenReason(StrEnum):
    """Why a role was opened to grabs anew."""

    DESERTED = "deserted"  # nobody stood for it
    RESIGNED = "resigned"  # its holder left
    REVIEWS = "reviews"  # the mean of its reviews fell below the mark
    BET_UNSIGNED = "bet_unsigned"  # its holder did not sign the group's bet in time
    BET_SHORT = "bet_short"  # the group's bet shows its holder short


def worth_of(pledge: int, credit_bps: int, weight_bps: int) -> int:
    """What a pledge is compared by, higher is better: lessened by the weight times the credit that is missing."""
    return pledge * (SCALE - weight_bps * (BPS - credit_bps))


def leads(own: tuple[int, int], best: tuple[int, int] | None, weight_bps: int) -> bool:
    """True when a pledge with its credit comes before the best so far; a later one of equal worth and credit never does."""
    if best is None:
        return True
    worth, most = worth_of(*own, weight_bps), worth_of(*best, weight_bps)
    return own[1] > best[1] if worth == most else worth > most


@dataclass(frozen=True, slots=True)
class Pledged:
    """A candidate as it is compared with others."""

    party: str
    pledge: int
    credit_bps: int
    place: int  # order of grabs


def ranked(candidates: Iterable[Pledged], weight_bps: int) -> list[Pledged]:
    """Best first: by worth, then better credit, then earlier grab, as `leads` decides one by one."""
    return sorted(
        candidates,
        key=lambda e: (-worth_of(e.pledge, e.credit_bps, weight_bps), -e.credit_bps, e.place),
    )


def least_to_lead(
    best: tuple[int, int] | None, credit_bps: int, weight_bps: int, bounds: tuple[int, int]
) -> int | None:
    """The least pledge within the bounds that leads with this credit; None when none does."""
    floor, most = bounds
    least = floor
    if best is not None:
        unit, worth = worth_of(1, credit_bps, weight_bps), worth_of(*best, weight_bps)
        least = max(floor, worth // unit if unit else most + 1)
        if least <= most and not leads((least, credit_bps), best, weight_bps):
            least += 1
    return least if least <= most and leads((least, credit_bps), best, weight_bps) else None


def stake_up(least: int, pledge: int, bps_of_pledge: int) -> int:
    """The stake of a pledge: a part of it, rounded up, and `least` at least."""
    return max(least, -(-pledge * bps_of_pledge // BPS))


def earned_down(pay_minor: int, earned_bps: int) -> int:
    """What of a role's pay is earned in all, minor units: rounded down, exact when all is earned."""
    return pay_minor * earned_bps // BPS


def windows(at: int, grab_seconds: int, select_seconds: int, work_end: int) -> tuple[int, int]:
    """Ends of grabs and of selection in a round that opens now; both end with the work at the latest."""
    grab_end = min(at + grab_seconds, work_end)
    return grab_end, min(grab_end + select_seconds, work_end)


def is_below_mark(reviews: int, weight: int, weighted: int, least: int, mark_bps: int) -> bool:
    """True when there are enough reviews and their weighted mean lies below the mark."""
    return reviews >= least and weighted < weight * mark_bps


def mean_down(weight: int, weighted: int) -> int:
    """The weighted mean of reviews in basis points, rounded down; there is at least one."""
    return weighted // weight


def peer_outcome(centre_bps: int, weighted: int, weight: int) -> int:
    """What a group says of a member: its own score, moved by the mean deviation towards zero, within the whole."""
    moved = _toward_zero(weighted, PEER_PRIOR_WEIGHT + weight)
    return min(BPS, max(0, centre_bps + moved))


def _toward_zero(numerator: int, denominator: int) -> int:
    quotient = abs(numerator) // denominator
    return quotient if numerator >= 0 else -quotient


def consented_end(at: int, work_end: int, report_end: int, *, holder_left: bool) -> tuple[int, int]:
    """Ends of work and of reports when leader and holders consent: at once, unless a holder left and reports are due."""
    report_seconds = report_end - work_end if holder_left else 0
    return min(work_end, at), min(report_end, at + report_seconds)
