"""The waves as a picture (SVG): for each size, how far the most moved member went, and how far it could have."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from .waves import Moved, Wave

WIDTH, HEIGHT, LEFT, TOP, FLOOR = 720, 360, 60, 50, 300
BAR, GAP = 34, 8
STEPS = 5
COLOURS = {"peers": "#2b6cb0", "users": "#c05621"}


def svg_of(waves: Sequence[Wave]) -> str:
    """The picture. Bars: the worst that a wave did; lines above them: the bound of that member. One pair a wave."""
    top = max([1, *(moved.bound_bps for wave in waves for moved in (wave.peers, wave.users))])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">',
        "<title>What waves of attackers move, basis points</title>",
        *_axis(top),
    ]
    step = (WIDTH - LEFT) // max(1, len(waves))
    for place, wave in enumerate(waves):
        x = LEFT + place * step + (step - 2 * BAR - GAP) // 2
        parts += _bar(x, wave.peers, top, COLOURS["peers"])
        parts += _bar(x + BAR + GAP, wave.users, top, COLOURS["users"])
        told = f"{wave.attackers} {'praise' if wave.praise else 'slander'}"
        parts.append(_text(x + BAR, FLOOR + 16, told, "middle"))
    for place, (name, colour) in enumerate(COLOURS.items()):
        parts.append(
            f'<rect x="{LEFT + 90 * place}" y="16" width="12" height="12" fill="{colour}"/>'
        )
        parts.append(_text(LEFT + 90 * place + 18, 26, name))
    parts.append(_text(LEFT + 200, 26, "bar: worst move; line: its bound; basis points"))
    return "\n".join([*parts, "</svg>", ""])


def _axis(top: int) -> list[str]:
    found = []
    for step in range(STEPS + 1):
        value = top * step // STEPS
        y = _height(value, top)
        found.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - 10}" y2="{y}" stroke="#ddd"/>')
        found.append(_text(LEFT - 6, y + 4, str(value), "end"))
    return found


def _bar(x: int, moved: Moved, top: int, colour: str) -> list[str]:
    worst, bound = _height(moved.worst_bps, top), _height(moved.bound_bps, top)
    return [
        f'<rect x="{x}" y="{worst}" width="{BAR}" height="{FLOOR - worst}" fill="{colour}"/>',
        f'<line x1="{x}" y1="{bound}" x2="{x + BAR}" y2="{bound}" stroke="#000" stroke-width="2"/>',
    ]


def _height(value: int, top: int) -> int:
    return FLOOR - (FLOOR - TOP) * value // top


def _text(x: int, y: int, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
