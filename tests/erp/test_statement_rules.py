"""The rules of the win-win statement on lines made by hand: who is inside when, and what leaves the total."""

from __future__ import annotations

from dataclasses import replace

import pytest

from erp.ledger.chart import CHART
from erp.rights.table import Spell
from erp.statements import rules
from erp.statements.circle import Inside, Pots, to_the_end
from erp.statements.errors import NoSuchPeriod
from erp.statements.model import (
    ELIMINATIONS,
    TOTAL,
    BookedLine,
    Books,
    Deed,
    Scope,
    ScopeKind,
    UserAct,
)
from erp.statements.periods import Period, periods
from erp.statements.rows import BY_CODE, KEPT, NOT_SHOWN, ROWS, SERVICES, SUMS, is_result, row_of

A, B, OUT = "A", "B", "OUT"
PERIOD = Period(0, 100, "all")
DAY = 86_400
MEMBERS = Inside.of([Spell(A, 0, None), Spell(B, 10, 50)], A)


def line(
    entity: str, account: str, credit: int, other: str | None = None, at: int = 20, **said: object
) -> BookedLine:
    """A line of the first document, credits above zero."""
    made = BookedLine(1, 1, 1, "DOC-1", "payment", at, entity, account, other, credit)
    return replace(made, **said)  # type: ignore[arg-type]


def books(
    *lines: BookedLine,
    acts: tuple[UserAct, ...] = (),
    pots: Pots | None = None,
    kind: ScopeKind = ScopeKind.GROUP,
) -> Books:
    """These lines, of a group that A leads and in which B is a member from 10 to 50."""
    return Books(Scope(kind, "G"), MEMBERS, lines, acts, pots or Pots(), rules.partners(lines))


def values(found: Books) -> dict[tuple[str, str], int | None]:
    """All cells of the period."""
    cells, _ = rules.grid(found, PERIOD, [A, B], frozenset({B}))
    return {key: cell.value for key, cell in cells.items()}


# ---- rows and accounts ---------------------------------------------------------------------------


def test_every_account_of_income_and_cost_stands_in_one_row_or_says_why_in_none() -> None:
    leaves = [a.code for a in CHART if a.leaf and is_result(a.code)]
    assert leaves
    for code in leaves:
        assert (row_of(code) is None) == (code in NOT_SHOWN), f"{code} needs a row, or a reason"
    named = [code for row in ROWS for code in row.accounts]
    assert len(named) == len(set(named))
    assert all(NOT_SHOWN.values())


def test_every_row_that_sums_accounts_is_part_of_the_value() -> None:
    parts = {row for of in SUMS.values() for row in of}
    assert {row.code for row in ROWS if row.accounts} <= parts
    assert [row.code for row in ROWS] == sorted(
        BY_CODE, key=lambda code: [int(n) for n in code.split(".")]
    )


def test_an_added_account_stands_where_the_one_above_it_does() -> None:
    assert row_of("6602.03.01") == row_of("6602.03") == "4.2.2"
    assert row_of("6602.77") == row_of("6602.04") == "4.1.3"
    assert row_of("6301.02") == "3.2.4"
    assert row_of("6801.01") is None
    assert row_of("6401", of_service=True) == SERVICES
    assert row_of("6001", of_service=True) == "3.1"


# ---- inside and outside --------------------------------------------------------------------------


def test_what_members_pay_each_other_leaves_the_total_and_stays_in_their_columns() -> None:
    found = values(
        books(line(A, "6602.03", -70, B), line(B, "6051.03", 70, A), line(A, "6051.04", 100))
    )
    assert (found["3.3", TOTAL], found["4.4", TOTAL], found["2.2", TOTAL]) == (100, 0, 100)
    assert (found["4.2.2", A], found["3.2.3", B]) == (70, 70)
    assert (found["3.2.3", ELIMINATIONS], found["4.2.2", ELIMINATIONS]) == (-70, -70)
    assert (found["2.5", A], found["2.3", B], found["2.3.1", B]) == (30, 70, 70)


@pytest.mark.parametrize(("at", "total"), [(9, 0), (10, 70), (49, 70), (50, 0)])
def test_membership_at_the_time_of_the_entry_decides_what_is_inside(at: int, total: int) -> None:
    found = values(books(line(A, "6602.03", -70, B, at), line(B, "6051.03", 70, A, at)))
    assert found["4.4", TOTAL] == 70 - total
    assert found["3.3", B] == total


