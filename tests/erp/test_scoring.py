"""Scores, order and prices of bids are those of the shared rules: on the vectors of the contracts, and at random."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.procurement import scoring
from erp.procurement.scoring import Bid, Rank, Weighing
from tests.reference import bid_scoring as model

VECTORS: dict[str, list[dict[str, str]]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "bid_scoring.json").read_text()
)
BIDS = st.lists(
    st.tuples(st.integers(1, 2_000), st.integers(0, 30), st.integers(0, 10_000)), max_size=6
)


def bid_of(case: dict[str, int]) -> Bid:
    return Bid("one", case.get("amount", 0), case["credit_bps"], 1, case["offered_days"])


def rule_of(case: dict[str, int]) -> Weighing:
    return Weighing(case["day_value"], case["weight_bps"])


@pytest.mark.parametrize("kind", sorted(VECTORS))
def test_every_vector_holds(kind: str) -> None:
    assert VECTORS[kind]
    for texts in VECTORS[kind]:
        case = {name: int(value) for name, value in texts.items()}
        assert result_of(kind, case) == case["expected"], case


def result_of(kind: str, case: dict[str, int]) -> int:
    """What the ERP computes for a case of the vectors."""
    if kind == "score":
        return scoring.score(bid_of(case), rule_of(case))
    if kind == "matching":
        return scoring.matching(case["score"], bid_of(case), rule_of(case))
    if kind == "next":
        return scoring.next_bid(case["leading"], case["decrement_bps"])
    # by price alone a score is the amount
    one = Bid("one", case["score"], case["credit_bps"], case["index"])
    other = Bid("other", case["other_score"], case["other_credit_bps"], case["other_index"])
    return int(scoring.place(one, Weighing()) < scoring.place(other, Weighing()))


@given(
    BIDS,
    st.integers(0, 50),
    st.integers(0, 10_000),
    st.integers(1, 2_000),
    st.booleans(),
    st.randoms(),
)
def test_whatever_the_order_of_reveals_the_winner_and_its_price_are_those_of_the_model(
    rows: list[tuple[int, int, int]],
    day_value: int,
    weight: int,
    ceiling: int,
    second: bool,
    dice: object,
) -> None:
    bids = [
        Bid(str(index), amount, credit, index, days)
        for index, (amount, days, credit) in enumerate(rows, start=1)
    ]
    rule = Weighing(day_value, weight)
    valid = [bid for bid in bids if bid.amount <= ceiling]
    dice.shuffle(valid)  # type: ignore[attr-defined]
    rank = Rank()
    for bid in [*valid, *valid]:  # said twice: nothing changes
        rank = scoring.compete(rank, bid, bids, rule, second_price=second)
    expected = model.price(
        [model.Bid(b.amount, b.offered_days, b.credit_bps, b.index) for b in bids],
        model.Rule(day_value, weight),
        ceiling,
        second_price=second,
    )
    paid = scoring.price(rank, bids, rule, ceiling, second_price=second)
    if expected is None:
        assert (rank.leader, paid) == (None, None)
    else:
        assert (rank.leader, paid) == (str(expected[0].index), expected[1])


def test_a_struck_leader_makes_room_for_the_next_and_nobody_is_next() -> None:
    assert scoring.without(Rank("a", "b"), "a") == Rank("b", None)
    assert scoring.without(Rank("a", "b"), "b") == Rank("a", None)
    assert scoring.without(Rank("a", "b"), "c") == Rank("a", "b")
