"""What the room of sales refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownCustomer(NotFound):
    code = "unknown-customer"
    template = "No customer {key!r} is registered. Register it first, or correct the code."


class UnknownSalesOrder(NotFound):
    code = "unknown-sales-order"
    template = "There is no sales order {key}."


class CustomerExists(Conflict):
    code = "customer-exists"
    template = "Customer {key!r} is already registered."


class ReceiptExists(Conflict):
    code = "receipt-exists"
    template = "The bank's reference {key!r} was already booked. Each receipt is booked once."


@dataclass(eq=False)
class NotDue(Rejected):
    """More money than the order's customer owes."""

    sales_order: str
    owed: int
    amount: int
    code: ClassVar[str] = "not-due"
    template: ClassVar[str] = "Of {sales_order} {owed} is owed; {amount} cannot be booked for it."


@dataclass(eq=False)
class NothingToRefund(Rejected):
    """More than the customer paid too much."""

    sales_order: str
    overpaid: int
    amount: int
    code: ClassVar[str] = "nothing-to-refund"
    template: ClassVar[str] = (
        "For {sales_order} {overpaid} was paid above what is owed; {amount} cannot go back."
    )


@dataclass(eq=False)
class TooManyReturned(Rejected):
    """More units come back than the customer has."""

    sales_order: str
    left: int
    quantity: int
    code: ClassVar[str] = "too-many-returned"
    template: ClassVar[str] = (
        "The customer of {sales_order} has {left} units; {quantity} cannot come back."
    )


@dataclass(eq=False)
class MoreGoodThanReturned(Rejected):
    """Good units are part of those that came back, and a service brings none back."""

    sales_order: str
    most: int
    good: int
    code: ClassVar[str] = "more-good-than-returned"
    template: ClassVar[str] = (
        "At most {most} units of this return of {sales_order} can be good, not {good}."
    )


@dataclass(eq=False)
class NotOfThisKind(Rejected):
    """Goods are despatched and cost what they stood at in stock; services are delivered at a cost that is told."""

    sales_order: str
    kind: str
    step: str
    code: ClassVar[str] = "not-of-this-kind"
    template: ClassVar[str] = "{sales_order} sells {kind}: {step}."


@dataclass(eq=False)
class SaleOutOfTime(Rejected):
    """An instant before what it follows, or in the future."""

    sales_order: str
    said: int
    earliest: int
    latest: int
    code: ClassVar[str] = "sale-out-of-time"
    template: ClassVar[str] = (
        "{said} is no time for {sales_order}: say one from {earliest} to {latest}."
    )
