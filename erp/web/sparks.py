"""A small line of stock beside a row of the board: a whole SVG file, which pages show as an image. Pure.

Colours stand in the file itself: a page's style does not reach into an image.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from erp.web.plots import Point

WIDTH, HEIGHT, EDGE = 120, 28, 3
STROKE, LIMIT = "#1f6fa8", "#b5442f"


def spark(points: Sequence[Point], until: int, limit: int | None, label: str) -> str:
    """The line from its first point to `until`, and the level that it is held against."""
    values = [0, *(point.value for point in points), *([] if limit is None else [limit])]
    low, high = min(values), max(values)
    start = points[0].at if points else until

    def x(at: int) -> int:
        return EDGE + (at - start) * (WIDTH - 2 * EDGE) // max(until - start, 1)

    def y(value: int) -> int:
        return HEIGHT - EDGE - (value - low) * (HEIGHT - 2 * EDGE) // max(high - low, 1)

    drawn = [f"<title>{escape(label)}</title>"]
    if limit is not None:
        drawn.append(
            f'<line x1="{EDGE}" y1="{y(limit)}" x2="{WIDTH - EDGE}" y2="{y(limit)}" '
            f'stroke="{LIMIT}" stroke-dasharray="4 3"/>'
        )
    if points:
        path = [f"M{x(points[0].at)} {y(points[0].value)}"]
        for point in points[1:]:
            path += [f"H{x(point.at)}", f"V{y(point.value)}"]
        end = x(until)
        drawn.append(
            f'<path d="{"".join(path)}H{end}" fill="none" stroke="{STROKE}" stroke-width="2"/>'
        )
        drawn.append(f'<circle cx="{end}" cy="{y(points[-1].value)}" r="3" fill="{STROKE}"/>')
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return "".join(
        (f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">', *drawn, "</svg>")
    )
