"""The three cases of a bet that would be changed: what was reported counts as it is, the rest as the change has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from erp.bets import change_queries as changes
from erp.bets import queries, terms_queries
from erp.bets.change_rules import pledged
from erp.bets.change_tables import BetChange
from erp.bets.outlooks import (
    AT_BASE,
    Course,
    Outlook,
    Reached,
    Run,
    Stakes,
    course_of,
    expected_of,
    open_run,
    outlooks,
    told_run,
)
from erp.bets.paper_queries import parties_in
from erp.bets.rules import KEPT
from erp.bets.tables import Bet, BetMeasure, BetParty, BetPledge
from erp.kernel.rows import Rows

Told = Mapping[str, Any]


def outlooks_of(rows: Rows, change: BetChange, now: int) -> list[Outlook]:
    """The cases of each who shares, if a change that was proposed bound now."""
    bet = queries.bet(rows, change.bet)
    return outlooks_by(rows, bet, changes.told_in(change), now)


def outlooks_by(rows: Rows, bet: Bet, told: Told, now: int) -> list[Outlook]:
    """The cases of each who shares, who left or leaves among them, by the dates and pledges of a change.

    The value that is expected is that of the terms, or the whole pool where a bet stands on none.
    """
    stakes = Stakes(bet.first_periods, bet.pool_minor, _expected_value(rows, bet))
    return outlooks(stakes, courses_by(rows, bet, told, now))


def courses_as_it_stands(rows: Rows, bet: Bet, now: int) -> list[Course]:
    """Each who shares, by what was reported and pledged, if nothing is changed any more."""
    nothing = {"from_period": bet.periods + 1, "parties": [], "leaver": None, "newcomer": None}
    told = {"start": bet.start, "periods": bet.periods, **nothing}
    return courses_by(rows, bet, told, now)


def courses_by(rows: Rows, bet: Bet, told: Told, now: int) -> list[Course]:
    """Each who shares, by the dates and pledges of a change.

    A period under report may still be missed; one that nobody reported in time counts as kept. A report that is disputed
    counts as it was made.
    """
    courses = [_member(rows, bet, member, told, now) for member in queries.parties(rows, bet)]
    newcomer = pledged(told["parties"], told["newcomer"]) if told["newcomer"] else None
    if newcomer is not None:
        periods = told["periods"] - told["from_period"] + 1
        run = open_run(periods, newcomer["share_bps"], expected_of(newcomer))
        courses.append(course_of(newcomer, [run]))
    return sorted(courses, key=lambda course: course.party)


def _expected_value(rows: Rows, bet: Bet) -> int:
    if bet.stands_on is None:
        return bet.pool_minor
    return terms_queries.bet_terms(rows, bet.stands_on).expected_value_minor


def _member(rows: Rows, bet: Bet, member: BetParty, told: Told, now: int) -> Course:
    known = queries.pledges(rows, bet, member.party)
    runs = tuple(_runs(rows, bet, member, known, told, now))
    return Course(
        party=member.party,
        stake_minor=member.stake_minor,
        tolerance_bps=member.tolerance_bps,
        slope_bps=member.slope_bps,
        cap_bps=member.cap_bps,
        share_bps=runs[-1].share_bps if runs else 0,
        runs=runs,
    )


def _runs(
    rows: Rows, bet: Bet, member: BetParty, known: list[BetPledge], told: Told, now: int
) -> Iterator[Run]:
    mine = pledged(told["parties"], member.party)
    reported = {each.period: each for each in queries.measures(rows, bet, member.party)}
    hoped = {each.amendment_id: _expected(rows, bet, each) for each in known if each.in_force}
    for period in range(member.from_period, _last(member, told) + 1):
        if mine is not None and period >= told["from_period"]:
            share, expected = mine["share_bps"], expected_of(mine)
        else:
            pledge = queries.pledge_in(known, period)
            share, expected = pledge.share_bps, hoped[pledge.amendment_id]
        done = _reached(bet, reported.get(period), told["start"], period, now)
        yield open_run(1, share, expected) if done is None else told_run(share, done)


def _last(member: BetParty, told: Told) -> int:
    """The last period of a party if the change binds."""
    if member.left_after is not None:
        return member.left_after
    return int(told["from_period"] - 1 if member.party == told["leaver"] else told["periods"])


def _reached(
    bet: Bet, measure: BetMeasure | None, start: int, period: int, now: int
) -> Reached | None:
    """What was reported of a period, or stands since nobody reported it; None while it is open."""
    if measure is not None and measure.reported_by is not None:
        return KEPT - measure.shortfall_bps, measure.attainment_bps
    until = start + period * bet.period_seconds + bet.report_seconds
    disputed = measure is not None and measure.disputed_by is not None
    return AT_BASE if now >= until and not disputed else None


def _expected(rows: Rows, bet: Bet, pledge: BetPledge) -> Reached:
    """What a party expects by the paper that it signed on; as it promised, where it signed on none."""
    paper = _signed_on(rows, bet, pledge)
    mine = pledged(paper, pledge.party)
    return AT_BASE if mine is None else expected_of(mine)


def _signed_on(rows: Rows, bet: Bet, pledge: BetPledge) -> list[dict[str, Any]]:
    if not pledge.amendment_id:
        on = bet.stands_on
        return parties_in(terms_queries.bet_terms(rows, on)) if on else []
    on = queries.amendment(rows, bet, pledge.amendment_id).stands_on
    return parties_in(changes.bet_change(rows, on)) if on else []
