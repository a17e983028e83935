"""Pure rules of days of force majeure, exactly as the register outside has them."""

from __future__ import annotations

from erp.kernel.amounts import DAY_SECONDS

MAX_RANGE_DAYS = 4_608  # of one question: twelve years


def day_range(start: int, end: int) -> tuple[int, int]:
    """First and last day that lie wholly or partly in [start, end); an empty range where it is empty.

    Of a longer range the first MAX_RANGE_DAYS days are counted.
    """
    if end <= start:
        return 0, -1
    first = start // DAY_SECONDS
    return first, min((end - 1) // DAY_SECONDS, first + MAX_RANGE_DAYS - 1)
