"""The states of a proposal."""

from __future__ import annotations

from enum import StrEnum


class ProposalStatus(StrEnum):
    """OPEN, then CONFIRMED or WITHDRAWN for good."""

    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    WITHDRAWN = "WITHDRAWN"
