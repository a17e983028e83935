"""What of Brownie's own words the console shows: its gas lines and its traces, off until `ops.debug()`."""

from __future__ import annotations

_shown = [False]


def show(shown: bool) -> None:
    """Shows Brownie's lines and traces from now on, or no longer."""
    _shown[:] = [shown]


def is_shown() -> bool:
    """True while they are shown."""
    return _shown[0]
