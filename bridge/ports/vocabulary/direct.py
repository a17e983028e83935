"""Words about DirectOrders (直接订单)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref


class RecordDirectOrder(TypedDict):
    """A purchase that both sides signed became an order, which was told just before."""

    direct_order_id: int
    order_id: int
    requisition: Number | None  # None: the reference is that of no document here
    requisition_ref: Ref
    buyer: Account
    supplier: Account
    quantity: int
    amount_minor: int


DOCUMENT_TYPES: Mapping[type, str] = {RecordDirectOrder: "direct_order"}
DOCUMENTS: Mapping[str, type] = {}
