"""The model of bids: that the shared table is what it says, and that it says what tenders promise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.reference.bid_scoring import (
    BPS,
    VECTORS,
    Bid,
    Rule,
    matching,
    next_bid,
    price,
    rendered,
    score,
)

RATE = st.integers(min_value=0, max_value=BPS)
RULE = st.builds(Rule, st.integers(min_value=0, max_value=5), RATE)
SMALL = st.integers(min_value=1, max_value=60)
CEILING = 50


def _bids(count: int) -> st.SearchStrategy[list[Bid]]:
    days = st.integers(min_value=1, max_value=3)
    return st.tuples(
        *(st.builds(Bid, SMALL, days, RATE, st.just(i + 1)) for i in range(count))
    ).map(list)


def test_the_shared_table_is_what_the_model_says() -> None:
    assert VECTORS.read_text() == rendered()


def test_the_worked_case() -> None:
    rule = Rule(day_value=1_000, weight_bps=1_000)
    assert score(Bid(1_150_000, 10, 7_000, 1), rule) == 1_194_800


@given(bids=_bids(3), rule=RULE)
def test_a_winner_is_paid_at_least_what_it_asked_and_at_most_the_ceiling(
    bids: list[Bid], rule: Rule
) -> None:
    awarded = price(bids, rule, CEILING, second_price=True)
    if awarded is not None:
        winner, paid = awarded
        assert winner.amount <= paid <= CEILING


@given(bids=_bids(3), rule=RULE, lie=SMALL)
def test_nobody_gains_by_bidding_other_than_its_cost(bids: list[Bid], rule: Rule, lie: int) -> None:
    def gain(tender: list[Bid], cost: int) -> int:
        awarded = price(tender, rule, CEILING, second_price=True)
        return awarded[1] - cost if awarded is not None and awarded[0].index == 1 else 0

    truth = bids[0]
    lied = [truth._replace(amount=lie), *bids[1:]]
    assert gain(lied, truth.amount) <= gain(bids, truth.amount)


@given(bid=_bids(1), rule=RULE, worse=st.integers(min_value=0, max_value=100))
def test_the_second_price_is_the_largest_that_matches(
    bid: list[Bid], rule: Rule, worse: int
) -> None:
    runner_up = score(bid[0], rule) + worse
    paid = matching(runner_up, bid[0], rule)
    assert score(bid[0]._replace(amount=paid), rule) <= runner_up
    assert score(bid[0]._replace(amount=paid + 1), rule) > runner_up


@given(leading=SMALL, decrement_bps=RATE)
def test_each_next_bid_is_lower(leading: int, decrement_bps: int) -> None:
    assert 0 <= next_bid(leading, decrement_bps) < leading
