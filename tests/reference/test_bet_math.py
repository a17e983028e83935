"""The model of bets: that the shared table is what it says, and that it says what bets promise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.reference.bet_math import (
    BPS,
    KEPT,
    MOST,
    SURPASSED,
    VECTORS,
    Curve,
    Member,
    Target,
    attainment,
    excused,
    index_factor,
    outcome,
    penalty,
    rendered,
    settlement,
)

AMOUNT = st.integers(min_value=1, max_value=MOST)
VALUE = st.integers(min_value=0, max_value=MOST)
RATE = st.integers(min_value=0, max_value=BPS)
PERIODS = st.integers(min_value=1, max_value=60)
CURVE = st.builds(Curve, RATE, st.integers(min_value=0, max_value=5 * BPS), RATE)
FACTOR = st.integers(min_value=1, max_value=3 * BPS)


@st.composite
def bets(draw: st.DrawFn) -> tuple[int, int, int, list[Member]]:
    """Pool, value added, periods and members, as reports can leave them."""
    periods = draw(PERIODS)
    members = []
    for _ in range(draw(st.integers(min_value=2, max_value=8))):
        shortfall = draw(st.integers(min_value=0, max_value=periods * BPS))
        attained = draw(
            st.integers(
                min_value=periods * BPS - shortfall, max_value=2 * periods * BPS - shortfall
            )
        )
        members.append(Member(draw(AMOUNT), draw(RATE), draw(CURVE), shortfall, attained))
    pool = draw(VALUE)
    return pool, draw(st.integers(min_value=0, max_value=pool)), periods, members


def test_the_shared_table_is_what_the_model_says() -> None:
    assert VECTORS.read_text() == rendered()


def test_zero_defects() -> None:
    zero_defects = Target(floor=10, base=0, stretch=0)
    assert [attainment(found, zero_defects, BPS) for found in (0, 1, 9, 10, 11)] == [
        KEPT,
        9_000,
        1_000,
        0,
        0,
    ]


def test_at_least() -> None:
    sales = Target(floor=0, base=100, stretch=200)
    assert [attainment(sold, sales, BPS) for sold in (0, 50, 100, 150, 200, 300)] == [
        0,
        5_000,
        KEPT,
        15_000,
        SURPASSED,
        SURPASSED,
    ]


@given(
    value=VALUE,
    tiers=st.lists(VALUE, min_size=3, max_size=3, unique=True),
    factor=FACTOR,
    down=st.booleans(),
)
def test_more_of_the_promised_never_counts_less(
    value: int, tiers: list[int], factor: int, down: bool
) -> None:
    target = Target(*sorted(tiers, reverse=down))
    better = value - 1 if down else value + 1
    assert (
        attainment(value, target, factor) <= attainment(max(better, 0), target, factor) <= SURPASSED
    )


@given(
    value=VALUE,
    baseline=AMOUNT,
    elasticity=st.integers(min_value=0, max_value=2 * BPS),
    up=st.integers(min_value=0, max_value=2 * BPS),
    down=st.integers(min_value=0, max_value=BPS - 1),
)
def test_an_index_stays_within_its_bounds(
    value: int, baseline: int, elasticity: int, up: int, down: int
) -> None:
    assert BPS - down <= index_factor(value, baseline, elasticity, up, down) <= BPS + up
    assert index_factor(baseline, baseline, elasticity, up, down) == BPS


@given(stake=AMOUNT, periods=PERIODS, curve=CURVE, data=st.data())
def test_a_penalty_never_exceeds_its_cap_and_grows_with_the_shortfall(
    stake: int, periods: int, curve: Curve, data: st.DataObject
) -> None:
    shortfall = data.draw(st.integers(min_value=0, max_value=periods * BPS))
    lost = penalty(stake, shortfall, periods, curve)
    assert 0 <= lost <= stake * curve.cap // BPS
    assert lost <= penalty(stake, periods * BPS, periods, curve)
    assert 0 <= outcome(shortfall, periods) <= BPS


def test_four_days_of_thirty_excuse_as_much_of_a_shortfall() -> None:
    assert excused(3_000, 4, 30 * 86_400) == 2_600
    assert excused(3_000, 30, 30 * 86_400) == 0
    assert excused(3_000, 1, 3_600) == 0


@given(shortfall=RATE, days=st.integers(min_value=0, max_value=400))
def test_force_majeure_never_makes_a_shortfall_worse(shortfall: int, days: int) -> None:
    less = excused(shortfall, days + 1, 90 * 86_400)
    assert 0 <= less <= excused(shortfall, days, 90 * 86_400) <= shortfall


def test_a_replaced_party_shares_by_its_periods() -> None:
    """The example of IBetContracts: B leaves after the first of three periods, C comes with the second."""
    curve = Curve(0, BPS, BPS)
    attained = (30_000, 10_000, 20_000)
    end = settlement(60_000, 60_000, 3, [Member(1, 5_000, curve, 0, a) for a in attained])
    assert end.shares == [30_000, 10_000, 20_000]


@given(bet=bets())
def test_everything_sums_to_the_last_unit(bet: tuple[int, int, int, list[Member]]) -> None:
    pool, value, periods, members = bet
    end = settlement(pool, value, periods, members)
    assert sum(end.payouts) + end.remainder == pool + sum(member.stake for member in members)
    assert 0 <= end.remainder - (pool - value) < len(members) or not any(end.shares)
    assert all(paid >= 0 for paid in end.payouts)
