"""An order that both sides amend, of which the supplier gives up a part, disputes a delivery and is ruled right."""

from __future__ import annotations

from tests.amendments import amend
from tests.world import DAY, World

MAKES = frozenset({
    "order_amendment", "order_part_cancel", "delivery_dispute", "delivery_ruling", "supplement",
    "force_majeure_declaration",
})  # fmt: skip


def live(world: World) -> None:
    """Plays it."""
    today = world.now // DAY
    world.transact(
        "reporter", "ForceMajeure", "declare", world.reference(), today, 1, world.reference()
    )
    order = world.tender({"SUPPLIER": 1_000_003})
    order_id = order.fields["order_id"]
    amend(world, order, amount=1_100_000)
    world.transact("SUPPLIER", "PurchaseOrders", "cancelPart", order_id, 40)
    delivery = world.ship("SUPPLIER", order, 30)
    world.deliver(order, delivery, received=30, accepted=20, net=220_000)
    values = (order_id, delivery, world.reference())
    world.transact("SUPPLIER", "PurchaseOrders", "disputeDelivery", *values)
    arrived = world.last("goods_receipt").fields["received_at"]
    world.transact(
        "arbiter", "PurchaseOrders", "ruleDelivery", *values[:2], 30, 25, arrived, values[2]
    )
    world.settle()
