"""Routes of deliveries: receiving goods, and the shape in which a delivery is shown with its order."""

from __future__ import annotations

from pydantic import Field

from erp.api.room_routes import RoomRoutes
from erp.api.row import Row
from erp.api.shown import Amount
from erp.api.writes import Write
from erp.kernel.field_class import classed
from erp.procurement.schemas import RecordGoodsReceipt

ROUTES = RoomRoutes("procurement")

ROUTES.write(
    Write(
        "/goods-receipts",
        RecordGoodsReceipt,
        "Receive goods",
        "What arrived of a despatch, and when. A quantity memo: nothing is valued before "
        "inspection. Never more than was despatched, once per delivery.",
        {
            "order": "PO-2026-00001",
            "delivery_id": 1,
            "quantity": 90,
            "received_at": 1_780_000_000,
        },
    )
)


class DeliveryView(Row):
    """A delivery from despatch to payment.

    Each step names its document by number, or is null when it has not happened. Minor units, smallest units, unix seconds.
    """

    classes = classed(
        "delivery_id status shipped shipped_at despatch received received_at days_late receipt "
        "accepted rejected inspection invoice match payment dispute rule_by ruling supplement",
        money="accepted_amount_minor net_minor tax_minor penalty_minor paid_minor",
    )

    delivery_id: int
    status: str
    shipped: int
    shipped_at: int
    despatch: str
    received: int
    received_at: int | None
    days_late: int
    receipt: str | None
    accepted: int
    rejected: int
    accepted_amount_minor: Amount
    inspection: str | None
    net_minor: Amount
    tax_minor: Amount
    invoice: str | None
    match: str | None
    penalty_minor: Amount
    paid_minor: Amount
    payment: str | None
    dispute: str | None = Field(description="the dispute that is not over")
    rule_by: int = Field(description="until when it may be ruled; 0: there is none")
    ruling: str | None
    supplement: str | None = Field(description="what paid what the ruling added")
