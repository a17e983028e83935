"""Still pictures of figures as SVG made here, so that they print and need no script. Pure.

A picture never stands alone: the page has its table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from erp.web.drawing import Part, framed

WIDTH = 420
EDGE = 12  # pixels left free on both sides
LEAST = 1  # pixels of a part that is not zero
LETTER = 8  # pixels of a letter


@dataclass(frozen=True, slots=True)
class Target:
    """A pledged figure and what was reached of it: missed whole at the floor, kept at the base, surpassed at the stretch."""

    floor: int
    base: int
    stretch: int
    value: int | None  # None: not measured


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from one value to another; `ended` None: there is no figure."""

    name: str
    begun: int
    ended: int | None
    kind: str  # class of its colour
    told: str  # its figure, as people write it


def _picture(kind: str, height: int, label: str, drawn: Sequence[str]) -> str:
    return framed(kind, WIDTH, height, label, drawn, sized=False)


def stacked(parts: Sequence[Part], label: str) -> str:
    """One bar whose parts make up a whole, from left to right; empty where the whole is nothing."""
    whole = sum(max(0, part.value) for part in parts)
    if whole <= 0:
        return ""
    drawn, x = [], 0.0
    for part in parts:
        if part.value <= 0:
            continue
        width = max(LEAST, part.value * WIDTH / whole)
        told = f"<title>{escape(part.name)}</title>"
        drawn.append(
            f'<rect class="{part.kind}" x="{x:.1f}" y="2" width="{width:.1f}" height="26">{told}</rect>'
        )
        if width > len(part.name) * LETTER + 10:
            drawn.append(
                f'<text class="in {part.kind}" x="{x + width / 2:.1f}" y="20">{escape(part.name)}</text>'
            )
        x += width
    return _picture("stacked", 30, label, drawn)


def bullet(target: Target, label: str, told: Callable[[int], str]) -> str:
    """A value against its tiers: short of the base, then up to the stretch. The fewer the better runs from right to left."""
    known = [target.floor, target.base, target.stretch]
    known += [] if target.value is None else [target.value]
    low, high = min(known), max(known)
    room = (WIDTH - 2 * EDGE) / max(1, high - low)

    def x(value: int) -> float:
        return EDGE + (value - low) * room

    drawn = [f'<rect class="all" x="{EDGE}" y="20" width="{WIDTH - 2 * EDGE}" height="16"/>']
    for kind, a, b in (
        ("short", target.floor, target.base),
        ("good", target.base, target.stretch),
    ):
        left, width = min(x(a), x(b)), abs(x(a) - x(b))
        drawn.append(
            f'<rect class="{kind}" x="{left:.1f}" y="20" width="{width:.1f}" height="16"/>'
        )
    for tier, y in ((target.floor, 52), (target.base, 66), (target.stretch, 52)):
        drawn.append(
            f'<line class="tier" x1="{x(tier):.1f}" y1="18" x2="{x(tier):.1f}" y2="{y - 11}"/>'
        )
        drawn.append(_text(x(tier), y, told(tier)))
    if target.value is not None:
        drawn.append(
            f'<rect class="value" x="{x(target.value) - 2.5:.1f}" y="15" width="5" height="26"/>'
        )
        drawn.append(_text(x(target.value), 12, told(target.value), "value"))
    return _picture("bullet", 70, label, drawn)


def _text(x: float, y: int, said: str, kind: str = "") -> str:
    """A text that stays within the picture."""
    half = len(said) * LETTER / 2
    anchor, at = "middle", x
    if x < half:
        anchor, at = "start", 1
    elif x > WIDTH - half:
        anchor, at = "end", WIDTH - 1
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{at:.1f}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'


def _cut(name: str, letters: int) -> str:
    """So much of a name as has room; a character of Chinese takes that of two letters."""
    shown = ""
    for letter in name:
        letters -= 1 if letter.isascii() else 2
        if letters < 0:
            return shown[:-1] + "…"
        shown += letter
    return shown


def bars(drawn: Sequence[Bar], label: str) -> str:
    """Bars side by side on one scale; empty without any."""
    if not drawn:
        return ""
    height, head, foot, part = 210, 24, 32, 0.62
    ends = [end for bar in drawn for end in (bar.begun, bar.ended or 0)]
    low, high = min(0, *ends), max(0, *ends)
    scale = (height - head - foot) / max(1, high - low)
    room = WIDTH / len(drawn)
    zero = head + high * scale
    made = [f'<line class="tier" x1="0" y1="{zero:.1f}" x2="{WIDTH}" y2="{zero:.1f}"/>']
    for place, bar in enumerate(drawn):
        middle = (place + 0.5) * room
        made.append(_text(middle, height - 8, _cut(bar.name, int(room / LETTER))))
        if bar.ended is None:
            made.append(_text(middle, int(zero) - 4, bar.told))
            continue
        top = head + (high - max(bar.begun, bar.ended)) * scale
        tall = max(1.0, abs(bar.begun - bar.ended) * scale)
        made.append(
            f'<rect class="{bar.kind}" x="{middle - room * part / 2:.1f}" y="{top:.1f}" '
            f'width="{room * part:.1f}" height="{tall:.1f}"><title>{escape(bar.name)} {escape(bar.told)}</title></rect>'
        )
        made.append(_text(middle, int(top) - 4, bar.told))
    return _picture("bars", height, label, made)
