"""Sums too large for 64 bits, kept as two: of the high and of the low halves of the amounts."""

from __future__ import annotations

HALF = 2**32  # an amount is high * HALF + low


def whole(high: int | None, low: int | None) -> int:
    """The sum whose halves these are; 0 when there was no row."""
    return int(high or 0) * HALF + int(low or 0)
