"""States of bets, and the arithmetic by which they are measured, settled and shared, exactly as the contracts have it.

Pure; integers only; every rounding is named. Amounts are minor units, rates basis points, instants unix seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

BPS = 10_000
KEPT = BPS  # attainment at the base
SURPASSED = 2 * BPS  # attainment at the stretch
DAY_SECONDS = 86_400
FIRST_PERIOD = 1


class BetStatus(StrEnum):
    """States of a bet (对赌契约)."""

    PROPOSED = "PROPOSED"  # RecordBetContract
    ACTIVE = "ACTIVE"  # PROPOSED -> ACTIVE: RecordBetActivation
    VOIDED = "VOIDED"  # PROPOSED -> VOIDED: RecordBetVoid
    SETTLED = "SETTLED"  # ACTIVE -> SETTLED: RecordBetSettlement


class AmendmentStatus(StrEnum):
    """States of an amendment of a bet."""

    PROPOSED = "PROPOSED"  # RecordBetAmendment
    AGREED = "AGREED"  # PROPOSED -> AGREED: RecordBetAmendmentAgreement


@dataclass(frozen=True, slots=True)
class Tiers:
    """A pledged figure: missed whole at the floor, kept at the base, surpassed at the stretch."""

    follows_index: bool
    weight_bps: int
    floor: int
    base: int
    stretch: int


def index_factor(value: int, baseline: int, elasticity: int, max_up: int, max_down: int) -> int:
    """By what indexed targets are multiplied: rounded towards no change."""
    if value >= baseline:
        return BPS + min((value - baseline) * elasticity // baseline, max_up)
    return BPS - min((baseline - value) * elasticity // baseline, max_down)


def attainment_down(value: int, tiers: Tiers, factor_bps: int) -> int:
    """How far a value comes between tiers that the index has moved; rounded down."""
    factor = factor_bps if tiers.follows_index else BPS
    sign = 1 if tiers.floor < tiers.base else -1
    reached = sign * (value * BPS - tiers.floor * factor)
    promised = sign * (tiers.base - tiers.floor) * factor
    beyond = sign * (tiers.stretch - tiers.base) * factor
    if reached <= 0:
        return 0
    if reached < promised:
        return reached * BPS // promised
    if beyond == 0:
        return KEPT
    return min(KEPT + (reached - promised) * BPS // beyond, SURPASSED)


def measure(values: Sequence[int], targets: Sequence[Tiers], factor_bps: int) -> tuple[int, int]:
    """Kept (each target counts 10,000 at most) and attainment (20,000 at most) of a period, by weight; rounded down."""
    reached = [
        attainment_down(value, tiers, factor_bps)
        for value, tiers in zip(values, targets, strict=True)
    ]
    weights = [tiers.weight_bps for tiers in targets]
    kept = sum(min(a, BPS) * w for a, w in zip(reached, weights, strict=True))
    attained = sum(a * w for a, w in zip(reached, weights, strict=True))
    return kept // BPS, attained // BPS


def excused_down(shortfall: int, excused_days: int, period_seconds: int) -> int:
    """What counts of a shortfall of which some days were force majeure: rounded down; a begun day is a whole one."""
    whole = -(-period_seconds // DAY_SECONDS)
    return 0 if excused_days >= whole else shortfall * (whole - excused_days) // whole


def penalty_up(
    stake: int, shortfall: int, periods: int, tolerance: int, slope: int, cap: int
) -> int:
    """What is lost of the stake for a sum of shortfalls over the periods: rounded up, at most the cap."""
    beyond = max(shortfall - periods * tolerance, 0)
    lost = -(-stake * beyond * slope // (periods * BPS * BPS))
    return min(lost, stake * cap // BPS)


def most_lost(stake: int, cap: int) -> int:
    """The most that a party can lose of its stake."""
    return stake * cap // BPS


def share_down(pot: int, contribution: int, weight: int) -> int:
    """A party's part of what is shared; rounded down, nothing when nobody contributed."""
    return pot * contribution // weight if weight else 0


def outcome_down(shortfall: int, measured: int) -> int:
    """How far the promises were kept on average of the measured periods, for the credit; rounded down."""
    return (measured * BPS - shortfall) // measured if measured else KEPT
