"""Chain groups in the books until they form: proposals, orders, grabs, choices, each to the unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from erp.database import transaction
from erp.groups import public, schemas
from erp.groups.errors import (
    AlreadyGrabbed,
    GroupExists,
    UnknownCandidate,
    UnknownGroup,
    UnknownRole,
)
from erp.kernel.errors import Disagrees
from erp.kernel.rows import Rows
from erp.parties.errors import UnknownAccount
from tests.erp.groups import (
    GRAB,
    GROUP_ID,
    HUGE,
    SELECT,
    STAKE,
    about,
    forming,
    grab,
    moved,
    order,
    terms,
)
from tests.erp.world import REF, World, account

FUNDS, WALLET = "1012.08", "1012.01"
LEAD = account("lead")


# ---- order --------------------------------------------------------------------------------------


def test_a_group_without_a_proposal_is_booked_all_the_same_and_says_what_no_budget_holds(
    groups: World,
) -> None:
    made = groups.do(order(groups, (300_000,)))
    assert moved(made) == {("lead", FUNDS): 300_000, ("lead", WALLET): -300_000}
    assert about(made, "need", "unbudgeted_minor", "unproposed") == [
        None,
        300_000,
        "it names no proposal",
    ]
    with pytest.raises(GroupExists):
        groups.do(order(groups))


@pytest.mark.parametrize(
    "changed",
    [
        {"budget_minor": 299_999},
        {"grab_end": 1},
        {"select_end": 1},
        {"work_end": 1},
        {"report_end": 1},
    ],
)
def test_an_order_whose_sums_or_windows_do_not_follow_from_its_terms_is_refused(
    groups: World, changed: dict[str, Any]
) -> None:
    with pytest.raises(Disagrees, match=next(iter(changed))):
        groups.do(order(groups, **changed))


def test_rooms_above_find_the_code_of_a_group_that_is_booked_and_none_of_another(
    groups: World,
) -> None:
    made = groups.do(order(groups))
    with transaction(groups.engine) as session:
        assert public.group_code(Rows.of(session), GROUP_ID) == made.number
        assert public.group_code(Rows.of(session), GROUP_ID + 1) is None


# ---- grabs and choices --------------------------------------------------------------------------


def test_a_grab_pays_its_stake_in_and_a_pledge_may_be_larger_than_any_amount(
    groups: World,
) -> None:
    code = groups.do(order(groups)).number
    made = groups.do(grab("n1", 2**60))
    assert moved(made) == {("n1", FUNDS): STAKE, ("n1", WALLET): -STAKE}
    assert about(made, "pledge", "party", "chain_group") == [HUGE, "n1", code]
    with pytest.raises(AlreadyGrabbed):
        groups.do(grab("n1"))


def test_the_stake_is_the_part_of_the_pledge_rounded_up_where_that_is_more(groups: World) -> None:
    groups.do(order(groups, (terms(1_000, stake_bps_of_pledge=1),)))
    groups.do(grab("n1", 100_000_001, stake_minor=10_001))
    with pytest.raises(Disagrees, match="stake_minor is said to be 10000"):
        groups.do(grab("n2", 100_000_001, index=2, leads=False))


@pytest.mark.parametrize(
    ("pledge", "credit", "leads"),
    [(100, 7_000, False), (101, 7_000, True), (100, 7_001, True), (99, 10_000, True), (84, 10_000, False)],
)  # fmt: skip
def test_who_leads_follows_from_pledge_and_credit_and_a_later_equal_does_not(
    groups: World, pledge: int, credit: int, leads: bool
) -> None:
    groups.do(order(groups))
    groups.do(grab("n1", 100))
    second: Callable[[bool], Any] = lambda said: grab(  # noqa: E731
        "n2", pledge, credit_bps=credit, index=2, leads=said
    )
    with pytest.raises(Disagrees, match="leads"):
        groups.do(second(not leads))
    assert groups.do(second(leads)).fields["leads"] is leads


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"round": 2}, Disagrees),
        ({"index": 2}, Disagrees),
        ({"role_id": 2}, UnknownRole),
        ({"group_id": 8}, UnknownGroup),
        ({"node": account("nobody")}, UnknownAccount),
    ],
)
def test_a_grab_that_the_books_know_otherwise_is_refused(
    groups: World, changed: dict[str, Any], error: type[Exception]
) -> None:
    groups.do(order(groups))
    with pytest.raises(error):
        groups.do(grab("n1", **changed))


def choice(command: type[Any], who: str, **values: Any) -> Any:
    """What the event of a leader's choice about a candidate of role 1 says."""
    return command(group_id=GROUP_ID, role_id=1, round=1, node=account(who), **values)


def test_a_rejected_candidate_stands_no_more_and_its_stake_is_named(groups: World) -> None:
    groups.do(order(groups))
    groups.do(grab("n1"))
    groups.do(grab("n2", 90, index=2, leads=False))
    rejected = choice(schemas.RecordCandidateRejection, "n1", stood=True)
    assert groups.do(rejected).fields["stake_held_minor"] == STAKE
    groups.wait(GRAB + SELECT)
    with pytest.raises(Disagrees, match="filled is said to be 1, but the books say 0"):
        groups.do(forming(0))
    with pytest.raises(Disagrees, match="pledge"):
        groups.do(choice(schemas.RecordCandidateSelection, "n2", pledge="91"))
    made = groups.do(choice(schemas.RecordCandidateSelection, "n2", pledge="90"))
    assert made.fields["all_selected"] is True
    assert groups.do(forming(90)).fields["stakes"] == []


def test_a_plan_is_kept_by_its_hash_and_only_of_candidates(groups: World) -> None:
    groups.do(order(groups))
    groups.do(grab("n1"))
    opened = choice(schemas.RecordPlanOpening, "n1", plan_hash=REF, plan=None)
    assert groups.do(opened).fields["party"] == "n1"
    with pytest.raises(UnknownCandidate):
        groups.do(choice(schemas.RecordPlanOpening, "n2", plan_hash=REF, plan=None))
