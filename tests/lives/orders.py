"""An order that both sides amend and of which the supplier gives up a part."""

from __future__ import annotations

from tests.amendments import amend
from tests.world import World

MAKES = frozenset({"order_amendment", "order_part_cancel"})


def live(world: World) -> None:
    """Plays it."""
    order = world.tender({"SUPPLIER": 1_000_003})
    amend(world, order, amount=1_100_000)
    world.transact("SUPPLIER", "PurchaseOrders", "cancelPart", order.fields["order_id"], 40)
    world.settle()
