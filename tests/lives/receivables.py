"""A delivery paid by a claim, which is split, handed on, offered, sold and paid when due."""

from __future__ import annotations

from tests.claims import TERM, delivered, enrol_financier, sell
from tests.world import World

MAKES = frozenset({"receivable", "receivable_split", "discounting", "receivable_payment"})


def live(world: World) -> None:
    """Plays it."""
    enrol_financier(world)
    delivered(world)
    claim = world.last("receivable").fields["claim_id"]
    world.transact("SUPPLIER", "Receivables", "split", claim, 250_000)
    world.settle()
    part = world.last("receivable_split").fields["part_id"]
    sell(world, "SUPPLIER", part, 240_000, 250_000)
    world.transact("SUPPLIER", "Receivables", "transfer", claim, world.people["RIVAL"].address)
    world.settle()
    world.wait(TERM)
    world.settle()
