"""Periods of a statement: months, days or instants as a person names them, and the periods before. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from erp.kernel.calendar import begins, month_after, month_of
from erp.statements.errors import NoSuchPeriod

MONTH, DAY, INSTANT = (
    re.compile(r"\d{4}-\d{2}"),
    re.compile(r"\d{4}-\d{2}-\d{2}"),
    re.compile(r"\d{1,11}"),
)
NAMED = r"^(\d{4}-\d{2}(-\d{2})?|\d{1,11})$"
TREND = 6  # periods that a trend shows
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant up to before another, unix seconds; `name` as a person reads it."""

    since: int
    until: int
    name: str

    def covers(self, at: int) -> bool:
        """True when an instant lies within."""
        return self.since <= at < self.until


def periods(first: str | None, last: str | None, now: int, zone: str) -> tuple[Period, ...]:
    """The period that is named, last, after the five of the same length before it.

    Months and days are those of `zone`, the last one is within. Without a first one: the month of `now`; without a last one
    the first one alone. Raises NoSuchPeriod.
    """
    begun = first or last or month_of(now, zone)
    ended = last or begun
    try:
        if MONTH.fullmatch(begun) and MONTH.fullmatch(ended):
            found = _months(begun, ended, zone)
        elif DAY.fullmatch(begun) and DAY.fullmatch(ended):
            found = _days(begun, ended, zone)
        elif INSTANT.fullmatch(begun) and INSTANT.fullmatch(ended):
            found = _instants(int(begun), int(ended))
        else:
            found = ()
    except (ValueError, OverflowError):
        found = ()
    if not found or found[-1].until <= found[-1].since:
        raise NoSuchPeriod(begun, ended)
    return found


def _months(first: str, last: str, zone: str) -> tuple[Period, ...]:
    length = _index(last) - _index(first) + 1
    starts = [_index(first) - back * length for back in reversed(range(TREND))]
    return tuple(_of_months(start, length, zone) for start in starts)


def _of_months(start: int, length: int, zone: str) -> Period:
    first, last = _month(start), _month(start + length - 1)
    return Period(begins(first, zone), begins(month_after(last), zone), _joined(first, last))


def _index(month: str) -> int:
    """Months since the year 0. Raises ValueError for a month that is none."""
    year, number = date.fromisoformat(f"{month}-01").timetuple()[:2]
    return year * MONTHS + number - 1


def _month(index: int) -> str:
    return f"{index // MONTHS:04d}-{index % MONTHS + 1:02d}"


def _days(first: str, last: str, zone: str) -> tuple[Period, ...]:
    start, length = date.fromisoformat(first), date.fromisoformat(last) - date.fromisoformat(first)
    step = length + timedelta(days=1)
    found = []
    for back in reversed(range(TREND)):
        begun = start - back * step
        ended = begun + length
        since, until = begins(str(begun), zone), begins(str(ended + timedelta(days=1)), zone)
        found.append(Period(since, until, _joined(str(begun), str(ended))))
    return tuple(found)


def _instants(first: int, last: int) -> tuple[Period, ...]:
    length = last - first
    starts = (first - back * length for back in reversed(range(TREND)))
    return tuple(Period(start, start + length, f"{start}…{start + length}") for start in starts)


def _joined(first: str, last: str) -> str:
    return first if first == last else f"{first}…{last}"
