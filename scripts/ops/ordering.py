"""ORDERS: escrow, deliveries, payment."""

from __future__ import annotations

from typing import Any

from scripts.ops import calls
from scripts.ops.calls import DELIVERY_STATUSES, ORDER_STATUSES, NotThere
from scripts.shown import Minor, View, moment, moment_from


def orders() -> View:
    """All orders, by id: where each stands."""
    found = {}
    for event in calls.logs("PurchaseOrders", "PurchaseOrderOpened"):
        seen = order(event["orderId"])
        worth = f"{seen['accepted']:_} of {seen['quantity']:_} accepted, {seen['amount_minor']}"
        found[str(event["orderId"])] = f"{seen['status']}, {worth}, {seen['supplier']!r}"
    return View(found)


def order(order_id: int) -> View:
    """An order at a glance: parties, quantities, money, deliveries, and whose turn it is."""
    found = _order(order_id)
    now, terms = calls.now(), found["terms"]
    parts = [delivery(order_id, index + 1) for index in range(found["deliveries"])]
    return View(
        status=ORDER_STATUSES[found["status"]],
        tender=found["tenderId"],
        buyer=calls.who(found["buyer"]),
        supplier=calls.who(found["supplier"]),
        quantity=found["quantity"],
        amount_minor=Minor(found["amount"]),
        promised=moment_from(terms["promisedAt"], now),
        open_quantity=found["quantity"] - found["underway"],
        accepted=found["accepted"],
        accepted_minor=Minor(found["acceptedAmount"]),
        escrowed_minor=Minor(found["escrowed"]),
        deliveries=parts,
        next=_order_next(order_id, found, parts),
    )


def _order(order_id: int) -> dict[str, Any]:
    found: dict[str, Any] = calls.view("PurchaseOrders", "order", order_id)
    if found["status"] == 0:
        raise NotThere(f"there is no order {order_id}; ops.orders() lists them")
    return found


def _order_next(order_id: int, found: dict[str, Any], parts: list[View]) -> list[str]:
    status = ORDER_STATUSES[found["status"]]
    if status == "opened":
        return ["the bridge funds the escrow by itself, with the buyer's key"]
    if status != "funded":
        return []
    turns = {
        "shipped": "the warehouse books the receipt: POST /goods-receipts",
        "received": "quality books the inspection: POST /inspections",
        "inspected": "the supplier's invoice is entered: POST /supplier-invoices; then it is paid",
    }
    steps = [
        f"delivery {p['delivery']}: {turns[p['status']]}" for p in parts if p["status"] in turns
    ]
    left = found["quantity"] - found["underway"]
    if left:
        steps.append(f"the supplier ships: ops.ship({order_id}, {left})")
    return steps


def delivery(order_id: int, delivery_id: int) -> View:
    """A delivery at a glance."""
    found = calls.view("PurchaseOrders", "delivery", order_id, delivery_id)
    if found["status"] == 0:
        raise NotThere(f"order {order_id} has no delivery {delivery_id}")
    return View(
        delivery=delivery_id,
        status=DELIVERY_STATUSES[found["status"]],
        shipped=found["shipped"],
        shipped_at=moment(found["shippedAt"]),
        received=found["received"],
        received_at=moment(found["receivedAt"]) if found["receivedAt"] else None,
        days_late=found["daysLate"],
        accepted=found["accepted"],
        accepted_minor=Minor(found["acceptedAmount"]),
    )


def fund(order_id: int, buyer: Any = None) -> Any:
    """Put an order's least deposit into escrow. The bridge does it by itself for orders that the ERP knows."""
    found = _order(order_id)
    terms = found["terms"]
    rates = (terms["taxBps"], terms["toleranceBps"])
    deposit = calls.view("PurchaseOrders", "requiredDeposit", found["amount"], *rates)
    sender = found["buyer"] if buyer is None else buyer
    return calls.send("PurchaseOrders", "fund", order_id, deposit, sender=sender)


def ship(order_id: int, quantity: int, supplier: Any = None) -> Any:
    """Say that goods are on their way; the order's own supplier when none is named."""
    sender = _order(order_id)["supplier"] if supplier is None else supplier
    return calls.send(
        "PurchaseOrders", "ship", order_id, quantity, calls.reference(), sender=sender
    )


def claim(order_id: int, delivery_id: int, caller: Any = None) -> Any:
    """Claim the payment of a delivery on which the attester fell silent. Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("PurchaseOrders", "claim", order_id, delivery_id, sender=sender)


def close(order_id: int, caller: Any = None) -> Any:
    """Close an order whose time has run out; what is left in escrow returns to the buyer. Anybody may."""
    return calls.send(
        "PurchaseOrders", "close", order_id, sender=calls.sender(caller, calls.DEPLOYER)
    )


def cancel(order_id: int, caller: Any = None) -> Any:
    """Cancel an order that was not funded in time. Anybody may."""
    return calls.send(
        "PurchaseOrders", "cancel", order_id, sender=calls.sender(caller, calls.DEPLOYER)
    )
