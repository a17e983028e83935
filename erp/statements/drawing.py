"""Two drawings of the statement, as SVG: how revenue becomes what each has, and the return per user by period. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from erp.statements.model import WinWin
from erp.statements.wording import NONE, Language, money, word

WIDTH, HEIGHT, FOOT, HEAD = 520, 190, 34, 22
BAR_PART = 0.62  # of the room of a bar
SHORT = 12  # letters of a name below a bar
UP, DOWN, SUM = "#2f6f9f", "#b5542f", "#3f7d4e"

Bar = tuple[str, int, int | None, str]  # name, from, to (None: there is no figure), colour


def waterfall(statement: WinWin, language: Language) -> str:
    """Revenue, less cost, is the value; and what each has of it. Empty without totals."""
    revenue, cost, value = (statement.cell(row) for row in ("3.3", "4.4", "2.2"))
    if revenue is None or cost is None or value is None:
        return ""
    top, spent, whole = (shown.cell.value or 0 for shown in (revenue, cost, value))
    bars: list[Bar] = [
        (word("revenue", language), 0, top, UP),
        (word("cost", language), top, top - spent, DOWN),
        (word("value", language), 0, whole, SUM),
    ]
    left = whole
    for node in statement.columns:
        shown = statement.cell("2.5" if node == statement.leader else "2.3", node)
        share = shown.cell.value or 0 if shown is not None else 0
        bars.append((node, left, left - share, UP))
        left -= share
    return _bars(word("waterfall", language), bars)


def trend(statement: WinWin, language: Language) -> str:
    """The return per user of the last periods, one bar each. Empty without totals."""
    bars: list[Bar] = [
        (point.period.name, 0, point.per_user.floor if point.per_user else None, SUM)
        for point in statement.trend
    ]
    return _bars(f"5.3 {word('per_user', language)}", bars) if bars else ""


def _bars(title: str, bars: Sequence[Bar]) -> str:
    ends = [end for _, begun, ended, _ in bars for end in (begun, ended or 0)]
    low, high = min(0, *ends), max(1, *ends)
    room = WIDTH / len(bars)
    scale = (HEIGHT - HEAD - FOOT) / (high - low)

    def y(minor: int) -> float:
        return HEAD + (high - minor) * scale

    zero = y(0)
    drawn = [
        f'<line x1="0" y1="{zero:.1f}" x2="{WIDTH}" y2="{zero:.1f}" stroke="#888" stroke-width="0.6"/>'
    ]
    for index, (name, begun, ended, colour) in enumerate(bars):
        left, middle = index * room + room * (1 - BAR_PART) / 2, (index + 0.5) * room
        short = name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"
        drawn.append(f'<text x="{middle:.1f}" y="{HEIGHT - 12}">{escape(short)}</text>')
        if ended is None:
            drawn.append(f'<text x="{middle:.1f}" y="{zero - 4:.1f}">{NONE}</text>')
            continue
        above, below = y(max(begun, ended)), y(min(begun, ended))
        amount = money(begun - ended if begun else ended)
        drawn.append(
            f'<rect x="{left:.1f}" y="{above:.1f}" width="{room * BAR_PART:.1f}" height="{max(below - above, 0.8):.1f}" '
            f'fill="{colour}"><title>{escape(name)} {amount}</title></rect>'
            f'<text x="{middle:.1f}" y="{above - 4:.1f}">{amount}</text>'
        )
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">{"".join(drawn)}</svg></figure>'
    )
