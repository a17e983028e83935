"""Still plots of a demo as SVG: orders on their time line, escrow over time, credit paths. Made here: no script runs.

Each text stands in both languages; the page shows one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape

from .story import OrderStory

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 1_000, 96, 40, 14, 26
NAMED = 230  # pixels at the right of a plot that names its lines there
ROW = 9  # pixels of one order
HEIGHT = 260  # of the other plots
TICKS = 6
LABELS = 5  # suppliers named at either end
GAP = 13  # between two labels
Point = tuple[int, int]  # unix seconds, value


def both(english: str, chinese: str) -> str:
    """A text in both languages, for HTML."""
    return f'<span lang="en">{escape(english)}</span><span lang="zh">{escape(chinese)}</span>'


def orders_plot(orders: Sequence[OrderStory]) -> str:
    """One line an order from opening to payment: shipped, received (late ones apart), paid."""
    ends = [
        at for o in orders for at in (o.opened_at, o.shipped_at, o.received_at, o.paid_at) if at
    ]
    scale = _Scale(ends, [0, 1], TOP + ROW * len(orders))
    parts = list(scale.frame(TOP + ROW * len(orders), money=False, levels=False))
    for place, order in enumerate(orders):
        y = TOP + ROW * place + ROW // 2
        last = order.paid_at or order.received_at or order.shipped_at or order.opened_at
        title = f"{order.number}, {order.supplier}, {amount(order.amount_minor)}"
        late = f", {order.days_late} d late" if order.days_late else ""
        parts.append(f"<g><title>{escape(title + late)}</title>")
        parts.append(
            f'<line class="bar" x1="{scale.x(order.opened_at)}" y1="{y}" x2="{scale.x(last)}" y2="{y}"/>'
        )
        if order.shipped_at:
            parts.append(
                f'<circle class="shipped" cx="{scale.x(order.shipped_at)}" cy="{y}" r="2"/>'
            )
        if order.received_at:
            kind = "late" if order.days_late else "received"
            parts.append(
                f'<circle class="{kind}" cx="{scale.x(order.received_at)}" cy="{y}" r="3"/>'
            )
        if order.paid_at:
            x = scale.x(order.paid_at)
            parts.append(
                f'<path class="paid" d="M{x} {y - 4}L{x + 4} {y}L{x} {y + 4}L{x - 4} {y}Z"/>'
            )
        parts.append("</g>")
    return _svg(parts, TOP + ROW * len(orders) + BOTTOM, "Time line of the orders 订单时间线")


def escrow_plot(points: Sequence[Point]) -> str:
    """What lies in escrow, after each document that changed it."""
    scale = _Scale([at for at, _ in points], [0, *(held for _, held in points)], HEIGHT)
    parts = list(scale.frame(HEIGHT, money=True, levels=True))
    if points:
        path, before = [f"M{scale.x(points[0][0])} {scale.y(0)}"], 0
        for at, held in points:
            path += [f"L{scale.x(at)} {scale.y(before)}", f"L{scale.x(at)} {scale.y(held)}"]
            before = held
        path.append(f"L{scale.x(points[-1][0])} {scale.y(0)}Z")
        parts.append(f'<path class="area" d="{"".join(path)}"/>')
    return _svg(parts, HEIGHT + BOTTOM, "Escrow over time 托管余额")


def credit_plot(paths: Mapping[str, Sequence[Point]], newcomer_bps: int) -> str:
    """The score of each supplier from newcomer on; those at either end are named."""
    every = [point for path in paths.values() for point in path]
    scale = _Scale(
        [at for at, _ in every], [newcomer_bps, *(bps for _, bps in every)], HEIGHT, NAMED
    )
    parts = list(scale.frame(HEIGHT, money=False, levels=True))
    ranked = sorted(paths, key=lambda name: -paths[name][-1][1])
    named = set(ranked[:LABELS] + ranked[-LABELS:])
    free = TOP - GAP
    for place, name in enumerate(ranked):
        path, before = [], newcomer_bps
        for at, bps in paths[name]:
            path += [(scale.x(at), scale.y(before)), (scale.x(at), scale.y(bps))]
            before = bps
        line = " ".join(f"{x},{y}" for x, y in path)
        last = paths[name][-1][1]
        parts.append(
            f'<g class="path c{place % 6}"><title>{escape(name)} {last:,}</title><polyline points="{line}"/>'
        )
        if name in named:
            free = max(scale.y(last), free + GAP)
            label = escape(name if len(name) <= 28 else name[:27] + "…")  # noqa: PLR2004 - letters beside the plot
            parts.append(f'<text x="{WIDTH - NAMED + 8}" y="{free + 4}">{last:,} {label}</text>')
        parts.append("</g>")
    return _svg(parts, max(HEIGHT, free) + BOTTOM, "Credit paths 信用路径")


def amount(minor: int) -> str:
    """Minor units as an amount: 1,234.56."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100:,}.{abs(minor) % 100:02}"


def day(seconds: int) -> str:
    """The day of a time, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


class _Scale:
    """Places of times and values on a plot."""

    def __init__(
        self, times: Sequence[int], values: Sequence[int], bottom: int, right: int = RIGHT
    ) -> None:
        self.right = right
        self.first, self.last = (min(times), max(times)) if times else (0, 1)
        self.low, self.high = min(values), max(values)
        self.bottom = bottom

    def x(self, at: int) -> int:
        """Pixels from the left."""
        room = WIDTH - LEFT - self.right
        return LEFT + room * (at - self.first) // max(self.last - self.first, 1)

    def y(self, value: int) -> int:
        """Pixels from the top."""
        room = self.bottom - TOP
        return self.bottom - room * (value - self.low) // max(self.high - self.low, 1)

    def frame(self, bottom: int, *, money: bool, levels: bool) -> Iterator[str]:
        """Lines and labels of both axes."""
        for tick in range(TICKS):
            at = self.first + (self.last - self.first) * tick // (TICKS - 1)
            x = self.x(at)
            yield f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}"/>'
            yield f'<text class="tick" x="{x}" y="{bottom + 16}">{day(at)}</text>'
        for value in round_values(self.low, self.high) if levels else ():
            shown = amount(value) if money else f"{value:,}"
            y, end = self.y(value), WIDTH - self.right
            yield f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{end}" y2="{y}"/>'
            yield f'<text class="level" x="{LEFT - 6}" y="{y + 4}">{shown}</text>'


def round_values(low: int, high: int) -> Sequence[int]:
    """Round numbers between two values, a few of them, as people count: by 1, 2 or 5 times a power of ten."""
    size = max((high - low) // TICKS, 1)
    power = 10 ** (len(str(size)) - 1)
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= size)
    return range(-(-low // step) * step, high + 1, step)


def _svg(parts: Sequence[str], height: int, label: str) -> str:
    size = f'viewBox="0 0 {WIDTH} {height}"'
    return f'<svg {size} role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
