"""bad-review: reviews below the mark reopen the service role, a better node takes it, the first is settled."""

from __future__ import annotations

import pytest
from groups import Group, role_of
from house import DAY, HOUR, MONEY, NODES, House, refuses

LEADER, MAKER, FIRST, BETTER, THIRD = NODES[:5]
PAY, STAKE, MARK = 100_001, 5_000, 6_000
MAKING, SERVICE = 1, 2


@pytest.fixture
def group(house: House) -> Group:
    """A maker, and a service role that three reviews below the mark reopen."""
    found = Group(house, LEADER)
    found.open([role_of(PAY, STAKE), role_of(PAY, STAKE, mark=MARK, reviews=3)], target=10)
    found.grab(MAKING, MAKER, 10)
    found.grab(SERVICE, FIRST, 10)
    found.form()
    return found


def complain(group: Group) -> None:
    """Three users, of whom one was content: 4,800 by the value of what they bought."""
    for score, weight in ((2_000, 300), (9_000, 200), (4_000, 100)):
        group.review(SERVICE, score, weight)


def reopen(group: Group) -> None:
    """Anybody reopens it."""
    group.contract.reopenRole(group.id, SERVICE, group.house.by("stranger"))


def test_reviews_below_the_mark_reopen_the_role_and_a_better_node_takes_it(group: Group) -> None:
    house = group.house
    group.earn(SERVICE, 3_000)
    complain(group)
    reopen(group)
    assert int(group.holder(SERVICE), 16) == 0
    with refuses("ChainGroups_FormerHolderCannotGrab"):
        group.grab(SERVICE, FIRST, 99)
    group.grab(SERVICE, THIRD, 11)
    group.grab(SERVICE, BETTER, 12)
    house.wait(2 * HOUR)
    group.contract.seatRole(group.id, SERVICE, house.by("stranger"))
    assert group.holder(SERVICE) == house[BETTER]
    assert group.holder(MAKING) == house[MAKER]


def test_the_first_keeps_what_it_earned_and_its_stake_and_the_rest_is_its_successors(
    group: Group,
) -> None:
    house = group.house
    group.earn(SERVICE, 3_333)
    complain(group)
    reopen(group)
    group.release(SERVICE, FIRST)
    first = PAY * 3_333 // 10_000
    assert group.pay(SERVICE) == first
    assert house.money(FIRST) == MONEY + first

    group.grab(SERVICE, BETTER, 12)
    house.wait(2 * HOUR)
    group.contract.seatRole(group.id, SERVICE, house.by("stranger"))
    group.earn(SERVICE, 10_000)
    assert group.pay(SERVICE, round_=2) == PAY - first
    house.wait_until(group.report_end)
    group.close()
    group.release(SERVICE, BETTER, round_=2)
    group.release(MAKING, MAKER)
    assert group.return_budget() == PAY  # the maker's, of which nothing was earned
    assert house.held("GroupPay") == 0


def test_reviews_move_the_credit_of_the_first_and_not_of_its_successor(group: Group) -> None:
    house, reviews = group.house, group.house.contracts["UserReviews"]
    before = house.score(FIRST)
    complain(group)
    with refuses("UserReviews_StillHeld"):
        reviews.recordFeedback(group.id, SERVICE, 1, house.by("stranger"))
    reopen(group)
    group.grab(SERVICE, BETTER, 12)
    sent = reviews.recordFeedback(group.id, SERVICE, 1, house.by("stranger"))
    assert sent.events["FeedbackOutcomeRecorded"]["outcomeBps"] < MARK
    assert house.score(FIRST) < before
    assert house.score(BETTER) == before
    with refuses("UserReviews_FeedbackRecorded"):
        reviews.recordFeedback(group.id, SERVICE, 1, house.by("stranger"))


def test_one_angry_user_is_not_enough_and_neither_are_three_content_ones(group: Group) -> None:
    group.review(SERVICE, 0, 10_000)
    with refuses("ChainGroups_HolderKeepsItsRole"):
        reopen(group)
    group.review(SERVICE, 10_000, 10_000)
    group.review(SERVICE, 8_000, 10_000)  # the mean is the mark itself
    with refuses("ChainGroups_HolderKeepsItsRole"):
        reopen(group)
    group.review(SERVICE, 5_999, 1)
    group.review(SERVICE, 5_999, 30_000)
    reopen(group)


def test_a_holder_that_leaves_of_itself_makes_room_too(group: Group) -> None:
    house = group.house
    group.earn(SERVICE, 3_000)
    group.contract.resignRole(group.id, SERVICE, house.by(FIRST))
    group.release(SERVICE, FIRST)
    assert group.pay(SERVICE) == PAY * 3_000 // 10_000
    group.grab(SERVICE, BETTER, 12)
    house.wait(2 * HOUR)
    group.contract.seatRole(group.id, SERVICE, house.by("stranger"))
    assert group.holder(SERVICE) == house[BETTER]


def test_a_role_that_nobody_takes_anew_ends_with_the_group(group: Group) -> None:
    house = group.house
    complain(group)
    reopen(group)
    house.wait_until(group.report_end)
    group.close()
    for role, node in ((MAKING, MAKER), (SERVICE, FIRST)):
        group.release(role, node)
    assert group.return_budget() == 2 * PAY
    assert [house.money(who) for who in (LEADER, MAKER, FIRST)] == [MONEY] * 3
    house.wait(DAY)
