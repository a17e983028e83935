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


@dataclass(eq=False)
class StockOfOtherKind(Rejected):
    """An entity keeps an item as one kind at a time: its stock stands on one account."""

    entity: str
    item: str
    kind: str
    asked: str
    code: ClassVar[str] = "stock-of-other-kind"
    template: ClassVar[str] = (
        "{entity} has {item} on hand as {kind}; use it up before it is kept as {asked}."
    )
