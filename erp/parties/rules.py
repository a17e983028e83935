"""Pure rules of parties."""

from __future__ import annotations

from enum import StrEnum

BUYER = 1  # bits of a party's capabilities
SUPPLIER = 2


class PartyStatus(StrEnum):
    """REGISTERED → ENROLLED by EnrolParty; ENROLLED ⇄ SUSPENDED by SuspendParty and ReinstateParty."""

    REGISTERED = "REGISTERED"
    ENROLLED = "ENROLLED"
    SUSPENDED = "SUSPENDED"


def may_act(status: str, capabilities: int, capability: int) -> bool:
    """True when the party is enrolled with this capability: only then may it take on new obligations in that office."""
    return status == PartyStatus.ENROLLED and capabilities & capability == capability
