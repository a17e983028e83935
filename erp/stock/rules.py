"""Pure rules of stock."""

from __future__ import annotations


def issue_cost(value_minor: int, on_hand: int, quantity: int) -> int:
    """Moving average cost of an issue (移动加权平均), minor units, rounded down. The last unit takes all the value left."""
    return value_minor * quantity // on_hand


def reorder_due(on_hand: int, on_order: int, reorder_point: int) -> bool:
    """True when what is there and what is coming fall below the reorder point."""
    return on_hand + on_order < reorder_point
