"""An order with a guarantee: asked for, pledged, a defect disputed and settled, the undelivered share, the release."""

from __future__ import annotations

from bridge.ports.port import Document
from erp.guarantees.schemas import ReportDefect, RequestGuarantee
from erp.procurement.schemas import RequestOrderClose
from tests.world import BUYER, DAY, UNLIMITED, World

MAKES = frozenset({
    "guarantee_ask", "guarantee_pledge", "guarantee_share", "guarantee_release", "guarantee_end", "defect_report",
    "defect_attestation", "defect_dispute_withdrawal", "defect_settlement", "defect_void",
})  # fmt: skip
WARRANTY = 90 * DAY


def guaranteed(world: World, amount: int) -> Document:
    """An order of 100 for 1,000,000 that the buyer funds once its guarantee is pledged; the order."""
    orders = world.deployment.address("PurchaseOrders")
    world.transact(BUYER, "SettlementToken", "approve", orders, 0)  # nothing is funded yet
    order = world.tender({"SUPPLIER": 1_000_000})
    world.erp(RequestGuarantee(order=order.number, amount_minor=amount, warranty_seconds=WARRANTY))
    world.settle()
    world.transact(BUYER, "SettlementToken", "approve", orders, UNLIMITED)
    spender = world.deployment.address("Guarantees")
    world.transact("SUPPLIER", "SettlementToken", "approve", spender, UNLIMITED)
    order_id = order.fields["order_id"]
    world.transact("SUPPLIER", "Guarantees", "pledge", order_id, amount, WARRANTY)
    world.settle()
    return order


def live(world: World) -> None:
    """Plays it."""
    order = guaranteed(world, 200_000)
    delivery = world.ship("SUPPLIER", order, 60)
    world.deliver(order, delivery, 60, 60, 600_000)
    world.erp(ReportDefect(order=order.number, delivery_id=delivery, quantity=6, reason="brittle"))
    world.settle()
    place = order.fields["order_id"], delivery
    world.transact("SUPPLIER", "Guarantees", "disputeDefect", *place, world.reference())
    world.transact("SUPPLIER", "Guarantees", "withdrawDefectDispute", *place)
    world.wait(int(order.fields["silence_seconds"]))
    world.settle()
    world.wait(100 * DAY)
    world.erp(RequestOrderClose(order=order.number))
    world.settle()
    world.node.reach_time(int(world.last("guarantee_end").fields["release_at"]) - DAY)
    world.erp(ReportDefect(order=order.number, delivery_id=delivery, quantity=1, reason="too late"))
    world.wait(WARRANTY)
    world.settle()
