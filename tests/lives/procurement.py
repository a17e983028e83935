"""A purchase in two deliveries, paid by match and by silence, and what does not go that way.

One that got cheaper after its match; an order not shipped, one that came too late, one not funded. And a slip taken back.
"""

from __future__ import annotations

from erp.procurement.schemas import CancelRequisition, RaiseRequisition, RequestOrderClose
from tests.amendments import amend
from tests.world import BUYER, DAY, World

MAKES = frozenset({
    "requisition", "requisition_cancel", "tender", "bid", "purchase_order", "goods_receipt", "inspection", "match",
    "order_close_request", "escrow_deposit", "silent_acceptance", "payment", "order_close",
    "order_cancel", "receipt_void", "match_void",
})  # fmt: skip


def live(world: World) -> None:
    """Plays it."""
    order = world.tender({"SUPPLIER": 1_000_003})
    first = world.ship("SUPPLIER", order, 60)
    world.wait(DAY)
    world.deliver(order, first, received=60, accepted=60, net=600_001)
    second = world.ship("SUPPLIER", order, 40)
    world.receive(order, second, 40)
    world.settle()
    world.wait(int(order.fields["silence_seconds"]) + 1)
    world.transact("SUPPLIER", "PurchaseOrders", "claim", order.fields["order_id"], second)
    world.settle()
    world.stock_item("ZINC")
    repriced = world.tender({"SUPPLIER": 1_000_003}, "ZINC")
    other = world.ship("SUPPLIER", repriced, 40)
    counted = world.receive(repriced, other, 40)
    world.settle()
    world.inspect(counted, 40)
    world.invoice(repriced, other, 40, 400_001, "INV-ZINC")
    amend(world, repriced, amount=900_003)
    world.settle()
    world.stock_item("COPPER")
    never_shipped = world.tender({"RIVAL": 900_001}, "COPPER")
    world.stock_item("LEAD")
    too_late = world.tender({"RIVAL": 900_001}, "LEAD")
    third = world.ship("RIVAL", too_late, 50)
    fields = too_late.fields
    lost_at = fields["promised_at"] + fields["grace_seconds"] + 2 * fields["silence_seconds"]
    world.node.reach_time(int(lost_at) - 1)
    world.receive(too_late, third, 50)
    world.wait(10 * DAY)
    world.erp(RequestOrderClose(order=never_shipped.number))
    taken_back = world.erp(RaiseRequisition(item="COPPER", quantity=1, estimate_minor=1))
    world.erp(CancelRequisition(requisition=taken_back.number, reason="a slip"))
    spender = world.deployment.address("PurchaseOrders")
    world.transact(BUYER, "SettlementToken", "approve", spender, 0)
    world.stock_item("TIN")
    world.tender({"RIVAL": 900_001}, "TIN")
    world.wait(DAY)
    world.settle()
