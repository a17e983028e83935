"""The public face of orders."""

from __future__ import annotations

from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.procurement.rules import OrderStatus
from erp.procurement.tables import PurchaseOrder


def order_fields(order: PurchaseOrder) -> Fields:
    """What every document that concerns an order carries of it."""
    return {
        "order": order.number,
        "order_id": order.order_id,
        "item": order.item,
        "buyer_code": order.buyer,
        "supplier_code": order.supplier,
    }


def expect_status(order: PurchaseOrder, status: OrderStatus) -> None:
    """Refuses an order in another state."""
    if order.status != status:
        raise WrongStatus("Order", order.number, order.status, status.value)
