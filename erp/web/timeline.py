"""The three flows of an order as a still picture (三流合一): SVG made here, so that it prints and needs no script. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

STEP = 64  # pixels between two moments
LANE = 54
LEFT, TOP = 86, 26
RADIUS = 6
LANES = ("Orders", "Goods", "Money")
GOODS = frozenset(
    {
        "despatch",
        "goods_receipt",
        "receipt_attestation",
        "receipt_void",
        "inspection",
        "inspection_attestation",
    }
    | {"defect_report", "guarantee_share", "force_majeure"}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One step on a lane."""

    lane: int  # of LANES
    title: str
    link: str | None  # where its row is
    on_chain: bool
    gap: bool


def lane_of(what: str, moves_money: bool) -> int:
    """The flow that a step belongs to: one that moves money is of the money, one of goods of the goods."""
    if moves_money:
        return 2
    return 1 if what in GOODS else 0


def picture(marks: Sequence[Mark], say: Callable[[str], str], label: str) -> str:
    """The picture: a lane for each flow, a mark for each step, in the order in which they happened."""
    width = LEFT + STEP * max(1, len(marks)) + 20
    height = TOP + LANE * len(LANES)
    label = escape(say(label))
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [f'<svg class="flows" {size} role="group" aria-label="{label}">']
    for number, lane in enumerate(LANES):
        y = TOP + number * LANE
        parts.append(f'<text class="lane" x="0" y="{y + 5}">{escape(say(lane))}</text>')
        parts.append(f'<line class="rail" x1="{LEFT}" y1="{y}" x2="{width - 10}" y2="{y}"/>')
    for place, mark in enumerate(marks):
        parts.append(_mark(mark, LEFT + 20 + place * STEP, TOP + mark.lane * LANE))
    return "".join((*parts, "</svg>"))


def _mark(mark: Mark, x: int, y: int) -> str:
    kind = "gap" if mark.gap else "chain" if mark.on_chain else "books"
    if kind == "chain":
        r = RADIUS + 1
        shape = f'<path class="{kind}" d="M{x} {y - r}L{x + r} {y}L{x} {y + r}L{x - r} {y}Z"/>'
    else:
        shape = f'<circle class="{kind}" cx="{x}" cy="{y}" r="{RADIUS}"/>'
    label = f'<text class="mark" x="{x}" y="{y + 22}">{escape(_cut(mark.title))}</text>'
    inside = f"<title>{escape(mark.title)}</title>{shape}{label}"
    return inside if mark.link is None else f'<a href="{escape(mark.link)}">{inside}</a>'


def _cut(title: str) -> str:
    """So much of a title as stands between two marks: about ten letters, or half as many characters of Chinese."""
    room, shown = 10, ""
    for letter in title:
        room -= 1 if letter.isascii() else 2
        if room < 0:
            return shown + "…"
        shown += letter
    return shown
