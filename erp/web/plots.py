"""Still plots as SVG made here, so that they print and need no script: dots, steps, bars. Pure.

Each plot stands beside a table of the same figures: it is a picture for the eye, and the table is what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from erp.web.drawing import Part, framed

WIDTH = 640  # pixels of a whole plot
LEFT, RIGHT = 110, 90  # left for names, right for figures
ROW = 30
TOP = 34
HEIGHT = 150  # of a plot over time
AXIS = 64  # left of it, for its figures, at least
LETTER = 13  # of such a figure, as large as it is written where the plot is shown at half its size


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure on its own row."""

    name: str
    value: int
    shown: str  # the figure as people write it
    strong: bool = False  # the one that leads
    struck: bool = False  # one that does not count


@dataclass(frozen=True, slots=True)
class Point:
    """A figure from a moment on."""

    at: int  # unix seconds
    value: int
    told: str = ""  # what it stands on: the number of a document
    link: str | None = None  # where that is


@dataclass(frozen=True, slots=True)
class Line:
    """A figure that all others are held against."""

    name: str
    value: int
    shown: str


def dots(rows: Sequence[Dot], limit: Line | None, label: str) -> str:
    """Dots on one axis, a row for each, and the line that none may pass."""
    values = [row.value for row in rows] + ([limit.value] if limit else [])
    low, high = min(values, default=0), max(values, default=1)
    room = max((high - low) // 10, 1)
    place = _scale(max(low - room, 0), high + room)
    height = TOP + ROW * len(rows) + 8
    parts = []
    if limit:
        x = place(limit.value)
        parts.append(f'<line class="limit" x1="{x}" y1="{TOP - 12}" x2="{x}" y2="{height - 4}"/>')
        parts.append(
            f'<text class="limit" x="{x}" y="{TOP - 18}">{escape(limit.name)} {escape(limit.shown)}</text>'
        )
    for number, row in enumerate(rows):
        y = TOP + ROW * number + 8
        kind = "struck" if row.struck else "strong" if row.strong else "dot"
        parts.append(f'<text class="name" x="0" y="{y + 4}">{escape(row.name)}</text>')
        parts.append(f'<line class="rail" x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>')
        parts.append(
            f'<circle class="{kind}" cx="{place(row.value)}" cy="{y}" r="6"><title>{escape(row.name)}</title></circle>'
        )
        parts.append(f'<text class="figure" x="{WIDTH}" y="{y + 4}">{escape(row.shown)}</text>')
    return _plot("dots", height, label, parts)


def steps(
    points: Sequence[Point], until: int, limit: Line | None, label: str, shown: Callable[[int], str]
) -> str:
    """A line that goes on at its height until the next point, and a level that it is held against."""
    values = [point.value for point in points] + ([limit.value] if limit else [])
    low, high = min((0, *values)), max((1, *values))
    start = points[0].at if points else until
    span, height = max(until - start, 1), HEIGHT
    left = max(AXIS, LETTER * max(len(shown(low)), len(shown(high))) + 12)

    def x(at: int) -> int:
        return left + (at - start) * (WIDTH - left - 10) // span

    def y(value: int) -> int:
        return height - 20 - (value - low) * (height - 50) // max(high - low, 1)

    parts = []
    for value in {low, high}:
        parts.append(
            f'<text class="axis" x="{left - 8}" y="{y(value) + 4}">{escape(shown(value))}</text>'
        )
        parts.append(
            f'<line class="rail" x1="{left}" y1="{y(value)}" x2="{WIDTH - 10}" y2="{y(value)}"/>'
        )
    if limit:
        at, end = y(limit.value), WIDTH - 10
        below = bool(points) and points[-1].value > limit.value  # where the line is not
        named, beside = f"{limit.name} {limit.shown}", at + 20 if below else at - 6
        parts.append(f'<line class="limit" x1="{left}" y1="{at}" x2="{end}" y2="{at}"/>')
        parts.append(f'<text class="limit end" x="{end}" y="{beside}">{escape(named)}</text>')
    if points:
        path = [f"M{x(points[0].at)} {y(points[0].value)}"]
        for point in points[1:]:
            path += [f"H{x(point.at)}", f"V{y(point.value)}"]
        parts.append(f'<path class="line" d="{"".join(path)}H{x(until)}"/>')
        parts += [_dot(point, x(point.at), y(point.value), shown) for point in points]
    leads = any(point.link for point in points)
    return framed("steps", WIDTH, height, label, parts, sized=True, leads=leads)


def _dot(point: Point, x: int, y: int, shown: Callable[[int], str]) -> str:
    """A point of a line: it says its figure and what it stands on, and leads there. By keyboard the table leads there."""
    told = f"{shown(point.value)} {point.told}".strip()
    drawn = f'<circle class="dot" cx="{x}" cy="{y}" r="4"><title>{escape(told)}</title></circle>'
    if point.link is None:
        return drawn
    return f'<a href="{escape(point.link)}" tabindex="-1" aria-label="{escape(told)}">{drawn}</a>'


def bar(parts: Sequence[Part], label: str) -> str:
    """One bar made of parts, as long as they are large."""
    total = sum(max(part.value, 0) for part in parts)
    drawn, x = [], 0
    for part in parts:
        width = max(part.value, 0) * WIDTH // total if total else 0
        drawn.append(
            f'<rect class="{escape(part.kind)}" x="{x}" y="2" width="{width}" height="18"/>'
        )
        x += width
    drawn.append(f'<rect class="frame" x="0" y="2" width="{WIDTH - 1}" height="18"/>')
    return _plot("bar", 22, label, drawn)


def columns(rows: Sequence[tuple[str, int]], label: str) -> str:
    """Columns beside each other, as high as they are large, each with its figure above and its name below."""
    most = max((count for _, count in rows), default=1) or 1
    wide = (WIDTH - 20) // max(len(rows), 1)
    parts, foot = [], HEIGHT - 24
    for number, (name, count) in enumerate(rows):
        x, high = 10 + number * wide, count * (foot - 24) // most
        middle = x + wide // 2
        parts.append(
            f'<rect class="column" x="{x + 4}" y="{foot - high}" width="{max(wide - 8, 1)}" height="{high}"/>'
        )
        parts.append(f'<text class="count" x="{middle}" y="{foot - high - 6}">{count}</text>')
        parts.append(f'<text class="count" x="{middle}" y="{HEIGHT - 6}">{escape(name)}</text>')
    parts.append(f'<line class="rail" x1="10" y1="{foot}" x2="{WIDTH - 10}" y2="{foot}"/>')
    return _plot("columns", HEIGHT, label, parts)


def _scale(low: int, high: int) -> Callable[[int], int]:
    """Where a figure lies between the names and the figures."""
    span = max(high - low, 1)
    return lambda value: LEFT + (value - low) * (WIDTH - RIGHT - LEFT) // span


def _plot(kind: str, height: int, label: str, drawn: Sequence[str]) -> str:
    return framed(kind, WIDTH, height, label, drawn, sized=True)
