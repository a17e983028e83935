"""The route of incoming inspection."""

from __future__ import annotations

from erp.api.room_routes import RoomRoutes
from erp.api.writes import Write
from erp.quality.schemas import RecordInspection

ROUTES = RoomRoutes("procurement")

ROUTES.write(
    Write(
        "/inspections",
        RecordInspection,
        "Inspect a receipt",
        "What of a receipt is good and what is not; accepted + rejected = received. Acceptance is "
        "valued at order price: Dr 1403, Cr 2202.02. Rejections need a reason. When the invoice "
        "is there, the three-way match follows.",
        {"receipt": "GR-2026-00001", "accepted": 86, "rejected": 4, "reason": "bent edges"},
    )
)
