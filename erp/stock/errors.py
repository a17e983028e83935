"""What the warehouse refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Rejected


@dataclass(eq=False)
class InsufficientStock(Rejected):
    """More is asked for than is there."""

    entity: str
    item: str
    on_hand: int
    asked: int
    code: ClassVar[str] = "insufficient-stock"
    template: ClassVar[str] = "{entity} has {on_hand} of {item} on hand; {asked} cannot leave."
