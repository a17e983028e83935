"""Pure rules of claims."""

from __future__ import annotations

from enum import StrEnum


class ClaimStatus(StrEnum):
    """The states of a claim and what moves it."""

    OPEN = "OPEN"  # by RecordClaim, or as a part by RecordClaimSplit
    PAID = "PAID"  # OPEN → PAID by RecordClaimPayment


def carrying_of_part(carrying_minor: int, part_minor: int, amount_minor: int) -> int:
    """What a part of a claim stands at, minor units: its share of what the whole stood at, rounded down; the rest stays."""
    return carrying_minor * part_minor // amount_minor
