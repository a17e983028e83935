"""What people type into forms, as values of commands. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from erp.kernel.schema import MAX_ID

# Thousands are apart or not; what might be a decimal comma (5,5) is no whole number.
WHOLE = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5}")
PLACE = re.compile(r"[0-9]{1,16}")


def whole(text: str) -> int | str:
    """A whole number as people write it: 1250 or 1,250. The text itself when it is none, to be refused as it is."""
    told = text.strip().replace("，", ",")
    return int(told.replace(",", "")) if WHOLE.fullmatch(told) else text


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
