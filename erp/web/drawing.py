"""What still plots and pictures share: a part of a whole, and the frame around what was drawn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar that shows a whole."""

    name: str
    value: int
    kind: str  # class of its colour


def framed(
    kind: str,
    width: int,
    height: int,
    label: str,
    drawn: Sequence[str],
    *,
    sized: bool,
    leads: bool = False,
) -> str:
    """The picture with its label. `sized`: it keeps its size and is scrolled; otherwise it takes the room that there is.

    `leads`: parts of it are links, so that it is a group of them and no image alone.
    """
    size = f'viewBox="0 0 {width} {height}"'
    size += f' width="{width}" height="{height}"' if sized else ""
    head = f'<svg class="plot {kind}" {size} role="{"group" if leads else "img"}" aria-label="{escape(label)}">'
    return "".join((head, *drawn, "</svg>"))
