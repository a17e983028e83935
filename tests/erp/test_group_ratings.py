"""What users say of holders of roles, and members of each other: sums, marks, outcomes, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from erp.groups import ratings_schemas as r
from erp.groups import rules
from erp.groups import schemas as s
from erp.groups.errors import AlreadyCounted, AlreadySealed, NotAMember
from erp.kernel.errors import Disagrees, WrongStatus
from tests.erp.groups import (
    GRAB,
    GROUP_ID,
    SELECT,
    about,
    approved,
    forming,
    grab,
    order,
    order_on,
    prepare,
    reopening,
    role_plan,
    settlement,
    terms,
)
from tests.erp.world import REF, World, account

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "peer_ratings.json").read_text())
HUGE = 2**60  # a weight is the value of an order: above what an amount may be


def review(score: int, weight: int, who: str = "n1", round_: int = 1) -> Any:
    """What the event of a review of role 1 says."""
    return r.RecordReviewAttestation(
        group_id=GROUP_ID, role_id=1, round=round_, holder=account(who), score_bps=score, weight=str(weight),
        review_ref=REF, review=None,
    )  # fmt: skip


def feedback(outcome: int, weight: int, who: str = "n1", round_: int = 1) -> Any:
    """What the event of a counted mean says."""
    return r.RecordFeedbackOutcome(
        group_id=GROUP_ID, role_id=1, round=round_, holder=account(who), weight=str(weight), outcome_bps=outcome
    )  # fmt: skip


def seal(who: str) -> Any:
    """What the event of sealed ratings says."""
    return r.RecordPeerRatingSeal(
        group_id=GROUP_ID, rater=account(who), commitment=REF, credit_bps=7_000
    )


def rating(rater: str, rated: str, weight: int, weighted: int, centre: int = 7_000) -> Any:
    """What the event of an opened rating says."""
    return r.RecordPeerRating(
        group_id=GROUP_ID, rater=account(rater), rated=account(rated), score_bps=9_000, weight=weight,
        weighted=weighted, centre_bps=centre, reason_ref="0x" + "00" * 32,
    )  # fmt: skip


def outcome(member: str, ratings: int, bps: int) -> Any:
    """What the event of a counted outcome says."""
    return r.RecordPeerOutcome(
        group_id=GROUP_ID, member=account(member), ratings=ratings, weight=str(HUGE), outcome_bps=bps
    )  # fmt: skip


def fill_tables(world: World) -> None:
    """At least one row in every table of groups: one that was proposed, changed its holder, ended and was rated."""
    prepare(world)
    opened = order_on(world, approved(world, 40_000), 40_000)
    made = world.do(opened)
    world.do(role_plan(world, "n1"))
    world.do(grab("n1"))
    world.wait(GRAB + SELECT)
    world.do(forming(100))
    world.do(reopening(world, "n1", "resigned"))
    world.do(grab("n2", round=2))
    world.wait(GRAB + SELECT)
    world.do(
        s.RecordRoleSeating(group_id=GROUP_ID, role_id=1, round=2, holder=account("n2"), pledge="100")
    )  # fmt: skip
    world.do(s.RecordBetBinding(group_id=GROUP_ID, leader=account("lead"), bet_id=5))
    world.do(review(7_000, HUGE, "n2", round_=2))
    world.do(settlement(made.fields["budget_minor"], 0, bet_id=5))
    for who in ("lead", "n2"):
        world.do(seal(who))
    world.do(rating("n2", "lead", 4_915, 2_295_329, 6_500))


@pytest.fixture
def working(groups: World) -> World:
    """A group that works: n1 holds role 1, whose mark is 6,000 from the second review on, and n2 role 2."""
    groups.do(order(groups, (terms(1_000, review_mark_bps=6_000, min_reviews=2), 1_000)))
    groups.do(grab("n1"))
    groups.do(grab("n2", role_id=2))
    groups.wait(GRAB + SELECT)
    groups.do(forming(200))
    return groups


@pytest.fixture
def settled(working: World) -> World:
    """The same group after its work."""
    working.do(settlement(2_000, 0))
    return working


@pytest.mark.parametrize("vector", VECTORS["outcome"])
def test_an_outcome_of_peers_is_that_of_the_shared_vectors(vector: dict[str, str]) -> None:
    values = {name: int(value) for name, value in vector.items()}
    found = rules.peer_outcome(values["centre"], values["sum"], values["weight"])
    assert found == values["expected"]


def test_a_role_falls_below_its_mark_by_the_weighted_mean_of_enough_reviews(working: World) -> None:
    first = working.do(review(5_000, HUGE))
    assert about(first, "below_mark", "mean_bps", "reviews") == [False, 5_000, 1]  # too few
    up = working.do(review(7_000, HUGE))
    assert about(up, "below_mark", "mean_bps") == [False, 6_000]  # at the mark, not below
    down = working.do(review(5_999, 1))
    assert about(down, "below_mark", "mean_bps", "reviews") == [True, 5_999, 3]


def test_a_review_of_another_or_of_a_former_holder_is_refused(working: World) -> None:
    with pytest.raises(Disagrees, match="holder"):
        working.do(review(5_000, 1, "n2"))
    working.do(review(5_000, 1))
    reopened = working.do(reopening(working, "n1", "reviews"))
    assert reopened.fields["reviewed"] is True
    with pytest.raises(Disagrees, match="ended"):
        working.do(review(5_000, 1))
    working.do(feedback(5_000, 1))


def test_feedback_is_the_mean_rounded_down_and_is_counted_once(working: World) -> None:
    working.do(review(5_000, 3))
    working.do(review(5_001, 1))
    made = working.do(settlement(2_000, 0))
    assert made.fields["reviewed"] == [{"role_id": 1, "round": 1}]
    for wrong in (feedback(5_001, 4), feedback(5_000, 5), feedback(5_000, 4, "n2")):
        with pytest.raises(Disagrees):
            working.do(wrong)
    working.do(feedback(5_000, 4))
    with pytest.raises(AlreadyCounted):
        working.do(feedback(5_000, 4))


def test_feedback_without_a_review_is_refused(settled: World) -> None:
    with pytest.raises(Disagrees, match="outcome_bps is said to be 0"):
        settled.do(feedback(0, 0))


def test_members_rate_once_the_group_is_settled_and_nobody_else_does(working: World) -> None:
    with pytest.raises(WrongStatus):
        working.do(seal("n1"))
    working.do(settlement(2_000, 0))
    working.do(seal("n1"))
    with pytest.raises(AlreadySealed):
        working.do(seal("n1"))
    for refused in (seal("n3"), rating("n2", "n1", 1, 1), rating("n1", "n3", 1, 1)):
        with pytest.raises(NotAMember):
            working.do(refused)


def test_an_outcome_follows_from_the_ratings_that_count(settled: World) -> None:
    for who in ("lead", "n2"):
        settled.do(seal(who))
    unheard = settled.do(rating("lead", "n1", 0, 0, 0))
    assert unheard.fields["first"] is False
    first = settled.do(rating("n2", "n1", 4_915, 2_295_329, 6_500))
    assert first.fields["first"] is True
    with pytest.raises(Disagrees, match="centre_bps"):
        settled.do(rating("lead", "n1", 1, 1, 6_501))
    with pytest.raises(Disagrees, match="weighted"):
        settled.do(rating("lead", "n1", 0, 1, 6_500))
    for wrong in (outcome("n1", 2, 6_551), outcome("n1", 1, 6_552)):
        with pytest.raises(Disagrees):
            settled.do(wrong)
    settled.do(outcome("n1", 1, 6_551))
    with pytest.raises(AlreadyCounted):
        settled.do(outcome("n1", 1, 6_551))
    with pytest.raises(NotAMember):
        settled.do(outcome("n2", 1, 7_000))