def test_whoever_was_a_member_to_the_end_is_one_for_what_is_booked_afterwards() -> None:
    spells = [Spell(A, 0, 50), Spell(B, 10, 40)]
    inside = Inside.of(to_the_end(spells, 50))
    assert (inside.holds(A, 99), inside.holds(B, 39), inside.holds(B, 40)) == (True, True, False)
    assert not Inside.of(to_the_end(spells, None)).holds(A, 50)


def test_books_of_who_is_no_member_are_told_apart() -> None:
    found, others = rules.grid(
        books(line(OUT, "6001", 30, A), line(A, "6801", -5)), PERIOD, [A, B], frozenset()
    )
    assert found["2.2", TOTAL].value == 0
    assert (others.books_minor, others.accounts_minor) == (30, -5)


def test_the_rounding_of_a_pot_is_inside_when_all_who_share_it_are() -> None:
    lines = (
        line(A, "6602.01", -100), line(A, "6301.01", 1), line(A, "6051.02", 49, A), line(B, "6051.02", 50, A),
    )  # fmt: skip
    all_inside = Pots({1: frozenset({A, B})})
    with_others = Pots({1: frozenset({A, B, OUT})})
    assert rules.torn(books(*lines, pots=all_inside), lines) == ()
    assert values(books(*lines, pots=all_inside))["4.4", TOTAL] == 0
    assert values(books(*lines, pots=with_others))["4.4", TOTAL] == 100
    assert rules.torn(books(*lines, pots=with_others), lines) == ()


def test_goods_that_a_member_keeps_of_another_are_no_cost_of_the_group_yet() -> None:
    lines = (
        line(B, "6001", 100, A), line(B, "6401", -60, A), line(B, "1406", 60, A), line(A, "1403", -100, B),
        line(A, "2202.02", 100, B), line(B, "1122.02", -100, A),
    )  # fmt: skip
    found = values(books(*lines))
    assert rules.torn(books(*lines), lines) == ()
    assert (found["3.1", TOTAL], found["4.1.1", TOTAL], found[KEPT, TOTAL]) == (0, 0, -40)
    assert found["2.2", TOTAL] == found["2.3", TOTAL] == 40
    sold = (*lines, line(A, "6001", 150), line(A, "6401", -100))
    assert values(books(*sold))["2.2", TOTAL] == 90


def test_an_entry_that_names_an_outsider_too_is_outside_as_a_whole() -> None:
    """A sells to an outsider, below what it stood at, a claim on B that it had bought at a discount."""
    sold = (
        line(A, "1012.01", -97, OUT), line(A, "6603.01", -1, OUT), line(A, "1124", 98, B),
        line(B, "2202.03", -100, A, entry=2), line(B, "2202.03", 100, OUT, entry=2),
    )  # fmt: skip
    assert rules.torn(books(*sold), sold) == ()
    found = values(books(*sold))
    assert (found["2.2", TOTAL], found[KEPT, TOTAL], found["2.5", TOTAL]) == (-1, 0, -1)


def test_a_claim_that_changes_hands_among_members_is_whole() -> None:
    lines = (
        line(A, "1012.01", -98, B), line(A, "6603.01", -2, B), line(A, "1124", 100, B),
        line(B, "1124", -98, B, entry=2), line(B, "1012.01", 98, A, entry=2),
    )  # fmt: skip
    assert rules.torn(books(*lines), lines) == ()
    assert values(books(*lines))["2.2", TOTAL] == -2


def test_a_pair_that_is_booked_on_one_side_is_named() -> None:
    lines = (line(A, "6602.03", -70, B),)
    (found,) = rules.torn(books(*lines), lines)
    assert (found.document, found.minor, found.entities) == ("DOC-1", -70, (A,))
    shown = rules.grid(books(*lines), PERIOD, [A, B], frozenset())
    (two_ways, *_) = rules.checks(shown[0], [A, B], shown[1], -70)
    assert (two_ways.one_way, two_ways.other_way, two_ways.holds) == (0, -70, False)


def test_a_line_that_the_ledger_has_and_the_statement_lost_is_seen() -> None:
    shown = rules.grid(books(line(A, "6001", 70)), PERIOD, [A, B], frozenset())
    assert [check.holds for check in rules.checks(shown[0], [A, B], shown[1], 70)] == [True] * 4
    assert [check.holds for check in rules.checks(shown[0], [A, B], shown[1], 71)][-1] is False


# ---- users ---------------------------------------------------------------------------------------


def bought(who: str, at: int, entity: str = A) -> UserAct:
    return UserAct(f"SDL-{at}", at, Deed.BOUGHT, entity, who)


