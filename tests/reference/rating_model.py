"""The arithmetic of peer ratings, as the contracts have it: integers, every division named.

`RatingMath.sol` is held to the same vectors, `tests/vectors/peer_ratings.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

BPS = 10_000
BAND_BPS = 2_000
MAX_WEIGHT = 10_000
PRIOR_WEIGHT = 40_000
NEWCOMER_DIVISOR = 10
MIN_RATED = 2
PAIR_SECONDS = 90 * 86_400


def toward_zero(numerator: int, denominator: int) -> int:
    """The quotient as Solidity has it: cut, not floored. The denominator is positive."""
    return numerator // denominator if numerator >= 0 else -(-numerator // denominator)


def weight(credit: int, newcomer: int) -> int:
    """What a rater weighs by its credit: little up to a newcomer's, from there in a straight line."""
    if credit <= newcomer:
        return credit // NEWCOMER_DIVISOR
    least = newcomer // NEWCOMER_DIVISOR
    return least + (MAX_WEIGHT - least) * (credit - newcomer) // (BPS - newcomer)


def weighted(weight_: int, score: int, total: int, count: int) -> int:
    """What one rating adds to the sum of a member: its distance from the rater's own mean."""
    return toward_zero(weight_ * (score * count - total) * BAND_BPS, BPS * count)


def outcome(centre: int, sum_: int, weight_: int) -> int:
    """What a group says of a member: its own score, moved by the mean deviation."""
    return min(BPS, max(0, centre + toward_zero(sum_, PRIOR_WEIGHT + weight_)))


def record_weight(value: int, weight_: int) -> int:
    """What an outcome weighs in the credit registry."""
    return value * weight_ // (PRIOR_WEIGHT + weight_)


def bound(others: int, attacking: int) -> int:
    """The most that raters of weight `attacking` move an outcome, beside others of weight `others`."""
    whole = PRIOR_WEIGHT + others + attacking
    return -(-2 * BAND_BPS * attacking // whole) + 1


@dataclass
class Tally:
    """What was said of one member of one group."""

    centre: int
    sum: int = 0
    weight: int = 0
    ratings: int = 0

    @property
    def outcome(self) -> int:
        return outcome(self.centre, self.sum, self.weight)


@dataclass
class Peers:
    """`PeerRatings`: every rater reveals one list in each group; a pair counts once in `PAIR_SECONDS`."""

    newcomer: int = 7_000
    counted_at: dict[tuple[str, str], int] = field(default_factory=dict)

    def reveal(
        self,
        tallies: dict[str, Tally],
        rater: str,
        ratings: Mapping[str, int],
        *,
        credit: Mapping[str, int],
        at: int,
    ) -> None:
        """Add one rater's list to the sums of those it rates."""
        fresh = {rated: score for rated, score in ratings.items() if self._counts(rater, rated, at)}
        weight_ = weight(credit.get(rater, self.newcomer), self.newcomer)
        if len(fresh) < MIN_RATED or weight_ == 0:
            return
        total = sum(fresh.values())
        for rated, score in fresh.items():
            tally = tallies.setdefault(rated, Tally(credit.get(rated, self.newcomer)))
            tally.sum += weighted(weight_, score, total, len(fresh))
            tally.weight += weight_
            tally.ratings += 1
            self.counted_at[rater, rated] = at

    def group(
        self,
        lists: Iterable[tuple[str, Mapping[str, int]]],
        *,
        credit: Mapping[str, int] | None = None,
        at: int = 1,
    ) -> dict[str, Tally]:
        """The sums of one settled group."""
        tallies: dict[str, Tally] = {}
        for rater, ratings in lists:
            self.reveal(tallies, rater, ratings, credit=credit or {}, at=at)
        return tallies

    def _counts(self, rater: str, rated: str, at: int) -> bool:
        last = self.counted_at.get((rater, rated))
        return last is None or at >= last + PAIR_SECONDS
