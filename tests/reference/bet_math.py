"""How bets are measured, settled and paid, in exact fractions: what contracts/libraries/BetMath.sol is held to.

`python -m tests.reference.bet_math` writes tests/vectors/bet_math.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import ceil, floor
from pathlib import Path
from random import Random
from typing import NamedTuple

VECTORS = Path(__file__).parents[1] / "vectors" / "bet_math.json"
BPS = 10_000
KEPT = BPS
SURPASSED = 2 * BPS
MOST = 2**60

Vector = dict[str, object]


class Target(NamedTuple):
    """Tiers of one pledged figure: a floor below the base means at least, above it at most."""

    floor: int
    base: int
    stretch: int


class Curve(NamedTuple):
    """What a shortfall costs, in basis points."""

    tolerance: int
    slope: int
    cap: int


class Member(NamedTuple):
    """A party at the end: sums over the periods of shortfall (to 10,000) and of attainment."""

    stake: int
    share: int
    curve: Curve
    shortfall: int
    attained: int


class Settlement(NamedTuple):
    """Who gets what; `remainder` goes to the sponsor."""

    penalties: list[int]
    shares: list[int]
    payouts: list[int]
    outcomes: list[int]
    remainder: int


def attainment(value: int, target: Target, factor: int) -> int:
    """How far a value comes between tiers that the index has moved; rounded down."""
    lowest, base, best = (Fraction(tier * factor, BPS) for tier in target)
    sign = 1 if lowest < base else -1
    reached = sign * (value - lowest)
    promised = sign * (base - lowest)
    beyond = sign * (best - base)
    if reached <= 0:
        return 0
    if reached < promised:
        return floor(reached / promised * KEPT)
    if beyond == 0:
        return KEPT
    return min(KEPT + floor((reached - promised) / beyond * KEPT), SURPASSED)


def index_factor(value: int, baseline: int, elasticity: int, max_up: int, max_down: int) -> int:
    """By what indexed targets are multiplied, basis points; rounded towards no change."""
    change = Fraction(value - baseline, baseline) * elasticity
    return BPS + (min(floor(change), max_up) if change >= 0 else max(ceil(change), -max_down))


def penalty(stake: int, shortfall: int, periods: int, curve: Curve) -> int:
    """What is lost of the stake: rounded up, at most the cap, which is rounded down."""
    average = max(Fraction(shortfall, periods) - curve.tolerance, Fraction(0))
    lost = ceil(stake * average * curve.slope / BPS / BPS)
    return min(lost, floor(Fraction(stake * curve.cap, BPS)))


def excused(shortfall: int, excused_days: int, period_seconds: int) -> int:
    """What counts of a shortfall of which some days were force majeure: rounded down; a begun day is a whole one."""
    whole = ceil(Fraction(period_seconds, 86_400))
    return (
        0 if excused_days >= whole else floor(Fraction(shortfall * (whole - excused_days), whole))
    )


def outcome(shortfall: int, measured: int) -> int:
    """How far the promises were kept on average of the measured periods, for the credit; rounded down."""
    return floor(BPS - Fraction(shortfall, measured)) if measured else BPS


def settlement(pool: int, value: int, periods: int, members: list[Member]) -> Settlement:
    """The whole end of a bet. Nobody contributed: penalties are waived, the pool returns."""
    penalties = [penalty(m.stake, m.shortfall, periods, m.curve) for m in members]
    weights = [m.share * m.attained for m in members]
    if not sum(weights):
        penalties, value = [0] * len(members), 0
    pot = value + sum(penalties)
    shares = [floor(Fraction(pot * w, sum(weights) or 1)) for w in weights]
    payouts = [m.stake - p + s for m, p, s in zip(members, penalties, shares, strict=True)]
    return Settlement(
        penalties,
        shares,
        payouts,
        [outcome(m.shortfall, periods) for m in members],
        pool - value + pot - sum(shares),
    )


def _texts(numbers: list[int]) -> list[str]:
    return [str(number) for number in numbers]


def _attainments() -> Iterator[Vector]:
    targets = [
        Target(0, 100, 200),
        Target(90, 100, 100),
        Target(0, 3, 10),
        Target(1, 0, 0),
        Target(10, 0, 0),
        Target(20, 10, 3),
        Target(0, MOST, MOST),
        Target(MOST, MOST - 1, 0),
        Target(MOST - 1, MOST, MOST),
    ]
    for target, factor in product(targets, (BPS, 1, 9_999, 15_001, 30_000)):
        tiers = {tier * factor // BPS + step for tier in target for step in (-1, 0, 1)}
        middle = {(a + b) * factor // BPS // 2 for a, b in ((target[0], target[1]), target[1:])}
        for value in sorted(v for v in tiers | middle | {0} if 0 <= v <= MOST):
            yield {
                "value": str(value),
                "floor": str(target.floor),
                "base": str(target.base),
                "stretch": str(target.stretch),
                "factor": str(factor),
                "expected": str(attainment(value, target, factor)),
            }


def _factors() -> Iterator[Vector]:
    rules = [(10_000, 5_000, 5_000), (3_333, 20_000, 9_999), (0, 100, 100), (20_000, 0, 0)]
    for baseline, rule in product((1, 3, 1_000, MOST), rules):
        for value in sorted(
            {0, 1, baseline - 1, baseline, min(baseline + 1, MOST), min(2 * baseline, MOST)}
        ):
            yield {
                "value": str(value),
                "baseline": str(baseline),
                "elasticity": str(rule[0]),
                "max_up": str(rule[1]),
                "max_down": str(rule[2]),
                "expected": str(index_factor(value, baseline, *rule)),
            }


def _penalties() -> Iterator[Vector]:
    curves = [
        Curve(0, 10_000, 10_000),
        Curve(500, 15_000, 5_000),
        Curve(0, 1, 10_000),
        Curve(10_000, 50_000, 3),
    ]
    for stake, periods, curve in product((1, 99_999, MOST), (1, 3, 60), curves):
        whole = periods * BPS
        for shortfall in sorted({0, 1, periods * curve.tolerance, whole // 3, whole}):
            yield {
                "stake": str(stake),
                "shortfall": str(shortfall),
                "periods": str(periods),
                "tolerance": str(curve.tolerance),
                "slope": str(curve.slope),
                "cap": str(curve.cap),
                "expected": str(penalty(stake, shortfall, periods, curve)),
                "outcome": str(outcome(shortfall, periods)),
            }


def _excuses() -> Iterator[Vector]:
    for period_seconds in (3_600, 86_400, 86_401, 30 * 86_400, 366 * 86_400):
        whole = ceil(Fraction(period_seconds, 86_400))
        for days in sorted({0, 1, 4, whole - 1, whole, whole + 1}):
            for shortfall in (0, 1, 3_000, BPS):
                yield {
                    "shortfall": str(shortfall),
                    "days": str(days),
                    "period_seconds": str(period_seconds),
                    "expected": str(excused(shortfall, days, period_seconds)),
                }


def _case(pool: int, value: int, periods: int, members: list[Member]) -> Vector:
    end = settlement(pool, value, periods, members)
    return {
        "pool": str(pool),
        "value": str(value),
        "periods": str(periods),
        "stakes": _texts([m.stake for m in members]),
        "share_bps": _texts([m.share for m in members]),
        "tolerances": _texts([m.curve.tolerance for m in members]),
        "slopes": _texts([m.curve.slope for m in members]),
        "caps": _texts([m.curve.cap for m in members]),
        "shortfalls": _texts([m.shortfall for m in members]),
        "attained": _texts([m.attained for m in members]),
        "penalties": _texts(end.penalties),
        "shares": _texts(end.shares),
        "payouts": _texts(end.payouts),
        "remainder": str(end.remainder),
    }


def _settlements() -> Iterator[Vector]:
    half = Curve(0, 10_000, 5_000)
    yield _case(
        1_000_000,
        400_001,
        3,
        [Member(100_000, 5_000, half, 9_000, 21_000), Member(200_000, 5_000, half, 0, 39_000)],
    )
    yield _case(1_000, 999, 1, [Member(10, 0, half, 0, 10_000), Member(10, 5_000, half, 10_000, 0)])
    yield _case(7, 0, 1, [Member(10, 1, half, 0, 10_000) for _ in range(3)])
    draw = Random(2006)
    for count in (2, 2, 3, 3, 11, 11, 128):
        yield _drawn(draw, count)


def _drawn(draw: Random, count: int) -> Vector:
    periods = draw.randint(1, 60)
    pool = draw.randint(0, MOST)
    members = []
    for _ in range(count):
        shortfall = draw.choice([0, draw.randint(0, periods * BPS)])
        attained = draw.randint(periods * BPS - shortfall, 2 * periods * BPS - shortfall)
        curve = Curve(draw.randint(0, 2_000), draw.randint(0, 50_000), draw.randint(0, BPS))
        members.append(
            Member(draw.randint(1, MOST // count), draw.randint(0, BPS), curve, shortfall, attained)
        )
    return _case(pool, draw.randint(0, pool), periods, members)


def _columns(vectors: list[Vector]) -> str:
    """One line a column: forge reads each with one call."""
    names = vectors[0].keys()
    lines = [f'  "{name}": {json.dumps([vector[name] for vector in vectors])}' for name in names]
    return "{\n" + ",\n".join(lines) + "\n }"


def rendered() -> str:
    """The shared table: columns of arithmetic, and whole settlements one a line."""
    tables = {"attainment": _attainments(), "index_factor": _factors(), "penalty": _penalties()}
    tables["excused"] = _excuses()
    parts = [f' "{name}": {_columns(list(vectors))}' for name, vectors in tables.items()]
    lines = ",\n".join(f"  {json.dumps(vector)}" for vector in _settlements())
    return "{\n" + ",\n".join([*parts, f' "settlement": [\n{lines}\n ]']) + "\n}\n"


if __name__ == "__main__":
    VECTORS.write_text(rendered())
