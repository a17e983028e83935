"""Worst, base and expected case of each party of a bet, by the arithmetic of the contract. Pure; no index moves.

A party's periods are told as runs of equal ones: those that were reported count the same in every case, those that are open
as the case has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from erp.bets.rules import BPS, KEPT, Tiers, measure, most_lost, penalty_up, share_down
from erp.bets.terms_rules import TIERS

MISSED = (0, 0)  # kept and attainment of a period in which every figure is missed whole
AT_BASE = (KEPT, KEPT)

Reached = tuple[int, int]  # kept and attainment of a period, basis points
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """Periods of a party that are alike, and what it reaches in each of them in the three cases."""

    periods: int
    share_bps: int
    worst: Reached
    base: Reached
    expected: Reached

    @property
    def is_open(self) -> bool:
        """True while what is reached in these periods is not known."""
        return self.worst != self.base


def open_run(periods: int, share_bps: int, expected: Reached) -> Run:
    """Periods of which nothing was reported yet."""
    return Run(periods, share_bps, MISSED, AT_BASE, expected)


def told_run(share_bps: int, reached: Reached) -> Run:
    """A period that is reported, or that counts as kept since nobody reported it in time."""
    return Run(1, share_bps, reached, reached, reached)


@dataclass(frozen=True, slots=True)
class Course:
    """A party of a bet, from its first to its last period."""

    party: str
    stake_minor: int
    tolerance_bps: int
    slope_bps: int
    cap_bps: int
    share_bps: int  # of its last periods
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Stakes:
    """What a bet is about: over how many periods a shortfall is counted, and what is shared."""

    periods: int
    pool_minor: int
    expected_value_minor: int  # the part of the pool that is expected to be shared


@dataclass(frozen=True, slots=True)
class Case:
    """What a party reaches in a period, on average, and what it loses and wins by that at the end. Minor units."""

    kept_bps: int
    attainment_bps: int
    penalty_minor: int
    share_minor: int

    @property
    def result_minor(self) -> int:
        """What it has more than its stake; less than nothing when it loses."""
        return self.share_minor - self.penalty_minor


@dataclass(frozen=True, slots=True)
class Outlook:
    """A party before it signs: what it pays in, can lose, and has in three cases."""

    party: str
    stake_minor: int
    at_most_minor: int  # the most that it can lose of its stake
    share_bps: int
    worst: Case  # it misses every figure that is open, and nothing is shared
    base: Case  # all keep what they promise, and the whole pool is shared
    expected: Case  # all reach what they expect, and the value that is expected is shared


def expected_of(party: Told) -> Reached:
    """What a party reaches in a period by what it expects of its targets, which are told with their tiers."""
    targets = party["targets"]
    tiers = [
        Tiers(each["follows_index"], each["weight_bps"], *(int(each[name]) for name in TIERS))
        for each in targets
    ]
    return measure([each["expected"] for each in targets], tiers, BPS)


def course_of(party: Told, runs: Sequence[Run]) -> Course:
    """A party with the stake and the curve that it is told to sign."""
    return Course(
        party["party"],
        party["stake_minor"],
        party["tolerance_bps"],
        party["slope_bps"],
        party["cap_bps"],
        party["share_bps"],
        tuple(runs),
    )


def outlooks_of_terms(terms: Told, parties: Sequence[Told]) -> list[Outlook]:
    """The three cases of each party of a bet that nobody signed yet: every period is open, and nothing is excused."""
    periods = terms["periods"]
    stakes = Stakes(periods, terms["pool_minor"], terms["expected_value_minor"])
    courses = [
        course_of(party, [open_run(periods, party["share_bps"], expected_of(party))])
        for party in parties
    ]
    return outlooks(stakes, courses)


def told_briefly(found: Sequence[Outlook]) -> list[dict[str, Any]]:
    """What each party has in the three cases, as documents keep it."""
    return [
        {
            "party": each.party,
            "at_most_minor": each.at_most_minor,
            "worst_minor": each.worst.result_minor,
            "base_minor": each.base.result_minor,
            "expected_minor": each.expected.result_minor,
        }
        for each in found
    ]


def outlooks(stakes: Stakes, courses: Sequence[Course]) -> list[Outlook]:
    """The three cases of each party, in the order of the courses."""
    base = _together(stakes, courses, "base", stakes.pool_minor)
    expected = _together(stakes, courses, "expected", stakes.expected_value_minor)
    return [
        Outlook(
            course.party,
            course.stake_minor,
            most_lost(course.stake_minor, course.cap_bps),
            course.share_bps,
            _case(stakes, course, "worst", 0, 0),
            *cases,
        )
        for course, *cases in zip(courses, base, expected, strict=True)
    ]


def supposed(stakes: Stakes, courses: Sequence[Course], who: str, attainment: int) -> list[Case]:
    """What each has if a party attains so much in each period that is open, and all others keep what they promise.

    Shared is the value that is expected.
    """
    reached = min(attainment, KEPT), attainment
    told = [
        replace(
            course,
            runs=tuple(
                replace(run, expected=reached if course.party == who else AT_BASE)
                if run.is_open
                else run
                for run in course.runs
            ),
        )
        for course in courses
    ]
    return _together(stakes, told, "expected", stakes.expected_value_minor)


def _together(stakes: Stakes, courses: Sequence[Course], case: str, value: int) -> list[Case]:
    weight = sum(_contribution(course, case) for course in courses)
    if not weight:  # nobody contributed: the contract waives penalties, and shares nothing
        return [Case(*_average(course, case), 0, 0) for course in courses]
    pot = value + sum(_penalty(stakes, course, case) for course in courses)
    return [_case(stakes, course, case, pot, weight) for course in courses]


def _case(stakes: Stakes, course: Course, case: str, pot: int, weight: int) -> Case:
    share = share_down(pot, _contribution(course, case), weight)
    return Case(*_average(course, case), _penalty(stakes, course, case), share)


def _penalty(stakes: Stakes, course: Course, case: str) -> int:
    shortfall = sum((KEPT - getattr(run, case)[0]) * run.periods for run in course.runs)
    curve = (course.tolerance_bps, course.slope_bps, course.cap_bps)
    return penalty_up(course.stake_minor, shortfall, stakes.periods, *curve)


def _contribution(course: Course, case: str) -> int:
    return sum(run.share_bps * getattr(run, case)[1] * run.periods for run in course.runs)


def _average(course: Course, case: str) -> Reached:
    """Kept and attainment over the periods of a party, rounded down; a party that had none missed nothing."""
    periods = sum(run.periods for run in course.runs)
    if not periods:
        return KEPT, 0
    kept, attained = (
        sum(getattr(run, case)[which] * run.periods for run in course.runs) // periods
        for which in (0, 1)
    )
    return kept, attained
