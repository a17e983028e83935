"""What a changed bet means for each party in the worst, the base and the expected case, from the books as they stand."""

from __future__ import annotations

import pytest

from erp.bets.change_outlooks import outlooks_of
from erp.bets.change_queries import bet_change
from erp.bets.outlooks import Outlook
from erp.bets.rules import KEPT
from erp.bets.tables import BetParty
from erp.boards.bet_progress import bet_progress
from erp.boards.bet_text import progress_tables
from erp.boards.text import lines
from erp.database import snapshot
from erp.kernel.rows import Rows
from tests.erp.bet_changes import (
    agreed,
    agreement,
    amended,
    amendment_signed,
    approve,
    bet,
    change,
    proposed,
    running,
)
from tests.erp.bet_terms import EXPECTED, POOL, STAKE, member, sales
from tests.erp.groups import TOKENS, prepare
from tests.erp.test_bet_changes import settled
from tests.erp.test_bets import measured
from tests.erp.world import DAY, World
from tests.reference.bet_math import Curve, Member, settlement

MOST = STAKE // 2  # that a party can lose
CURVE = Curve(500, 10_000, 5_000)
PERIODS = 2
HOPED = 7_500  # attainment of 900 where 600 is the floor and 1,000 the base
LOST = (
    2_000  # by n1 in the first period: beyond the tolerance it missed 2,000 of 20,000 basis points
)
SUMS = {"penalties_minor": LOST, "weight": 182_000_000}


@pytest.fixture(autouse=True)
def books(world: World) -> None:
    """A bet of n1 and n2 over two periods; the first is over."""
    prepare(world)
    world.party("n4", 8, TOKENS)
    running(world)
    world.wait(31 * DAY)


def n1_reports(world: World) -> None:
    """In the first period n1 reached 7,000 of 10,000; in the second it is taken to keep its promise."""
    told = {
        "kept_bps": 7_000,
        "shortfall_bps": 3_000,
        "attainment_bps": 7_000,
        "penalty_minor": LOST,
    }
    world.do(measured("n1", 880, **told, contribution=102_000_000, **SUMS))


def cases(world: World, number: str) -> list[Outlook]:
    with snapshot(world.engine) as session:
        rows = Rows.of(session)
        return outlooks_of(rows, bet_change(rows, number), world.now)


def results(found: list[Outlook], case: str) -> list[tuple[int, int]]:
    """Penalty and share of each."""
    told = [getattr(each, case) for each in found]
    return [(each.penalty_minor, each.share_minor) for each in told]


def reference(value: int, *reached: tuple[int, int]) -> list[tuple[int, int]]:
    """Penalty and share of each by the reference, from sums of shortfalls and of shares times attainment."""
    members = [Member(STAKE, 1, CURVE, missed, weight) for missed, weight in reached]
    said = settlement(POOL, value, PERIODS, members)
    return list(zip(said.penalties, said.shares, strict=True))


def test_what_was_reported_counts_as_it_is_and_the_rest_as_the_change_has_it(world: World) -> None:
    n1_reports(world)
    parties = member("n1", 5_000, sales(base=800, expected=700)), member("n2", 5_000)
    found = cases(world, proposed(world, *parties, periods=3))
    base = (3_000, 6_000 * 7_000 + 10_000 * KEPT), (0, 14_000 * KEPT)
    assert results(found, "base") == reference(POOL, *base)
    hoped = (
        (3_000 + 2 * 5_000, 6_000 * 7_000 + 10_000 * 5_000),
        (3 * 2_500, 14_000 * HOPED),
    )
    assert results(found, "expected") == reference(EXPECTED, *hoped)
    assert results(found, "worst") == [(MOST, 0), (MOST, 0)], "n2 may still miss the first period"
    assert [each.base.kept_bps for each in found] == [(7_000 + 2 * KEPT) // 3, KEPT]


def test_a_period_that_nobody_reported_in_time_is_kept_in_every_case(world: World) -> None:
    number = proposed(world)
    assert {each.worst.kept_bps for each in cases(world, number)} == {0}
    world.wait(DAY)
    assert {each.worst.kept_bps for each in cases(world, number)} == {KEPT // 2}


def test_the_base_case_is_what_the_settlement_gives_when_all_keep_their_word(world: World) -> None:
    n1_reports(world)
    parties = member("n1", 6_000), member("n4", 4_000)
    who = {"leaver": "n2", "newcomer": "n4"}
    number, made = agreed(world, *parties, **who), change(world, *parties, **who)
    found = cases(world, number)
    assert [(each.party, each.share_bps) for each in found] == [
        ("n1", 6_000),
        ("n2", 4_000),
        ("n4", 4_000),
    ]
    world.do(amended(number, made))
    for place in range(2):
        world.do(amendment_signed(made, place))
    world.do(
        agreement(
            made, staked_minor=3 * STAKE, weight=SUMS["weight"], leaver=amended(number, made).leaver
        )
    )
    world.do(measured(None, POOL, period=0, **SUMS, value_added_minor=POOL))
    end = {"value_added_minor": POOL, "penalties_minor": LOST, "remainder_minor": 0}
    world.do(settled(SUMS["weight"]).model_copy(update=end))
    got = [world.rows_of(BetParty, bet(world), each.party) for each in found]
    assert [(each.penalty_minor, each.share_minor) for each in got] == results(found, "base")


def test_proposal_and_approval_keep_the_cases_as_the_books_had_them(world: World) -> None:
    number = proposed(world)
    before = world.last("bet_change").fields["outlooks"]
    assert [each["worst_minor"] for each in before] == [-MOST, -MOST]
    n1_reports(world)
    after = approve(world, number, "n1").fields["outlooks"]
    assert after[0]["base_minor"] < before[0]["base_minor"]
    assert [each["base_minor"] for each in after] == [
        each.base.result_minor for each in cases(world, number)
    ]


def test_the_progress_of_a_bet_shows_what_a_change_would_mean_until_it_binds(world: World) -> None:
    number = agreed(world)
    with snapshot(world.engine) as session:
        board = bet_progress(session, bet(world), world.now)
    (ahead,) = board.changes
    assert f"{number} APPROVED, from period 2 on" in "\n".join(lines(progress_tables(board)))
    assert (ahead.number, ahead.status, ahead.from_period) == (number, "APPROVED", 2)
    assert list(ahead.outlooks) == cases(world, number)
    made = change(world)
    world.do(amended(number, made))
    for place in range(2):
        world.do(amendment_signed(made, place))
    world.do(agreement(made, staked_minor=2 * STAKE, weight=200_000_000))
    with snapshot(world.engine) as session:
        assert bet_progress(session, bet(world), world.now).changes == ()
