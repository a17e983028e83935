"""Pure rules of procurement: states, best bid, three-way match."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from erp.kernel import amounts
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.procurement.tables import PurchaseOrder


class RequisitionStatus(StrEnum):
    """The states of a requisition and what moves it."""

    RAISED = "RAISED"  # by RaiseRequisition
    TENDERED = "TENDERED"  # RAISED → TENDERED by RecordTender
    ORDERED = "ORDERED"  # TENDERED → ORDERED by OpenPurchaseOrder
    VOID = "VOID"  # TENDERED → VOID by RecordTenderVoid


class TenderStatus(StrEnum):
    """The states of a tender and what moves it."""

    OPEN = "OPEN"  # by RecordTender
    AWARDED = "AWARDED"  # OPEN → AWARDED by RecordAward
    VOID = "VOID"  # OPEN → VOID by RecordTenderVoid


class BidStatus(StrEnum):
    """The states of a sealed bid and its bond, and what moves them."""

    COMMITTED = "COMMITTED"  # by RecordBid
    REVEALED = "REVEALED"  # COMMITTED → REVEALED by RecordQuotation
    FORFEITED = "FORFEITED"  # COMMITTED → FORFEITED by RecordBondForfeit


class OrderStatus(StrEnum):
    """The states of an order and what moves it."""

    OPENED = "OPENED"  # by OpenPurchaseOrder
    FUNDED = "FUNDED"  # OPENED → FUNDED by RecordEscrowDeposit
    CLOSED = "CLOSED"  # FUNDED → CLOSED by CloseOrder
    CANCELLED = "CANCELLED"  # OPENED → CANCELLED by CancelOrder


class DeliveryStatus(StrEnum):
    """The states of a delivery and what moves it."""

    SHIPPED = "SHIPPED"  # by RecordDespatch
    RECEIVED = "RECEIVED"  # SHIPPED → RECEIVED by RecordGoodsReceipt
    INSPECTED = "INSPECTED"  # RECEIVED → INSPECTED by RecordInspection, when something was accepted
    REJECTED = "REJECTED"  # RECEIVED → REJECTED by RecordInspection, when nothing was accepted
    # INSPECTED → MATCHED by MatchInvoice; RECEIVED | INSPECTED → MATCHED by
    # RecordSilentAcceptance
    MATCHED = "MATCHED"
    PAID = "PAID"  # MATCHED → PAID by RecordPayment
    LOST = "LOST"  # SHIPPED | RECEIVED → LOST by CloseOrder


class InvoiceStatus(StrEnum):
    """The states of a supplier's invoice and what moves it."""

    OPEN = "OPEN"  # by RecordSupplierInvoice
    MATCHED = "MATCHED"  # OPEN | BLOCKED → MATCHED by MatchInvoice
    # OPEN → BLOCKED by MatchInvoice, or by RecordSilentAcceptance that paid without it
    BLOCKED = "BLOCKED"


def order_fields(order: PurchaseOrder) -> Fields:
    """The fields that every document concerning an order carries of it."""
    return {
        "order": order.number,
        "order_id": order.order_id,
        "item": order.item,
        "buyer_code": order.buyer,
        "supplier_code": order.supplier,
    }


def expect_status(order: PurchaseOrder, status: OrderStatus) -> None:
    """Raises WrongStatus when the order is in another state."""
    if order.status != status:
        raise WrongStatus("Order", order.number, order.status, status.value)


@dataclass(frozen=True)
class Quotation:
    """A revealed bid within the ceiling."""

    supplier: str
    amount_minor: int
    credit_bps: int
    index: int


def best_quotation(quotations: Iterable[Quotation]) -> Quotation | None:
    """The lowest amount; a tie goes to better credit at commitment, then to the earlier commitment.

    Returns None when no valid quotation stands.
    """
    return min(
        quotations, key=lambda bid: (bid.amount_minor, -bid.credit_bps, bid.index), default=None
    )


@dataclass(frozen=True)
class Claim:
    """An invoice beside what it must agree with. Amounts in minor units, available budget included."""

    invoiced_quantity: int
    accepted_quantity: int
    net_minor: int
    tax_minor: int
    accepted_amount_minor: int
    tolerance_bps: int
    tax_bps: int
    available_minor: int


def mismatch(claim: Claim) -> str | None:
    """Why order, acceptance and invoice do not agree (三单匹配); None when they do."""
    if claim.accepted_quantity == 0:
        return "nothing of this delivery was accepted"
    if claim.invoiced_quantity != claim.accepted_quantity:
        return f"quantity {claim.invoiced_quantity} is invoiced, {claim.accepted_quantity} was accepted"
    allowed = amounts.net_allowed(claim.accepted_amount_minor, claim.tolerance_bps)
    if claim.net_minor > allowed:
        return f"net amount {claim.net_minor} is over tolerance, {allowed} is allowed"
    tax = amounts.tax_allowed(claim.net_minor, claim.tax_bps)
    if claim.tax_minor > tax:
        return f"tax {claim.tax_minor} is over the rate, {tax} is allowed"
    variance = claim.net_minor - claim.accepted_amount_minor
    if variance > claim.available_minor:
        return f"price variance {variance} exceeds the available budget {claim.available_minor}"
    return None
