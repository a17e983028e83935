"""Pure rules of parties."""

from __future__ import annotations

from enum import StrEnum

BUYER = 1  # capability bits of the settlement side
SUPPLIER = 2


class PartyStatus(StrEnum):
    """REGISTERED → ENROLLED by EnrolParty.

    ENROLLED ⇄ SUSPENDED by SuspendParty and ReinstateParty.
    """

    REGISTERED = "REGISTERED"
    ENROLLED = "ENROLLED"
    SUSPENDED = "SUSPENDED"


def may_act(status: str, capabilities: int, capability: int) -> bool:
    """True when the party may take on new obligations in this office."""
    return status == PartyStatus.ENROLLED and capabilities & capability == capability
