"""By which clock a play goes."""

from __future__ import annotations

from enum import StrEnum


class Time(StrEnum):
    """By which clock it is played."""

    HISTORY = "history"  # the chain's time is moved to the days of the history
    REAL = "real"  # the chain's own, which nobody moves
