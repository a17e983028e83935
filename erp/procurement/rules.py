"""Pure rules of procurement: states, three-way match."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from erp.kernel import amounts
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.procurement.tables import PurchaseOrder, SupplierInvoice


class RequisitionStatus(StrEnum):
    """The states of a requisition and what moves it."""

    RAISED = "RAISED"  # by RaiseRequisition
    # RAISED → TENDERED by RecordTender; CANCELLED → TENDERED by RecordTender that crossed with the cancel
    TENDERED = "TENDERED"
    AUCTIONED = "AUCTIONED"  # the same, by RecordAuction
    # TENDERED | AUCTIONED → ORDERED by OpenPurchaseOrder, and RAISED | CANCELLED → ORDERED by one that both sides signed
    ORDERED = "ORDERED"
    VOID = "VOID"  # TENDERED → VOID by RecordTenderVoid; AUCTIONED → VOID by RecordAuctionVoid
    CANCELLED = "CANCELLED"  # RAISED → CANCELLED by CancelRequisition


class TenderStatus(StrEnum):
    """The states of a tender and what moves it."""

    OPEN = "OPEN"  # by RecordTender
    RANKING = "RANKING"  # OPEN → RANKING by RecordBidDisqualification of a bid of rank
    AWARDED = "AWARDED"  # OPEN | RANKING → AWARDED by RecordAward
    VOID = "VOID"  # OPEN | RANKING → VOID by RecordTenderVoid


class BidStatus(StrEnum):
    """The states of a sealed bid and its bond, and what moves them."""

    COMMITTED = "COMMITTED"  # by RecordBid
    REVEALED = "REVEALED"  # COMMITTED → REVEALED by RecordQuotation
    FORFEITED = "FORFEITED"  # COMMITTED → FORFEITED by RecordBondForfeit
    STRUCK = "STRUCK"  # REVEALED → STRUCK by RecordBidDisqualification


class OrderStatus(StrEnum):
    """The states of an order and what moves it."""

    OPENED = "OPENED"  # by OpenPurchaseOrder
    FUNDED = "FUNDED"  # OPENED → FUNDED by RecordEscrowDeposit
    CLOSED = "CLOSED"  # FUNDED → CLOSED by CloseOrder
    CANCELLED = "CANCELLED"  # OPENED → CANCELLED by CancelOrder


class DeliveryStatus(StrEnum):
    """The states of a delivery and what moves it."""

    # by RecordDespatch; RECEIVED | INSPECTED | REJECTED | MATCHED → SHIPPED by RecordReceiptVoid
    SHIPPED = "SHIPPED"
    RECEIVED = "RECEIVED"  # SHIPPED → RECEIVED by RecordGoodsReceipt
    # RECEIVED → INSPECTED by RecordInspection, when something was accepted; MATCHED → INSPECTED by RecordMatchVoid
    INSPECTED = "INSPECTED"
    REJECTED = "REJECTED"  # RECEIVED → REJECTED by RecordInspection, when nothing was accepted
    # INSPECTED → MATCHED by MatchInvoice; RECEIVED | INSPECTED → MATCHED by RecordSilentAcceptance,
    # and REJECTED → MATCHED by it until the inspection was reported
    MATCHED = "MATCHED"
    PAID = "PAID"  # MATCHED → PAID by RecordPayment
    LOST = "LOST"  # SHIPPED | RECEIVED → LOST by CloseOrder


class InvoiceStatus(StrEnum):
    """The states of a supplier's invoice and what moves it."""

    OPEN = "OPEN"  # by RecordSupplierInvoice; MATCHED → OPEN by RecordReceiptVoid, and CloseOrder of what came too late
    # OPEN → MATCHED by MatchInvoice; BLOCKED → MATCHED by MatchInvoice that follows from ReleaseInvoice, from
    # RecordDiscount where the price was below the floor, or from ApproveBudget where the block was for want of budget
    MATCHED = "MATCHED"
    # OPEN → BLOCKED by MatchInvoice, or by RecordSilentAcceptance that paid without it; MATCHED → BLOCKED by it, where
    # it paid another price; MATCHED → BLOCKED by RecordMatchVoid
    BLOCKED = "BLOCKED"
    WITHDRAWN = "WITHDRAWN"  # OPEN | BLOCKED → WITHDRAWN by WithdrawInvoice


def order_fields(order: PurchaseOrder) -> Fields:
    """The fields that every document concerning an order carries of it."""
    return {
        "order": order.number,
        "order_id": order.order_id,
        "item": order.item,
        "buyer_code": order.buyer,
        "supplier_code": order.supplier,
    }


class Dimensions(TypedDict):
    """What an entry about an order carries."""

    counterparty: str
    order: str
    chain_group: str


