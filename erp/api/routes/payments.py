"""Routes of money that people book themselves. Escrow and payment are told by external events and have no route."""

from __future__ import annotations

from erp.api.room_routes import RoomRoutes
from erp.api.writes import Write
from erp.payments.schemas import ContributeCapital, ExplainTransfer

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
ROUTES.write(
    Write(
        "/transfer-explanations",
        ExplainTransfer,
        "Explain a transfer",
        "Says what tokens were for that moved outside of any contract, and takes them out of suspense on both "
        "sides: sender Cr 1221.09, receiver Dr 2241.09. Name the transfer that returned it for an error, and "
        "the accounts where the purpose is another.",
        {
            "transfer": "TKT-2026-00001",
            "purpose": "advance",
            "reason": "half of the price of the next order",
        },
    )
)
