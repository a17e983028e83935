"""The credit of an account, recomputed from events: the file of vectors, and what the rule promises."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.reference import credit_vectors
from tests.reference.credit_model import DAY, HALF_LIFE_DAYS, Account, kept

START = credit_vectors.START
PRIOR_BPS, PRIOR_VALUE = 6_000, 10_000_000
VALUE = st.integers(min_value=0, max_value=2**56 - 1)
BPS = st.integers(min_value=0, max_value=10_000)
DAYS = st.integers(min_value=0, max_value=40_000)


def test_the_vectors_are_what_this_model_says() -> None:
    path = Path(__file__).parents[1] / "vectors" / "credit.json"
    assert path.read_text() == credit_vectors.text()


def test_the_first_order_of_the_demo_lifts_a_newcomer_to_6_021() -> None:
    account = Account(PRIOR_BPS, PRIOR_VALUE)
    assert account.score(START) == 6_000
    assert account.credit_recorded(START, 55_100, 10_000, 10_000) == 6_021


def test_half_is_left_after_a_half_life_whenever_it_begins() -> None:
    for start in range(2 * HALF_LIFE_DAYS):
        assert kept(2**40, start, start + HALF_LIFE_DAYS) == 2**39


@given(value=VALUE, days=st.lists(DAYS, min_size=3, max_size=3))
def test_looking_in_between_costs_at_most_the_last_unit(value: int, days: list[int]) -> None:
    first, second, third = sorted(days)
    there = kept(value, first, third)
    assert there - 1 <= kept(kept(value, first, second), second, third) <= there


@given(value=VALUE, outcome=BPS, days=DAYS)
def test_time_alone_moves_a_score_towards_the_newcomers(
    value: int, outcome: int, days: int
) -> None:
    account = Account(PRIOR_BPS, PRIOR_VALUE)
    before = account.credit_recorded(START, value, outcome, outcome)
    after = account.score(START + days * DAY)
    assert abs(after - PRIOR_BPS) <= abs(before - PRIOR_BPS) + 1
    assert account.score(START + 100 * 365 * DAY) == PRIOR_BPS


@given(value=VALUE, outcome=BPS, days=DAYS, wait=DAYS)
def test_a_registry_that_follows_says_what_was_said_before(
    value: int, outcome: int, days: int, wait: int
) -> None:
    old, new = (Account(PRIOR_BPS, PRIOR_VALUE) for _ in range(2))
    for account in (old, new):
        account.credit_recorded(START, value, outcome, outcome)
        account.component_recorded(START, "bets", value // 2, 10_000 - outcome)
    new.succeeded(PRIOR_BPS, PRIOR_VALUE)
    time = START + days * DAY
    assert new.score(time) == old.score(time)
    assert new.component_recorded(time, "users", 0, 0) == old.score(time)
    later = time + wait * DAY
    assert abs(new.score(later) - old.score(later)) <= 1  # one more rounding in between


@given(
    history=st.lists(
        st.tuples(st.sampled_from(("promise", "bets", "peers", "users")), VALUE, BPS), max_size=8
    ),
    component=st.sampled_from(("promise", "bets", "peers", "users")),
    value=VALUE,
)
def test_a_full_outcome_never_lowers_a_score_and_none_never_raises_it(
    history: list[tuple[str, int, int]], component: str, value: int
) -> None:
    def tell(account: Account, component: str, value: int, outcome: int) -> int:
        if component == "promise":
            return account.credit_recorded(START, value, outcome, outcome)
        return account.component_recorded(START, component, value, outcome)

    for outcome in (0, 10_000):
        account = Account(PRIOR_BPS, PRIOR_VALUE)
        for told in history:
            tell(account, *told)
        before = account.score(START)
        after = tell(account, component, value, outcome)
        # Rounding may take the last point.
        assert after >= before - 1 if outcome else after <= before