def to_supplier(order: PurchaseOrder) -> Dimensions:
    """The dimensions of an entry of the order's buyer."""
    return {
        "counterparty": order.supplier,
        "order": order.number,
        "chain_group": order.chain_group,
    }


def to_buyer(order: PurchaseOrder) -> Dimensions:
    """The dimensions of an entry of the order's supplier."""
    return {
        "counterparty": order.buyer,
        "order": order.number,
        "chain_group": order.chain_group,
    }


def expect_status(order: PurchaseOrder, status: OrderStatus) -> None:
    """Raises WrongStatus when the order is in another state."""
    if order.status != status:
        raise WrongStatus("Order", order.number, order.status, status.value)


def expect_invoice(invoice: SupplierInvoice, *statuses: InvoiceStatus) -> None:
    """Raises WrongStatus when the invoice is in none of these states."""
    if invoice.status not in statuses:
        raise WrongStatus("Invoice", invoice.number, invoice.status, " or ".join(statuses))


IGNORED = frozenset({"Cc", "Cf", "Pd", "Zl", "Zp", "Zs"})  # controls, dashes, blanks
MINUS = "\u2212"


def invoice_key(invoice_number: str) -> str:
    """What makes two spellings of a supplier's invoice number the same number.

    Width and case are folded (NFKC, casefold); blanks, dashes and invisible characters do not count.
    """
    folded = unicodedata.normalize("NFKC", invoice_number).casefold()
    folded = unicodedata.normalize("NFKC", folded)
    return "".join(c for c in folded if c != MINUS and unicodedata.category(c) not in IGNORED)


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
    discount_minor: int | None = None  # the net price that the supplier granted

    @property
    def floor(self) -> int:
        """The least that may be asked, net: the supplier is owed it, unless it granted less."""
        floor = amounts.net_floor(self.accepted_amount_minor, self.tolerance_bps)
        return floor if self.discount_minor is None else min(floor, self.discount_minor)


def mismatch(claim: Claim) -> str | None:
    """Why order, acceptance and invoice do not agree (三单匹配); None when they do."""
    if claim.accepted_quantity == 0:
        return "nothing of this delivery was accepted"
    if claim.invoiced_quantity != claim.accepted_quantity:
        return f"quantity {claim.invoiced_quantity} is invoiced, {claim.accepted_quantity} was accepted"
    if (reason := out_of_bounds(claim)) is not None:
        return reason
    variance = claim.net_minor - claim.accepted_amount_minor
    if variance > claim.available_minor:
        return f"price variance {variance} exceeds the available budget {claim.available_minor}"
    return None


def out_of_bounds(claim: Claim) -> str | None:
    """Why the terms of the order, which the outside holds too, do not let these amounts pass; None when they do."""
    allowed = amounts.net_allowed(claim.accepted_amount_minor, claim.tolerance_bps)
    if claim.net_minor > allowed:
        return f"net amount {claim.net_minor} is over tolerance, {allowed} is allowed"
    if claim.net_minor < claim.floor:
        return (
            f"net amount {claim.net_minor} is under the floor {claim.floor} that the supplier is owed; it grants the "
            "discount first, or sends another invoice"
        )
    tax = amounts.tax_allowed(claim.net_minor, claim.tax_bps)
    if claim.tax_minor > tax:
        return f"tax {claim.tax_minor} is over the rate, {tax} is allowed"
    return None


@dataclass(frozen=True)
class ReleaseTerms:
    """The least and the most that a blocked invoice may be released at, minor units."""

    net_least: int
    net_most: int
    tax_least: int
    tax_most: int

    def allow(self, net_minor: int, tax_minor: int) -> bool:
        """True when both amounts lie within."""
        return (
            self.net_least <= net_minor <= self.net_most
            and self.tax_least <= tax_minor <= self.tax_most
        )


def release_terms(claim: Claim, net_minor: int) -> ReleaseTerms:
    """At what an invoice may be released; the tax is that of a net amount, the nearest allowed one to `net_minor`.

    Never above what the invoice asks or the order's shared terms let pass, and never below the order's price of what was
    accepted, which the supplier is owed; where the invoice asks for less, exactly that. Nothing below the floor.
    """
    most = min(
        claim.net_minor, amounts.net_allowed(claim.accepted_amount_minor, claim.tolerance_bps)
    )
    least = min(claim.net_minor, claim.accepted_amount_minor)
    net = min(max(net_minor, least), most)
    return ReleaseTerms(
        net_least=least,
        net_most=most,
        tax_least=min(claim.tax_minor, amounts.claim_tax(net, claim.tax_bps)),
        tax_most=min(claim.tax_minor, amounts.tax_allowed(net, claim.tax_bps)),
    )
