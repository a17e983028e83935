"""The model of peer ratings, on the vectors that the contracts are held against too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import rating_model as model

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "peer_ratings.json").read_text()
)
FUNCTIONS: dict[str, Callable[..., int]] = {
    "weight": model.weight,
    "weighted": model.weighted,
    "outcome": model.outcome,
    "record_weight": model.record_weight,
    "bound": model.bound,
}
BPS = st.integers(min_value=0, max_value=model.BPS)
LISTS = st.lists(st.tuples(BPS, st.lists(BPS, min_size=2, max_size=6)), max_size=12)


@pytest.mark.parametrize(
    ("name", "vector"), [(name, vector) for name in FUNCTIONS for vector in VECTORS[name]]
)
def test_vector(name: str, vector: dict[str, str]) -> None:
    arguments = [int(value) for key, value in vector.items() if key != "expected"]
    assert FUNCTIONS[name](*arguments) == int(vector["expected"])


@pytest.mark.parametrize("vector", VECTORS["group"])
def test_group_vector(vector: dict[str, Any]) -> None:
    members = int(vector["members"])
    scores = [int(score) for score in vector["scores"]]
    lists = [
        (
            str(rater),
            {
                str(rated): score
                for rated, score in enumerate(scores[rater * members : (rater + 1) * members])
                if score >= 0
            },
        )
        for rater in range(members)
    ]
    credit = {str(member): int(bps) for member, bps in enumerate(vector["credit"])}
    tallies = model.Peers().group(lists, credit=credit)
    for member in range(members):
        if str(member) not in tallies:
            assert vector["weights"][member] == "0"
            continue
        tally = tallies[str(member)]
        assert tally.sum == int(vector["sums"][member])
        assert tally.weight == int(vector["weights"][member])
        assert tally.outcome == int(vector["outcomes"][member])


def _tally(centre: int, lists: list[tuple[int, list[int]]]) -> model.Tally:
    """What is said of a member that stands first in each list."""
    tally = model.Tally(centre)
    for credit, scores in lists:
        weight = model.weight(credit, 7_000)
        tally.sum += model.weighted(weight, scores[0], sum(scores), len(scores))
        tally.weight += weight
    return tally


@given(centre=BPS, honest=LISTS, attackers=LISTS)
def test_attackers_move_nobody_by_more_than_the_bound(
    centre: int, honest: list[tuple[int, list[int]]], attackers: list[tuple[int, list[int]]]
) -> None:
    before = _tally(centre, honest)
    after = _tally(centre, honest + attackers)
    moved = abs(after.outcome - before.outcome)
    assert moved <= model.bound(before.weight, after.weight - before.weight)


@given(weight=st.integers(0, model.MAX_WEIGHT), scores=st.lists(BPS, min_size=2, max_size=64))
def test_a_rater_gives_to_one_what_it_takes_from_others(weight: int, scores: list[int]) -> None:
    given_ = [model.weighted(weight, score, sum(scores), len(scores)) for score in scores]
    assert abs(sum(given_)) < len(scores), "rounding alone"
    assert all(abs(amount) <= weight * model.BAND_BPS for amount in given_)
