"""What rooms above procurement may use of an order: find it, expect its state, book its acceptance, match its invoice.

Quality and payments import procurement through this module only; an import rule of `make check` holds them to it.
"""

from __future__ import annotations

from erp.procurement.booking import book_acceptance
from erp.procurement.budgeting import budgeted
from erp.procurement.disputes import report_again
from erp.procurement.errors import AlreadyAttested
from erp.procurement.invoices import payable_again
from erp.procurement.lots import requisition_now
from erp.procurement.planning import reorder_after
from erp.procurement.queries import (
    Found,
    deliveries,
    delivery_of,
    delivery_of_receipt,
    find_numbered,
    find_order,
    invoices_of,
    order,
    order_of,
)
from erp.procurement.rules import (
    DeliveryStatus,
    InvoiceStatus,
    OrderStatus,
    RequisitionStatus,
    expect_status,
    order_fields,
    to_buyer,
    to_supplier,
)
from erp.procurement.schemas import (
    MAX_BID,
    CancelOrder,
    CloseOrder,
    MatchInvoice,
    OrderTerms,
    RecordDeliveryRuling,
    RecordGoodsReceipt,
    RecordReceiptVoid,
    RecordSilentAcceptance,
    WideMinor,
    WideQuantity,
)
from erp.procurement.scoring import next_bid
from erp.procurement.sourcing import expect_sourcing, give_up, stand_on, terms_of
from erp.procurement.supplements import penalty_of
from erp.procurement.tables import Delivery, PurchaseOrder, Requisition
from erp.procurement.tenders import expect_invited, known_codes

__all__ = [
    "MAX_BID",
    "AlreadyAttested",
    "CancelOrder",
    "CloseOrder",
    "Delivery",
    "DeliveryStatus",
    "Found",
    "InvoiceStatus",
    "MatchInvoice",
    "OrderStatus",
    "OrderTerms",
    "PurchaseOrder",
    "RecordDeliveryRuling",
    "RecordGoodsReceipt",
    "RecordReceiptVoid",
    "RecordSilentAcceptance",
    "Requisition",
    "RequisitionStatus",
    "WideMinor",
    "WideQuantity",
    "book_acceptance",
    "budgeted",
    "deliveries",
    "delivery_of",
    "delivery_of_receipt",
    "expect_invited",
    "expect_sourcing",
    "expect_status",
    "find_numbered",
    "find_order",
    "give_up",
    "invoices_of",
    "known_codes",
    "next_bid",
    "order",
    "order_fields",
    "order_of",
    "payable_again",
    "penalty_of",
    "reorder_after",
    "report_again",
    "requisition_now",
    "stand_on",
    "terms_of",
    "to_buyer",
    "to_supplier",
]
