"""CapacityTokens and CapacityMarket: machine-minutes, sold and run (产能). Not followed yet."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract

CAPACITY = Capability(
    "capacity",
    (
        Contract(
            "CapacityTokens",
            unfollowed="machine-minutes are no stock item of the ERP yet",
        ),
        Contract(
            "CapacityMarket",
            unfollowed="sales and refunds of machine-minutes have no documents in the ERP yet",
            holds_money=True,
        ),
    ),
)
