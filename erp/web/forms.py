"""What people type into forms, as values of commands. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from erp.kernel.schema import MAX_ID

# Thousands are apart or not; what might be a decimal comma (5,5) is no whole number.
WHOLE = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5}")
CENTS = re.compile(r"[0-9]{2}")
MINOR = 100  # minor units of a unit of money
DURATION = re.compile(r"([0-9]{1,6}) ?(d|h|min|s|天|小时|分钟|秒)?")
UNIT_SECONDS = {
    "d": 86_400,
    "h": 3_600,
    "min": 60,
    "s": 1,
    "天": 86_400,
    "小时": 3_600,
    "分钟": 60,
    "秒": 1,
}
SHARE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))? ?%?")
PLACE = re.compile(r"[0-9]{1,16}")


def whole(text: str) -> int | str:
    """A whole number as people write it: 1250 or 1,250. The text itself when it is none, to be refused as it is."""
    told = text.strip().replace("，", ",")
    return int(told.replace(",", "")) if WHOLE.fullmatch(told) else text


def duration(text: str) -> int | str:
    """Seconds of a time as people write it: 3 (days), 12 h, 90 min. The text itself when it is none, to be refused."""
    told = DURATION.fullmatch(text.strip())
    return text if told is None else int(told[1]) * UNIT_SECONDS[told[2] or "d"]


def share(text: str) -> int | str:
    """Basis points of a percentage: 60 or 62.5. The text itself when it is none, to be refused as it is."""
    told = SHARE.fullmatch(text.strip())
    return text if told is None else int(told[1]) * 100 + int((told[2] or "").ljust(2, "0"))


def place(text: str) -> int | None:
    """The number that the link to the next page of a list names; None when it is none."""
    return int(text) if PLACE.fullmatch(text) and int(text) <= MAX_ID else None


def instant(text: str, zone: str) -> int | str:
    """Unix seconds of a local time (`2026-05-28T09:30:00`); the text itself when it is none, to be refused as it is."""
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return int(told.replace(tzinfo=ZoneInfo(zone)).timestamp())


def local(at: int, zone: str) -> str:
    """Unix seconds as the field of a form holds them."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M:%S")


def minor(text: str) -> int | str:
    """Minor units of money as people write it: 9,976.00 or 9976; the text itself when it is none, to be refused as it is."""
    units, point, cents = text.strip().replace("，", ",").partition(".")
    if not WHOLE.fullmatch(units) or (point and not CENTS.fullmatch(cents)):
        return text
    return int(units.replace(",", "")) * MINOR + int(cents or 0)
