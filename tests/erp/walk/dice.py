"""What every step has: dice, ids of its own, and a look at the books as they stand."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from erp.kernel.schema import Command
from tests.erp.world import DAY, World

SECOND = "finance:second"
NEWEST = 12  # of which a step picks one
SUPPLIERS = ("supplier", "rival", "maker")
BUYERS = ("buyer", "maker")
LEADERS = ("maker",)  # of the house, enrolled as nodes
NODES = ("maker", "cook")  # the first one of the house
ITEMS = ("bolt", "nut")
PRICE = 12_000  # a piece, at most
LEAD_SECONDS = 2 * DAY  # so short that much is late


@dataclass(frozen=True)
class Stroke:
    """Commands to be told one after the other, and by whom: a clerk of each command's role, when nobody is named."""

    commands: tuple[Command, ...]
    actor: str = ""


class Dice:
    """One walker's dice and eyes. Ids that it gives are its own: `index` of `walkers`."""

    def __init__(self, world: World, dice: random.Random, index: int, walkers: int) -> None:
        self.world = world
        self.dice = dice
        self._index, self._walkers = index, walkers
        self._ids = 0
        self.session: Session  # set for each stroke

    def number(self, low: int, high: int) -> int:
        return self.dice.randint(low, high)

    def rarely(self, one_in: int) -> bool:
        return self.dice.randrange(one_in) == 0

    def new_id(self) -> int:
        self._ids += 1
        return self._ids * self._walkers + self._index

    def pick(self, statement: str, **values: Any) -> RowMapping | None:
        """One of the newest rows of a statement."""
        found = self.session.execute(text(f"{statement} LIMIT {NEWEST}"), values).mappings().all()
        return self.dice.choice(found) if found else None

    def rows_of(self, statement: str, **values: Any) -> list[RowMapping]:
        """All rows of a statement."""
        return list(self.session.execute(text(statement), values).mappings().all())

    def order_in(self, *statuses: str) -> RowMapping | None:
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            f"SELECT * FROM purchase_order WHERE status IN ({wanted}) ORDER BY order_id DESC"
        )

    def delivery_in(self, *statuses: str, more: str = "") -> RowMapping | None:
        """A delivery in one of these states, with its order's terms."""
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            "SELECT o.*, d.*, o.number AS order_number, o.accepted AS order_accepted, o.supplier AS seller "
            "FROM delivery d JOIN purchase_order o ON o.order_id = d.order_id "
            f"WHERE d.status IN ({wanted}) {more} ORDER BY d.order_id DESC"
        )
