"""What words of peers and of users come to: the arithmetic of PeerRatings and UserReviews. Pure; every division named.

`RatingMath.sol` and `tests/reference/rating_model.py` have the same; a test holds this to their vectors.
"""

from __future__ import annotations

from erp.groups.rules import BPS, PEER_PRIOR_WEIGHT, peer_outcome

__all__ = ["Peers", "Users", "bound_up", "spread_toward_zero", "weight_down"]

BAND_BPS = 2_000  # the most that one list says of one member, either way
MAX_WEIGHT = 10_000  # what a rater of full credit weighs
NEWCOMER_DIVISOR = 10  # a newcomer weighs a tenth of its credit


def weight_down(credit_bps: int, newcomer_bps: int) -> int:
    """What a rater weighs by its credit: little up to a newcomer's, from there in a straight line."""
    if credit_bps <= newcomer_bps:
        return credit_bps // NEWCOMER_DIVISOR
    least = newcomer_bps // NEWCOMER_DIVISOR
    return least + (MAX_WEIGHT - least) * (credit_bps - newcomer_bps) // (BPS - newcomer_bps)


def spread_toward_zero(weight: int, score_bps: int, total: int, count: int) -> int:
    """What one rating adds to a member's sum: weight times its distance from the rater's own mean, cut towards zero."""
    numerator = weight * (score_bps * count - total) * BAND_BPS
    size = abs(numerator) // (BPS * count)
    return size if numerator >= 0 else -size


def bound_up(others: int, attacking: int) -> int:
    """The most that raters of weight `attacking` move a member beside others of weight `others`, basis points."""
    whole = PEER_PRIOR_WEIGHT + others + attacking
    return -(-2 * BAND_BPS * attacking // whole) + 1


class Peers:
    """The sums of one member in one settled group."""

    def __init__(self, centre_bps: int) -> None:
        self.centre_bps = centre_bps
        self.weighted = self.weight = self.ratings = 0

    def add(self, weight: int, score_bps: int, total: int, count: int) -> None:
        """One rating, by its rater's weight and the sum and number of the rater's list."""
        self.weighted += spread_toward_zero(weight, score_bps, total, count)
        self.weight += weight
        self.ratings += 1

    def with_more(self, weighted: int, weight: int) -> int:
        """The outcome, basis points, were so much more said."""
        return peer_outcome(self.centre_bps, self.weighted + weighted, self.weight + weight)


class Users:
    """The sums of what users say of one holder: each review weighs the net of its sale."""

    def __init__(self) -> None:
        self.weight = self.weighted = 0

    def add(self, weight: int, score_bps: int) -> None:
        """One review."""
        self.weight += weight
        self.weighted += weight * score_bps

    def with_more(self, weight: int, score_bps: int) -> int:
        """The mean, basis points rounded down, were `weight` more said at one score; there is at least one review."""
        return (self.weighted + weight * score_bps) // (self.weight + weight)

    def bound_up(self, attacking: int) -> int:
        """The most that reviews of weight `attacking` move the mean: their share of the whole, and a step of rounding."""
        return -(-BPS * attacking // (self.weight + attacking)) + 1
