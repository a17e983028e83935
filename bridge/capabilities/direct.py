"""DirectOrders: purchases that both sides sign (直接订单). Not followed yet; the orders that come of them are."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract

DIRECT = Capability(
    "direct",
    (
        Contract(
            "DirectOrders",
            unfollowed="purchases without a tender have no documents in the ERP yet",
        ),
    ),
)
