"""Commands of sales."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.attachments.schemas import WithText
from erp.kernel.schema import (
    AmountMinor,
    Bps,
    Code,
    Command,
    Instant,
    Number,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    ShortText,
    Text,
)
from erp.sales.rules import CustomerKind, SaleKind

YEAR_SECONDS = 365 * 86_400


class RegisterCustomer(WithText):
    """Registers somebody who buys, with a newcomer's score and no limit. The text is its name."""

    code: Code
    kind: CustomerKind


class SetCreditLimit(Command):
    """Says how much a customer may owe and have on order at a score of 100 %."""

    customer: Code
    limit_minor: AmountMinor


class OpenSalesOrder(Command):
    """A customer orders. Confirmed at once, or held when it would owe more than its limit times its score."""

    entity: Code
    customer: Code
    item: Code
    kind: SaleKind
    quantity: Quantity
    net_minor: PositiveMinor
    tax_bps: Bps
    # from the delivery to the day on which the price is due
    payment_seconds: Annotated[int, Field(ge=0, le=YEAR_SECONDS, strict=True)]
    promised_at: Instant
    chain_group: Code | None = None  # whose sale it is


class HoldSalesOrder(Command):
    """The order waits for finance: it would take the customer above what it may owe. No entries."""

    sales_order: Number


class ReleaseSalesOrder(Command):
    """Finance lets a held order go all the same, and says why. No entries."""

    sales_order: Number
    reason: Text


class CancelSalesOrder(Command):
    """Ends an order of which nothing has left yet. No entries."""

    sales_order: Number
    reason: Text


class DespatchSale(Command):
    """Goods leave for the customer, at moving average cost: Dr 1406, Cr 1403 or 1405. Sets off the reorder check."""

    sales_order: Number


class DeliverSale(Command):
    """The customer has it: Dr 1122.01, Cr 6001 or 6051.04 and 2221.01.06; Dr 6401, Cr 1406, or 5001 for a service."""

    sales_order: Number
    cost_minor: AmountMinor = 0  # of a service: what it took of production cost
    delivered_at: Instant


class ReturnSale(Command):
    """Units come back, or the price of a service is given back: the mirror of their share. Good units are stock again."""

    sales_order: Number
    quantity: Quantity
    good: QuantityOrNone  # of these, to be sold again
    reason: Text


class RecordReceipt(Command):
    """Money of the customer is on the bank account: Dr 1002, Cr 1122.01. Its day counts for the customer's score."""

    sales_order: Number
    amount_minor: PositiveMinor
    received_at: Instant
    bank_ref: ShortText  # of the bank, once


class RefundCustomer(Command):
    """What a customer paid too much, after a return, goes back: Dr 1122.01, Cr 1002."""

    sales_order: Number
    amount_minor: PositiveMinor


class ProvideBadDebt(Command):
    """Sets the provision for the debts of an entity's customers to what age and score ask for: Dr 6702, Cr 1231."""

    entity: Code
