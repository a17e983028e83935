"""How long a tender of the sandbox stays open."""

from __future__ import annotations

WINDOW_SECONDS = 120  # for bids, and again for reveals
WINDOW_SECONDS_MIN = 60  # the contract's MIN_WINDOW_SECONDS
