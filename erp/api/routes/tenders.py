"""The shapes in which tenders, orders, deliveries and invoices are shown.

Minor units, smallest units, unix seconds.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from erp.procurement.tables import PurchaseOrder


class Row(BaseModel):
    """Read off a row of the same names."""

    model_config = ConfigDict(from_attributes=True)


class TenderView(Row):
    """A reverse auction for a requisition."""

    tender_id: int
    number: str
    requisition: str
    buyer: str
    quantity: int
    ceiling_minor: int
    bond_minor: int
    commit_end: int
    reveal_end: int
    status: str
    bids: int
    supplier: str | None = Field(description="who won")
    amount_minor: int | None = Field(description="at what amount")


class BidView(Row):
    """A bid; its amount is null until it is revealed."""

    supplier: str
    bid_index: int
    bond_minor: int
    credit_bps: int
    status: str
    amount_minor: int | None
    within_ceiling: bool | None


class OrderView(Row):
    """An order and its terms."""

    number: str
    order_id: int
    status: str
    requisition: str
    tender_id: int
    buyer: str
    supplier: str
    item: str
    quantity: int
    amount_minor: int
    opened_at: int
    promised_at: int
    fund_seconds: int
    grace_seconds: int
    silence_seconds: int
    lateness_bps_per_day: int
    lateness_cap_bps: int
    tax_bps: int
    tolerance_bps: int
    accepted: int
    close_request: str | None


class DeliveryView(Row):
    """A part delivery from despatch to payment.

    Each step names its document, or null when it has not happened.
    """

    delivery_id: int
    status: str
    shipped: int
    shipped_at: int
    despatch: str
    received: int
    received_at: int | None
    days_late: int
    receipt: str | None
    accepted: int
    rejected: int
    accepted_amount_minor: int
    inspection: str | None
    net_minor: int
    tax_minor: int
    invoice: str | None
    match: str | None
    penalty_minor: int
    paid_minor: int
    payment: str | None


class MoneyView(BaseModel):
    """An order's money: ordered, accepted, matched (net and tax), less penalty, paid.

    In escrow now; refunded.
    """

    ordered_minor: int
    required_deposit_minor: int
    escrowed_minor: int
    accepted_minor: int
    matched_net_minor: int
    matched_tax_minor: int
    penalty_minor: int
    paid_minor: int
    refunded_minor: int

    @classmethod
    def of(cls, order: PurchaseOrder) -> MoneyView:
        """The money of an order."""
        return cls(
            ordered_minor=order.amount_minor,
            required_deposit_minor=order.deposit_minor,
            escrowed_minor=order.escrowed_minor,
            accepted_minor=order.accepted_amount_minor,
            matched_net_minor=order.matched_minor,
            matched_tax_minor=order.tax_minor,
            penalty_minor=order.penalty_minor,
            paid_minor=order.paid_minor,
            refunded_minor=order.refunded_minor,
        )


class InvoiceView(Row):
    """A supplier's invoice; `reason` says why it is blocked."""

    number: str
    supplier: str
    invoice_number: str
    order_id: int
    delivery_id: int
    quantity: int
    net_minor: int
    tax_minor: int
    status: str
    reason: str | None