def test_users_are_counted_once_and_who_came_back_by_the_second_purchase() -> None:
    before = 400 * DAY
    period = Period(before, before + 30 * DAY, "month")
    acts = (
        bought("old", 1), bought("twice", before - 1), bought("twice", before), bought("twice", before + 1),
        bought("new", before + 2), bought("old", before + 3),
        UserAct("RVW-1", before + 4, Deed.REVIEWED, A, "new", weight_minor=100, score_bps=9_000),
        UserAct("RVW-2", before + 5, Deed.REVIEWED, A, "new", weight_minor=50, score_bps=4_001),
    )  # fmt: skip
    found = rules.users(acts, period)
    assert found["1.1"].value == 3
    assert found["1.2"].value == 1
    assert found["1.3"].value == 2  # twice and old
    assert found["1.3.1"].value == 1  # twice, three times in twelve months
    assert found["1.4"].value == (100 * 9_000 + 50 * 4_001) // 150
    assert {act.customer for act in found["1.3"].acts} == {"twice", "old"}


def test_a_figure_per_user_is_one_fraction_rounded_down_once() -> None:
    acts = tuple(bought(f"U{n}", n) for n in range(3))
    shown = rules.grid(
        books(line(A, "6051.04", 100), line(A, "6602.02", -50), acts=acts),
        PERIOD,
        [A, B],
        frozenset(),
    )[0]
    ratio = shown["5.1", TOTAL].ratio
    assert ratio is not None
    assert (ratio.numerator, ratio.denominator, ratio.floor) == (50, 3, 16)
    assert shown["3.3.1", TOTAL].value == 33
    assert shown["4.4.1", TOTAL].value == 16
    assert shown["5.1", B].value is None
    loss = rules.grid(books(line(A, "6602.02", -50), acts=acts), PERIOD, [A, B], frozenset())[0]
    assert loss["5.1", TOTAL].value == -17


def test_the_return_of_users_gained_is_none_when_users_did_not_grow() -> None:
    few = rules.grid(
        books(line(A, "6051.04", 10), acts=(bought("a", 1),)), PERIOD, [A, B], frozenset()
    )[0]
    more = rules.grid(
        books(line(A, "6051.04", 31), acts=(bought("a", 1), bought("b", 2), bought("c", 3))),
        PERIOD,
        [A, B],
        frozenset(),
    )[0]
    assert rules.gained(more, few, TOTAL).value == 10
    assert rules.gained(few, more, TOTAL).value is None
    assert rules.gained(few, few, TOTAL).value is None


# ---- periods -------------------------------------------------------------------------------------


def names(
    first: str | None, last: str | None, now: int = 1_767_225_600, zone: str = "Asia/Shanghai"
) -> list[str]:
    return [period.name for period in periods(first, last, now, zone)]


def test_periods_before_are_of_the_same_months_days_or_seconds() -> None:
    assert names("2026-03", None) == [
        "2025-10",
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
        "2026-03",
    ]
    assert names("2026-01", "2026-03")[-2:] == ["2025-10…2025-12", "2026-01…2026-03"]
    assert names("2026-03-01", "2026-03-07")[-2:] == [
        "2026-02-22…2026-02-28",
        "2026-03-01…2026-03-07",
    ]
    assert names(None, None)[-1] == "2026-01"
    assert names(None, "2026-02") == names("2026-02", None)
    *_, before, asked = periods("1000", "1600", 0, "Asia/Shanghai")
    assert ((before.since, before.until), (asked.since, asked.until)) == (
        (400, 1_000),
        (1_000, 1_600),
    )


def test_a_month_begins_where_the_books_are_kept_and_periods_leave_no_gap() -> None:
    shown = periods("2026-01", "2026-01", 0, "Asia/Shanghai")
    assert shown[-1].since == 1_767_225_600 - 8 * 3_600
    assert [p.until for p in shown[:-1]] == [p.since for p in shown[1:]]
    assert periods("2026-01", None, 0, "America/New_York")[-1].since == 1_767_225_600 + 5 * 3_600


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-13", None), ("2026-02-30", None), ("2026-03", "2026-02"), ("2026-03", "2026-03-05"), ("5", "5"),
     ("9999-12", None), ("0001-01", None), ("2026-3", None), ("7", None)],
)  # fmt: skip
def test_what_is_no_period_is_refused_and_says_what_would_be_one(
    first: str, last: str | None
) -> None:
    with pytest.raises(NoSuchPeriod, match="two months"):
        periods(first, last, 0, "Asia/Shanghai")
