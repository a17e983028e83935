"""What rooms above sales may use: find a sale and its customer, expect a state, count what was seen, ask for a signal."""

from __future__ import annotations

from erp.sales.customers import add_outcome
from erp.sales.orders import expect
from erp.sales.queries import customer, sale, signal_of
from erp.sales.rules import REVIEW_DIVISOR, WITH_CUSTOMER, SaleStatus
from erp.sales.schemas import DeliverSale, OpenSalesOrder, ReleaseSalesOrder, ReturnSale
from erp.sales.tables import SalesOrder

HELD = SaleStatus.HELD  # until finance lets it go

__all__ = [
    "HELD",
    "WITH_CUSTOMER",
    "DeliverSale",
    "OpenSalesOrder",
    "ReleaseSalesOrder",
    "ReturnSale",
    "SalesOrder",
    "add_outcome",
    "customer",
    "expect",
    "review_weight",
    "sale",
    "signal_of",
]


def review_weight(order: SalesOrder) -> int:
    """What a review of a sale weighs in its customer's score, minor units: a part of its net, rounded down."""
    return order.net_minor // REVIEW_DIVISOR
