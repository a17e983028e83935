"""What an order waits for, and of whom (下一步): acts of people, of the bridge and of an arbiter. Pure.

What time alone decides stands beside it, in `erp.boards.time`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from erp.kernel.roles import Role
from erp.procurement.rules import DeliveryStatus, InvoiceStatus, OrderStatus
from erp.procurement.tables import Delivery, PurchaseOrder, SupplierInvoice

BRIDGE = "bridge"  # signs what the books ask for, without anybody's doing
ARBITER = "arbiter"  # rules on the chain


@dataclass(frozen=True, slots=True)
class NextStep:
    """One act that is to come next."""

    what: str  # receive
    by: str  # the role, or BRIDGE or ARBITER
    party: str | None  # whose office it is; None: of no party of the order
    delivery_id: int | None
    quantity: int | None
    since: int | None  # unix seconds; None: not kept
    until: int | None  # unix seconds; None: without end


def of_order(
    order: PurchaseOrder,
    deliveries: Sequence[Delivery],
    invoices: Sequence[SupplierInvoice] = (),
    reported_at: Mapping[str, int] | None = None,
) -> list[NextStep]:
    """What comes next of an order; nothing once it is closed or cancelled.

    `reported_at`: when each receipt was reported outside, as `erp.boards.time.of_order` takes it.
    """
    if order.status == OrderStatus.OPENED:
        end = order.opened_at + order.fund_seconds
        return [NextStep("fund", BRIDGE, order.buyer, None, None, order.opened_at, end)]
    if order.status != OrderStatus.FUNDED:
        return []
    blocked = {each.delivery_id for each in invoices if each.status == InvoiceStatus.BLOCKED}
    found = [*_shipping(order, deliveries)]
    for each in deliveries:
        found += _of_delivery(order, each, each.delivery_id in blocked, reported_at or {})
    if not found or order.close_request is not None:
        found.append(NextStep("close", BRIDGE, order.buyer, None, None, None, None))
    return found


def _shipping(order: PurchaseOrder, deliveries: Sequence[Delivery]) -> Iterator[NextStep]:
    sent = sum(each.shipped for each in deliveries if each.status != DeliveryStatus.REJECTED)
    if sent < order.quantity:
        yield NextStep(
            "ship", Role.SUPPLIER, order.supplier, None, order.quantity - sent, order.opened_at, order.promised_at
        )  # fmt: skip


def _of_delivery(
    order: PurchaseOrder, delivery: Delivery, blocked: bool, reported_at: Mapping[str, int]
) -> Iterator[NextStep]:
    def step(what: str, by: str, party: str | None, until: int | None = None) -> NextStep:
        quantity = delivery.received or delivery.shipped
        since = delivery.received_at or delivery.shipped_at
        return NextStep(what, by, party, delivery.delivery_id, quantity, since, until)

    if delivery.dispute is not None and delivery.rule_by:
        yield step("rule", ARBITER, None, delivery.rule_by)
    reported = reported_at.get(delivery.receipt_attestation or "")
    silence_end = None if reported is None else reported + order.silence_seconds
    if delivery.status == DeliveryStatus.SHIPPED:
        yield step("receive", Role.WAREHOUSE, order.buyer)
    elif delivery.status == DeliveryStatus.RECEIVED:
        yield step("inspect", Role.QUALITY, order.buyer, silence_end)
    elif delivery.status == DeliveryStatus.INSPECTED and blocked:
        yield step("settle_invoice", Role.FINANCE, order.buyer, silence_end)
    elif delivery.status == DeliveryStatus.INSPECTED:
        if delivery.invoice is None and delivery.claimed is None:
            yield step("invoice", Role.SUPPLIER, order.supplier)
    elif delivery.status == DeliveryStatus.MATCHED and delivery.payment is None:
        yield step("pay", BRIDGE, order.buyer)
