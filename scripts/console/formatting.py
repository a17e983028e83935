"""Values as the console shows them: money with its decimals, accounts with their names, times in UTC.

Each is still what it was: `Minor` an int, `Who` a str, `View` a dict. Nothing is lost by showing it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from .labels import label, padded, width

MINOR_DIGITS = 2
LARGEST_PARTS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
# Arguments of the contracts' errors that are moments: they end so, or are called timestamp.
MOMENT = re.compile(r"\b(timestamp|receivedAt|\w+(?:End|By|At))=(\d{9,11})\b")


class Minor(int):
    """An amount in minor units (分): shown as `6_000_000 = 60,000.00`."""

    def __repr__(self) -> str:
        whole, cents = divmod(abs(int(self)), 10**MINOR_DIGITS)
        sign = "-" if self < 0 else ""
        return f"{int(self):_} = {sign}{whole:,}.{cents:0{MINOR_DIGITS}}"

    __str__ = __repr__


class Who(str):
    """An address: shown with the name that the sandbox gives it."""

    __slots__ = ("name",)

    def __new__(cls, address: str, name: str = "") -> Self:
        """Makes a str that is the address; `name` is shown before it."""
        made = super().__new__(cls, address)
        made.name = name
        return made

    def __repr__(self) -> str:
        return f"{self.name} {str.__str__(self)}".strip()


class View(dict[str, Any]):
    """A dict that the console shows as one line for each of its keys."""

    def __repr__(self) -> str:
        return "\n".join(_lines(self))


def _lines(view: Mapping[str, Any], indent: str = "") -> list[str]:
    columns = max((width(label(name)) for name in view), default=0)
    lines = []
    for name, value in view.items():
        head = f"{indent}{padded(label(name), columns)}  "
        if isinstance(value, (list, tuple)) and value:
            lines.append(head.rstrip())
            for item in value:
                lines += _item(item, indent + "  ")
        else:
            lines.append(f"{head}{_text(value)}")
    return lines


def _item(item: Any, indent: str) -> list[str]:
    if not isinstance(item, Mapping):
        return [f"{indent}- {_text(item)}"]
    first, *others = _lines(item, indent + "  ")
    return [f"{indent}- {first.lstrip()}", *others]


def _text(value: Any) -> str:
    if value is None or value in ([], ()):
        return "–"
    if isinstance(value, (Minor, Who)):
        return repr(value)
    return f"{value:_}" if type(value) is int else str(value)


def moment(seconds: int) -> str:
    """Returns unix seconds as text in UTC: `2026-05-28 20:26:55 UTC`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def moment_from(seconds: int, now: int) -> str:
    """Returns unix seconds as text in UTC, with the distance from `now`: `... UTC (in 1 h 3 min)`."""
    distance = seconds - now
    if distance == 0:
        return f"{moment(seconds)} (now)"
    told = f"in {span(distance)}" if distance > 0 else f"{span(-distance)} ago"
    return f"{moment(seconds)} ({told})"


def span(seconds: int) -> str:
    """Returns a duration in its two largest units: 3,780 is `1 h 3 min`."""
    parts = []
    for unit, size in LARGEST_PARTS:
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def with_moments(text: str) -> str:
    """Returns the text of an error with UTC text added behind each unix time in it."""
    return MOMENT.sub(lambda found: f"{found[0]} ({moment(int(found[2]))})", text)
