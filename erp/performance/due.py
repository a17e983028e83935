"""What is due to be reported, and how a period that is not over stands: the same measuring, told to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.orm import Session

from erp.bets import queries as bets
from erp.bets.reports import VALUE_ADDED
from erp.bets.rules import FIRST_PERIOD, measure
from erp.bets.tables import Bet, BetParty
from erp.kernel.errors import Rejected
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.performance.asked import Span
from erp.performance.errors import NoItemsKnown, NothingToCount, NotMeasured
from erp.performance.figures import reported_figure
from erp.performance.measuring import (
    count,
    count_index,
    count_pledge,
    count_value,
    has_index,
    index_until,
    index_window,
    whole_of,
    window_of,
)
from erp.performance.queries import active_bets
from erp.performance.schemas import ReportIndex, ReportPerformance, ReportValue
from erp.performance.service import reported

MAX_DUE = 200  # reports of one run, so that its transaction stays short

# Left to the reporter's console, or to silence: it is no fault, and no alarm.
LEFT = (NotMeasured, NoItemsKnown, NothingToCount)


@dataclass(frozen=True, slots=True)
class Due:
    """The reports that can be made now, and those that cannot though their time has come."""

    reports: list[Command] = field(default_factory=list)
    refused: list[tuple[Command, Rejected]] = field(default_factory=list)  # an alarm each


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a party has come in a period: a value for each of its targets, None where the books do not measure it."""

    party: str
    period: int
    window: Span
    over: bool
    report: str | None  # by which it was reported, here or outside
    values: tuple[int | None, ...]
    documents: tuple[int, ...]  # sequences that show it
    kept_bps: int | None  # None: a value is missing
    attainment_bps: int | None


def due(session: Session, now: int) -> Due:
    """The reports of now, MAX_DUE at most: indexes on their day, periods that are over, values added at the end.

    Each in the time in which the contract takes it, and not reported yet.
    """
    found = Due()
    for bet in active_bets(session):
        for command, try_it in _candidates(session, bet, now):
            if len(found.reports) == MAX_DUE:
                return found
            try:
                try_it()
            except LEFT:
                continue
            except Rejected as refusal:
                found.refused.append((command, refusal))
            else:
                found.reports.append(command)
    return found


def _candidates(
    session: Session, bet: Bet, now: int
) -> Iterator[tuple[Command, Callable[[], object]]]:
    """What of a bet is to be told now and was not, and how to see whether it can be measured."""
    rows = Rows.of(session)
    for period in range(FIRST_PERIOD, bet.periods + 1) if has_index(bet) else ():
        in_time = index_window(bet, period).end <= now < index_until(bet, period)
        if in_time and reported_figure(rows, bet, period) is None:
            yield (
                ReportIndex(bet=bet.number, period=period),
                partial(count_index, session, bet, period),
            )
    for member, period in _periods(rows, bet):
        window = window_of(bet, period)
        in_time = window.end <= now < window.end + bet.report_seconds
        if in_time and reported(rows, bet, member.party, period) is None:
            pledge = bets.pledge_in(bets.pledges(rows, bet, member.party), period)
            yield (
                ReportPerformance(bet=bet.number, party=member.party, period=period),
                partial(count_pledge, session, bet, pledge, window),
            )
    end = whole_of(bet).end
    in_time = end <= now < end + bet.report_seconds
    if in_time and reported_figure(rows, bet, VALUE_ADDED) is None:
        yield ReportValue(bet=bet.number), partial(count_value, session, bet)


def progress(session: Session, bet: Bet, now: int) -> list[Reached]:
    """How each party stands in each period that has begun, as of now: with what happened in this very second."""
    rows = Rows.of(session)
    return [
        _reached(session, bet, member, period, now)
        for member, period in _periods(rows, bet)
        if window_of(bet, period).start <= now
    ]


def _reached(session: Session, bet: Bet, member: BetParty, period: int, now: int) -> Reached:
    rows, whole = Rows.of(session), window_of(bet, period)
    window = Span(whole.start, min(whole.end, now + 1))
    pledge = bets.pledge_in(bets.pledges(rows, bet, member.party), period)
    values: list[int | None] = []
    listed: set[int] = set()
    for target in bets.targets_of(pledge):
        try:
            counted = count(session, bet, target["metric"], member.party, window)
        except Rejected:
            values.append(None)
            continue
        listed |= set(counted.documents)
        values.append(counted.value)
    kept = attained = None
    known = [value for value in values if value is not None]
    if len(known) == len(values):
        kept, attained = measure(known, bets.tiers_of(pledge), bets.factor_of(rows, bet, period))
    return Reached(
        party=member.party,
        period=period,
        window=whole,
        over=now >= whole.end,
        report=reported(rows, bet, member.party, period),
        values=tuple(values),
        documents=tuple(sorted(listed)),
        kept_bps=kept,
        attainment_bps=attained,
    )


def _periods(rows: Rows, bet: Bet) -> Iterator[tuple[BetParty, int]]:
    """Each party with each of its periods."""
    for member in bets.parties(rows, bet):
        for period in range(member.from_period, bets.last_period(bet, member) + 1):
            yield member, period
