"""A purchase in two deliveries, paid by match and by silence; an order not shipped, one not funded; a slip taken back."""

from __future__ import annotations

from erp.procurement.schemas import CancelRequisition, RaiseRequisition, RequestOrderClose
from tests.world import BUYER, DAY, World

MAKES = frozenset({
    "requisition", "requisition_cancel", "tender", "bid", "purchase_order", "goods_receipt", "inspection", "match",
    "order_close_request", "escrow_deposit", "silent_acceptance", "payment", "order_close",
    "order_cancel",
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
    world.stock_item("COPPER")
    never_shipped = world.tender({"RIVAL": 900_001}, "COPPER")
    world.wait(100 * DAY)
    world.erp(RequestOrderClose(order=never_shipped.number))
    taken_back = world.erp(RaiseRequisition(item="COPPER", quantity=1, estimate_minor=1))
    world.erp(CancelRequisition(requisition=taken_back.number, reason="a slip"))
    spender = world.deployment.address("PurchaseOrders")
    world.transact(BUYER, "SettlementToken", "approve", spender, 0)
    world.stock_item("TIN")
    world.tender({"RIVAL": 900_001}, "TIN")
    world.wait(DAY)
    world.settle()
