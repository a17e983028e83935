"""The model of pledges: that the shared table is what it says, and that the ERP computes the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.groups import rules
from erp.groups.rules import Pledged
from tests.reference.role_ranking import BPS, VECTORS, rendered

RATE = st.integers(0, BPS)
PLEDGES = st.integers(1, 60) | st.integers(1, 2**60)
GRABS = st.lists(st.tuples(PLEDGES, RATE), min_size=1, max_size=6)
TABLE: dict[str, list[dict[str, str]]] = json.loads(VECTORS.read_text())


def test_the_shared_table_is_what_the_model_says() -> None:
    assert VECTORS.read_text() == rendered()


@pytest.mark.parametrize("kind", sorted(TABLE))
def test_every_vector_holds(kind: str) -> None:
    for texts in TABLE[kind]:
        case = {name: int(value) for name, value in texts.items()}
        assert result_of(kind, case) == case["expected"], case


def result_of(kind: str, case: dict[str, int]) -> int:
    """What the ERP computes for a case of the vectors."""
    if kind == "worth":
        return rules.worth_of(case["pledge"], case["credit_bps"], case["weight_bps"])
    if kind == "stake":
        return rules.stake_up(case["least"], case["pledge"], case["bps"])
    own = case["pledge"], case["credit_bps"]
    best = case["best_pledge"], case["best_credit_bps"]
    return int(rules.leads(own, best, case["weight_bps"]))


@given(GRABS, RATE)
def test_the_first_in_rank_is_whoever_stands_after_all_grabs(
    grabs: list[tuple[int, int]], weight: int
) -> None:
    candidates = [
        Pledged(f"N{place}", pledge, credit, place)
        for place, (pledge, credit) in enumerate(grabs, start=1)
    ]
    best: Pledged | None = None
    for one in candidates:
        standing = None if best is None else (best.pledge, best.credit_bps)
        if rules.leads((one.pledge, one.credit_bps), standing, weight):
            best = one
    assert rules.ranked(reversed(candidates), weight)[0] == best


@given(st.none() | st.tuples(PLEDGES, RATE), RATE, RATE, PLEDGES, st.integers(0, 2**60))
def test_the_least_pledge_that_leads_leads_and_one_less_does_not(
    best: tuple[int, int] | None, credit: int, weight: int, floor: int, room: int
) -> None:
    most = floor + room
    least = rules.least_to_lead(best, credit, weight, (floor, most))
    if least is None:
        assert not rules.leads((most, credit), best, weight)
        return
    assert floor <= least <= most
    assert rules.leads((least, credit), best, weight)
    assert least == floor or not rules.leads((least - 1, credit), best, weight)


def test_a_better_credit_needs_a_smaller_pledge_to_lead() -> None:
    best = (600, 7_000)  # counts 510
    assert rules.least_to_lead(best, 10_000, 5_000, (1, 1_000)) == 510
    assert rules.least_to_lead(best, 7_000, 5_000, (1, 1_000)) == 601
    assert rules.least_to_lead(best, 0, 5_000, (1, 1_000)) is None
    assert rules.least_to_lead(best, 0, 10_000, (1, 1_000)) is None
