"""DirectOrders: purchases that both sides sign (直接订单). The orders that come of them are those of PurchaseOrders."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract, books, find_number, notes
from bridge.ports.vocabulary import direct as v

DIRECT = Capability(
    "direct",
    (
        Contract(
            "DirectOrders",
            events={
                "DirectOrderOpened": books(
                    v.RecordDirectOrder,
                    requisition=find_number("requisition_ref"),
                    amount_minor="amount",
                ),
                "DirectSignatureWithdrawn": notes(
                    "the digest of what nobody here may have seen; no order is touched by it"
                ),
            },
            silent={
                "EIP712DomainChanged": "never emitted: the domain is fixed",
            },
        ),
    ),
)
