"""Routes of money that people book themselves. Escrow and payment are told by external events and have no route."""

from __future__ import annotations

from erp.api.room_routes import RoomRoutes
from erp.api.writes import Write
from erp.payments.schemas import ContributeCapital

ROUTES = RoomRoutes("ledger")

ROUTES.write(
    Write(
        "/capital-contributions",
        ContributeCapital,
        "Book a capital contribution",
        "Owners pay money into an entity's bank account: Dr 1002, Cr 4001.",
        {"entity": "HEFEI", "amount_minor": 5_000_000},
    )
)
