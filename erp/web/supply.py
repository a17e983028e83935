"""What the supplier of an order may do with it now: ship what is left, and invoice what was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from erp.api.routes import invoices
from erp.api.routes.deliveries import DeliveryView
from erp.api.routes.orders import OrderView
from erp.api.routes.signing import ActRequestView
from erp.api.writes import Write
from erp.kernel import amounts
from erp.kernel.roles import Role
from erp.procurement.rules import DeliveryStatus, OrderStatus
from erp.procurement.schemas import RecordSupplierInvoice
from erp.web.bidding import ASK
from erp.web.reading import Reading
from erp.web.writing import may_tell, new_key

INVOICE: Write[Any] = next(w for w in invoices.ROUTES.writes if w.command is RecordSupplierInvoice)
SHIP = "ship"


@dataclass(frozen=True, slots=True)
class Billing:
    """A delivery that may be invoiced, and what its form holds at first."""

    delivery: DeliveryView
    net_minor: (
        int | None
    )  # of what was accepted, at the order's price; None: not shown to the reader
    tax_minor: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Supply:
    """What the supplier of an order may do with it now."""

    delivery_id: int  # of the next delivery
    left: int  # not shipped yet
    key: str | None  # of the form that ships; None: there is nothing to be shipped
    billing: list[Billing]


def left_of(order: OrderView, goods: Sequence[DeliveryView]) -> int:
    """How much of an order is not shipped yet, or was rejected and may be shipped anew."""
    sent = sum(each.shipped for each in goods if each.status != DeliveryStatus.REJECTED)
    return max(0, order.quantity - sent)


def supply_of(
    reading: Reading,
    order: OrderView,
    goods: Sequence[DeliveryView],
    acts: Sequence[ActRequestView],
) -> Supply | None:
    """The supplier's part of an order's page, with its acts that are not over; None for others, and with nothing to do."""
    caller = reading.caller
    if caller.role is not Role.SUPPLIER or caller.party != order.supplier:
        return None
    funded = order.status == OrderStatus.FUNDED
    left = left_of(order, goods)
    asked = any(each.act == SHIP for each in acts)  # until that is over, another would be refused
    may_ship = funded and left > 0 and not asked and may_tell(caller, ASK)
    billing = [
        _billing(reading, order, each)
        for each in goods
        if funded and each.status == DeliveryStatus.INSPECTED and each.invoice is None
        and each.accepted > 0 and may_tell(caller, INVOICE)
    ]  # fmt: skip
    if not (may_ship or billing):
        return None
    return Supply(
        delivery_id=max((each.delivery_id for each in goods), default=0) + 1,
        left=left,
        key=new_key(reading.context) if may_ship else None,
        billing=billing,
    )


def _billing(reading: Reading, order: OrderView, delivery: DeliveryView) -> Billing:
    net = delivery.accepted_amount_minor
    tax = None if net is None else amounts.claim_tax(net, order.tax_bps)
    return Billing(delivery, net, tax, new_key(reading.context))
