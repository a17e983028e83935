"""What rooms above procurement may use of an order: find it, expect its state, book its acceptance, match its invoice.

Quality and payments import procurement through this module only; an import rule of `make check` holds them to it.
"""

from __future__ import annotations

from erp.procurement.booking import book_acceptance
from erp.procurement.disputes import report_again
from erp.procurement.errors import AlreadyAttested
from erp.procurement.queries import (
    Found,
    delivery_of,
    delivery_of_receipt,
    invoices_of,
    order,
    order_of,
)
from erp.procurement.rules import (
    DeliveryStatus,
    InvoiceStatus,
    OrderStatus,
    expect_status,
    order_fields,
    to_buyer,
    to_supplier,
)
from erp.procurement.schemas import CancelOrder, CloseOrder, MatchInvoice
from erp.procurement.supplements import penalty_of
from erp.procurement.tables import Delivery, PurchaseOrder

__all__ = [
    "AlreadyAttested",
    "CancelOrder",
    "CloseOrder",
    "Delivery",
    "DeliveryStatus",
    "Found",
    "InvoiceStatus",
    "MatchInvoice",
    "OrderStatus",
    "PurchaseOrder",
    "book_acceptance",
    "delivery_of",
    "delivery_of_receipt",
    "expect_status",
    "invoices_of",
    "order",
    "order_fields",
    "order_of",
    "penalty_of",
    "report_again",
    "to_buyer",
    "to_supplier",
]
