"""The rules of a bet as its paper has them, in exact fractions: what a scenario expects of contract and books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

BPS = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """A pledged figure: nothing at the floor, kept at the base, twice kept at the stretch. As the contract names it."""

    metric: int
    weight_bps: int
    floor: int
    base: int
    stretch: int
    follows_index: bool = False

    def as_published(self) -> dict[str, object]:
        """IBetBook.Target."""
        return {
            "metric": self.metric,
            "followsIndex": self.follows_index,
            "weightBps": self.weight_bps,
            "floor": self.floor,
            "base": self.base,
            "stretch": self.stretch,
        }

    def attained(self, value: int, factor_bps: int) -> int:
        """How far a value comes, basis points, rounded down; at most twice what is kept."""
        factor = Fraction(factor_bps if self.follows_index else BPS, BPS)
        low, base, high = (factor * tier for tier in (self.floor, self.base, self.stretch))
        way = (value - low) / (base - low)
        if way <= 0:
            return 0
        if way < 1:
            return floor(way * BPS)
        more = (value - base) / (high - base) if high != base else Fraction(0)
        return min(floor(BPS + more * BPS), 2 * BPS)


@dataclass(frozen=True, slots=True)
class Pledge:
    """What one party stakes, its share, and its targets."""

    stake: int
    share_bps: int
    cap_bps: int
    slope_bps: int
    targets: tuple[Target, ...]
    tolerance_bps: int = 0


def period(pledge: Pledge, values: Sequence[int], factor_bps: int) -> tuple[int, int]:
    """Kept and attained in a period, basis points, by weight and rounded down."""
    reached = [
        target.attained(value, factor_bps)
        for target, value in zip(pledge.targets, values, strict=True)
    ]
    weights = [target.weight_bps for target in pledge.targets]
    kept = sum(min(each, BPS) * weight for each, weight in zip(reached, weights, strict=True))
    attained = sum(each * weight for each, weight in zip(reached, weights, strict=True))
    return kept // BPS, attained // BPS


def index_factor(demand: int, baseline: int, elasticity_bps: int, most_bps: int) -> int:
    """By what targets are multiplied, basis points: rounded towards no change, bounded on both sides."""
    change = Fraction(abs(demand - baseline) * elasticity_bps, baseline)
    bounded = min(floor(change), most_bps)
    return BPS + bounded if demand >= baseline else BPS - bounded


@dataclass(frozen=True, slots=True)
class Shared:
    """What becomes of one party: what it loses of its stake, its share of the pot, and what it is paid. Minor units."""

    penalty: int
    share: int
    paid: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a bet. Minor units."""

    parties: Mapping[str, Shared]
    value: int
    penalties: int
    rounding: int  # of the pot, the sponsor's


def outcome(
    pledges: Mapping[str, Pledge], reached: Mapping[str, Sequence[tuple[int, int]]], value: int
) -> Outcome:
    """Shares the value and the penalties by contribution. `reached`: kept and attained of each period."""
    lost = {who: _penalty(pledges[who], reached[who]) for who in pledges}
    gave = {
        who: pledges[who].share_bps * sum(attained for _, attained in reached[who])
        for who in pledges
    }
    pot, whole = value + sum(lost.values()), sum(gave.values())
    shares = {who: pot * gave[who] // whole for who in pledges}
    parties = {
        who: Shared(lost[who], shares[who], pledges[who].stake - lost[who] + shares[who])
        for who in pledges
    }
    return Outcome(parties, value, sum(lost.values()), pot - sum(shares.values()))


def _penalty(pledge: Pledge, reached: Sequence[tuple[int, int]]) -> int:
    """What a mean shortfall beyond the tolerance costs of the stake: rounded up, at most the cap."""
    short = sum(BPS - kept for kept, _ in reached) - len(reached) * pledge.tolerance_bps
    missing = Fraction(max(short, 0), len(reached) * BPS)
    lost = ceil(pledge.stake * missing * Fraction(pledge.slope_bps, BPS))
    return min(lost, pledge.stake * pledge.cap_bps // BPS)
