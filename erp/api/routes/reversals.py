"""The route that reverses a document."""

from __future__ import annotations

from erp.api.room_routes import RoomRoutes
from erp.api.writes import Write
from erp.reversals.schemas import ReverseDocument

ROUTES = RoomRoutes("ledger")

ROUTES.write(
    Write(
        "/reversals",
        ReverseDocument,
        "Reverse a document",
        "Undoes a document of purely internal effect (capital, budget approval, stock opening, "
        "goods issue) by its mirror image, once. Posted documents are never changed or deleted.",
        {"number": "CAP-2026-00001", "reason": "booked for the wrong entity"},
    )
)
