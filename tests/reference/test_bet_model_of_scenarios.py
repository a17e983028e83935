"""The model by which a scenario expects the figures of a bet agrees with the reference model of the contracts."""

from __future__ import annotations

import random

from scripts.plays.scenarios import bet_model as played
from tests.reference import bet_math as reference

DRAWS, PERIODS = 400, 3
BPS = 10_000


def drawn_target(draw: random.Random) -> tuple[int, int, int]:
    """Floor, base and stretch, of a figure at least or at most."""
    tiers = sorted(draw.sample(range(1_000), 3), reverse=draw.random() < 0.5)
    floor, base, stretch = tiers
    return floor, base, stretch if draw.random() < 0.7 else base


def test_attainment_and_index_are_those_of_the_reference() -> None:
    draw = random.Random(1)
    for _ in range(DRAWS):
        tiers, value = drawn_target(draw), draw.randrange(1_200)
        told = (draw.randrange(2_000), draw.randrange(1, 2_000), draw.randrange(20_000), 2_000)
        demand, baseline, elasticity, most = told
        factor = reference.index_factor(demand, baseline, elasticity, most, most)
        assert played.index_factor(demand, baseline, elasticity, most) == factor
        target = played.Target(1, BPS, *tiers, follows_index=True)
        assert target.attained(value, factor) == reference.attainment(
            value, reference.Target(*tiers), factor
        )


def test_penalties_and_shares_are_those_of_the_reference() -> None:
    draw = random.Random(2)
    for _ in range(DRAWS):
        pledges, reached, members = {}, {}, []
        for who, share in (("A", 3_333), ("B", 6_667)):
            stake, cap, slope = draw.randrange(10**7), draw.randrange(BPS), draw.randrange(2 * BPS)
            tolerance = draw.randrange(BPS // 5)
            pledges[who] = played.Pledge(stake, share, cap, slope, (), tolerance)
            kept = [draw.randrange(BPS + 1) for _ in range(PERIODS)]
            attained = [max(each, draw.randrange(1, 2 * BPS)) for each in kept]
            reached[who] = list(zip(kept, attained, strict=True))
            curve = reference.Curve(tolerance, slope, cap)
            missed = sum(BPS - each for each in kept)
            members.append(reference.Member(stake, share, curve, missed, sum(attained)))
        value = draw.randrange(10**7)
        expected = reference.settlement(10**7, value, PERIODS, members)
        told = played.outcome(pledges, reached, value)
        assert [each.penalty for each in told.parties.values()] == expected.penalties
        assert [each.share for each in told.parties.values()] == expected.shares
        assert [each.paid for each in told.parties.values()] == expected.payouts
        assert 10**7 - value + told.rounding == expected.remainder
