"""What the budget does not allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Rejected


@dataclass(eq=False)
class BudgetExceeded(Rejected):
    """The available budget does not cover what is asked."""

    entity: str
    available_minor: int
    asked_minor: int
    code: ClassVar[str] = "budget-exceeded"
    template: ClassVar[str] = (
        "{entity} has {available_minor} of budget available; {asked_minor} is asked. Approve more budget first."
    )
