"""Years and months where the books are kept, by the time zones of the pinned package `tzdata`, alike on every machine."""

from __future__ import annotations

from datetime import datetime
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

HOUSE_ZONE = "Asia/Shanghai"  # the year of a document's number is counted here
INSTANTS_KEPT = 4_096  # whose month and year are remembered: all events of a block have one time


@cache
def _names() -> frozenset[str]:
    return frozenset((resources.files("tzdata") / "zones").read_text().split())


@cache
def _zone(name: str) -> ZoneInfo:
    with (resources.files("tzdata") / "zoneinfo" / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def is_zone(name: str) -> bool:
    """True for the IANA name of a time zone: Asia/Shanghai."""
    return name in _names()


@lru_cache(INSTANTS_KEPT)
def year_of(at: int, zone: str) -> int:
    """The year of an instant (unix seconds) in a time zone."""
    return datetime.fromtimestamp(at, _zone(zone)).year


@lru_cache(INSTANTS_KEPT)
def month_of(at: int, zone: str) -> str:
    """The month of an instant (unix seconds) in a time zone: 2026-03."""
    return datetime.fromtimestamp(at, _zone(zone)).strftime("%Y-%m")


def day_of(at: int, zone: str) -> str:
    """The day of an instant (unix seconds) in a time zone: 2026-03-31."""
    return datetime.fromtimestamp(at, _zone(zone)).strftime("%Y-%m-%d")


def month_after(month: str) -> str:
    """The month after one: 2026-12 -> 2027-01."""
    year, index = map(int, month.split("-"))
    return f"{year + index // 12:04d}-{index % 12 + 1:02d}"


def begins(day: str, zone: str) -> int:
    """The first instant (unix seconds) of a month, 2026-03, or a day, 2026-03-31, in a time zone. Raises ValueError."""
    whole = day if day.count("-") > 1 else f"{day}-01"
    return int(datetime.fromisoformat(whole).replace(tzinfo=_zone(zone)).timestamp())
