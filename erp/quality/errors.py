"""What incoming inspection refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, Rejected


class AlreadyInspected(Conflict):
    code = "already-inspected"
    template = "Delivery {key} was already inspected. A receipt is inspected once."


@dataclass(eq=False)
class InspectionIncomplete(Rejected):
    """Accepted and rejected must add up to what was received."""

    receipt: str
    accepted: int
    rejected: int
    received: int
    code: ClassVar[str] = "inspection-incomplete"
    template: ClassVar[str] = (
        "Receipt {receipt} has {received}: {accepted} accepted and {rejected} rejected do not add up to it."
    )


@dataclass(eq=False)
class ReasonMissing(Rejected):
    """An inspection with rejected units needs a reason."""

    receipt: str
    rejected: int
    code: ClassVar[str] = "reason-missing"
    template: ClassVar[str] = (
        "{rejected} of receipt {receipt} are rejected without a reason. Give the reason."
    )
