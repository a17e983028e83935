"""How people write money, quantities and times. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

MINOR = 100  # minor units of a unit of money
LATEST = 253_402_214_400  # 9999-12-31: what comes later is shown in unix seconds
HASH_SHOWN = 10  # characters of a hash
MINUTE, HOUR, DAY = 60, 3_600, 86_400
HIDDEN = "•••"  # in place of what is not shown to the reader's role


def money(minor: int | None) -> str:
    """Minor units as people write them: 1012345 is 10,123.45. None is what the reader's role is not shown."""
    if minor is None:
        return HIDDEN
    whole, rest = divmod(abs(minor), MINOR)
    return f"{'−' if minor < 0 else ''}{whole:,}.{rest:02}"


def quantity(count: int | None) -> str:
    """A number of things, its thousands apart."""
    return HIDDEN if count is None else f"{count:,}".replace("-", "−")


def moment(at: int | None, zone: str) -> str:
    """Unix seconds as date and time in a time zone."""
    if at is None:
        return "—"
    if at > LATEST:
        return str(at)
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def machine_time(at: int) -> str:
    """Unix seconds as programs read them (RFC 3339)."""
    return datetime.fromtimestamp(min(at, LATEST), ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def lasted(seconds: int) -> tuple[int, str]:
    """A length of time in its largest whole unit: its count and the unit's name in English."""
    for length, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if abs(seconds) >= length:
            return abs(seconds) // length, unit
    return abs(seconds), "seconds"


def again(now: int, moments: Iterable[int | None]) -> int | None:
    """After how many seconds a page is to be made anew, since time itself changes what it says. None: not for a day.

    Each minute of the last hour before the next of these moments, each ten of the last day, and once it has come.
    """
    left = min((at - now for at in moments if at is not None and at >= now), default=DAY)
    if left >= DAY:
        return None
    return min(left + 1, MINUTE if left <= HOUR else 10 * MINUTE)


def actor(name: str | None) -> str:
    """Who did something, as the log names it: `warehouse:dock-1`. A name that only repeats its role stands once."""
    if name is None:
        return "—"
    role, _, who = name.partition(":")
    return role if who == role else name


def short(hash_: str | None) -> str:
    """The beginning of a hash; the whole stands beside it for who points there."""
    return "—" if hash_ is None else hash_[:HASH_SHOWN] + "…"
