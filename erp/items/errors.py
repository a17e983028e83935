"""What the rules of items and sourcing policies refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownItem(NotFound):
    code = "unknown-item"
    template = "No item {key!r} is registered. Register it first, or correct the code."


class NoSourcingPolicy(NotFound):
    code = "no-sourcing-policy"
    template = "Item {key!r} has no sourcing policy. Set one before asking for the item."


class ItemExists(Conflict):
    code = "item-exists"
    template = "Item {key!r} is already registered."


@dataclass(eq=False)
class InvalidPolicy(Rejected):
    """A sourcing policy that cannot work."""

    item: str
    why: str
    code: ClassVar[str] = "invalid-policy"
    template: ClassVar[str] = "The sourcing policy of {item} cannot work: {why}."
