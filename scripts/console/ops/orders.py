"""ORDERS: escrow, deliveries, payment, changes and disputes. 采购订单与托管.

The reports (ops.receive, ops.inspect, ops.accept) are the bridge's, made from the ERP's documents; by hand they are for
orders that the ERP does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import erp_numbers
from ..errors import NotThere
from ..formatting import Minor, View, moment, moment_from
from . import calls, signatures
from .calls import DELIVERY_STATUSES, ORDER_STATUSES

__all__ = [
    "accept",
    "amend",
    "cancel",
    "cancel_part",
    "claim",
    "close",
    "delivery",
    "dispute_delivery",
    "fund",
    "grant_discount",
    "inspect",
    "lapse_dispute",
    "order",
    "orders",
    "receive",
    "rule_delivery",
    "ship",
    "withdraw_dispute",
]

HOUR = 3_600
DISPUTED = 1  # Hearing.Stage


def orders() -> View:
    """All orders, by id, and where each stands: ops.orders()."""
    found = {}
    for event in calls.logs("PurchaseOrders", "PurchaseOrderOpened"):
        seen = order(event["orderId"])
        worth = f"{seen['accepted']:_} of {seen['quantity']:_} accepted, {seen['amount_minor']}"
        number = erp_numbers.head(erp_numbers.ORDER, event["orderId"])
        found[str(event["orderId"])] = f"{number}{seen['status']}, {worth}, {seen['supplier']!r}"
    return View(found)


def order(order_id: int) -> View:
    """An order at a glance: parties, quantities, money, deliveries, and whose turn it is: ops.order(1)."""
    found = _order(order_id)
    now, terms = calls.now(), found["terms"]
    shown = [delivery(order_id, index + 1) for index in range(found["deliveries"])]
    (opened,) = calls.logs("PurchaseOrders", "PurchaseOrderOpened", orderId=order_id)
    return View(
        order=order_id,
        number=erp_numbers.number_of(erp_numbers.ORDER, order_id),
        status=ORDER_STATUSES[found["status"]],
        tender=opened["tenderId"],
        tender_number=erp_numbers.number_of(erp_numbers.TENDER, opened["tenderId"]),
        buyer=calls.who(found["buyer"]),
        supplier=calls.who(found["supplier"]),
        quantity=found["quantity"],
        amount_minor=Minor(found["amount"]),
        promised=moment_from(terms["promisedAt"], now),
        open_quantity=found["quantity"] - found["underway"],
        accepted=found["accepted"],
        accepted_minor=Minor(found["acceptedAmount"]),
        escrowed_minor=Minor(found["escrowed"]),
        revision=found["revision"],
        disputed=found["disputed"] or None,
        contestable_until=moment_from(found["contestableUntil"], now)
        if found["contestableUntil"] > now
        else None,
        scheduled=terms["scheduleRoot"] != bytes(calls.REFERENCE_BYTES) or None,
        deliveries=shown,
        next=_order_next(order_id, found, shown),
    )


def _order(order_id: int) -> dict[str, Any]:
    found: dict[str, Any] = calls.view("PurchaseOrders", "order", order_id)
    if found["status"] == 0:
        raise NotThere(f"there is no order {order_id}; ops.orders() lists them")
    return found


def _attester(order_id: int, chosen: Any) -> Any:
    """Who reports on an order: whoever is named, or the holder of its attester's post."""
    return calls.holder(_order(order_id)["terms"]["attesterPost"]) if chosen is None else chosen


def _arbiter(order_id: int, chosen: Any) -> Any:
    return calls.holder(_order(order_id)["terms"]["arbiterPost"]) if chosen is None else chosen


def _order_next(order_id: int, found: Mapping[str, Any], deliveries: list[View]) -> list[str]:
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
        f"delivery {d['delivery']}: {turns[d['status']]}"
        for d in deliveries
        if d["status"] in turns
    ]
    steps += [
        f"delivery {d['delivery']} is disputed: ops.rule_delivery({order_id}, {d['delivery']}, received, accepted)"
        for d in deliveries
        if d["disputed"]
    ]
    left = found["quantity"] - found["underway"]
    if left:
        scheduled = found["terms"]["scheduleRoot"] != bytes(calls.REFERENCE_BYTES)
        turn = f"ops.ship_scheduled({order_id})" if scheduled else f"ops.ship({order_id}, {left})"
        steps.append(f"the supplier ships: {turn}")
    return steps


def delivery(order_id: int, delivery_id: int) -> View:
    """A delivery at a glance: ops.delivery(1, 1)."""
    found = calls.view("PurchaseOrders", "delivery", order_id, delivery_id)
    if found["status"] == 0:
        raise NotThere(f"order {order_id} has no delivery {delivery_id}")
    hearing = calls.view("PurchaseOrders", "disputeOf", order_id, delivery_id)
    disputed = hearing["stage"] == DISPUTED
    return View(
        delivery=delivery_id,
        status=DELIVERY_STATUSES[found["status"]],
        shipped=found["shipped"],
        received=found["received"],
        reported_at=moment(found["reportedAt"] or found["shippedAt"]),
        days_late=found["daysLate"],
        accepted=found["accepted"],
        accepted_minor=Minor(found["acceptedAmount"]),
        disputed=calls.who(hearing["disputant"]) if disputed else None,
        rule_by=moment_from(hearing["ruleBy"], calls.now()) if disputed else None,
    )


def fund(order_id: int, buyer: Any = None) -> Any:
    """Put an order's least deposit into escrow: ops.fund(1). The bridge does it by itself for orders that the ERP knows."""
    found = _order(order_id)
    terms = found["terms"]
    rates = (terms["taxBps"], terms["toleranceBps"])
    deposit = calls.view("PurchaseOrders", "requiredDeposit", found["amount"], *rates)
    sender = found["buyer"] if buyer is None else buyer
    return calls.send("PurchaseOrders", "fund", order_id, deposit, sender=sender)


def ship(order_id: int, quantity: int, supplier: Any = None) -> Any:
    """Say that goods are on their way: ops.ship(1, 500). The order's own supplier when none is named."""
    found = _order(order_id)
    sender = found["supplier"] if supplier is None else supplier
    arguments = (order_id, found["deliveries"] + 1, quantity, calls.reference())
    return calls.send("PurchaseOrders", "ship", *arguments, sender=sender)


def receive(order_id: int, delivery_id: int, quantity: int, attester: Any = None) -> Any:
    """The attester reports what arrived, now: ops.receive(1, 1, 500)."""
    sender = _attester(order_id, attester)
    arguments = (order_id, delivery_id, quantity, calls.now(), calls.reference())
    return calls.send("PurchaseOrders", "receiveDelivery", *arguments, sender=sender)


def inspect(order_id: int, delivery_id: int, accepted: int, attester: Any = None) -> Any:
    """The attester reports what passed inspection: ops.inspect(1, 1, 480)."""
    sender = _attester(order_id, attester)
    arguments = (order_id, delivery_id, accepted, calls.reference())
    return calls.send("PurchaseOrders", "inspectDelivery", *arguments, sender=sender)


def accept(
    order_id: int, delivery_id: int, net: int | None = None, tax: int = 0, attester: Any = None
) -> Any:
    """The attester reports that order, receipt and invoice match, and it is paid: ops.accept(1, 1). Net as ordered."""
    sender = _attester(order_id, attester)
    worth = calls.view("PurchaseOrders", "delivery", order_id, delivery_id)["acceptedAmount"]
    arguments = (order_id, delivery_id, worth if net is None else net, tax, calls.reference())
    return calls.send("PurchaseOrders", "acceptDelivery", *arguments, sender=sender)


def claim(order_id: int, delivery_id: int, caller: Any = None) -> Any:
    """Claim the payment of a delivery on which the attester fell silent: ops.claim(1, 1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("PurchaseOrders", "claim", order_id, delivery_id, sender=sender)


def close(order_id: int, caller: Any = None) -> Any:
    """Close an order whose time has run out, the rest of its escrow returns to the buyer: ops.close(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("PurchaseOrders", "close", order_id, sender=sender)


def cancel(order_id: int, caller: Any = None) -> Any:
    """Cancel an order that was not funded in time: ops.cancel(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("PurchaseOrders", "cancel", order_id, sender=sender)


def cancel_part(order_id: int, quantity: int) -> Any:
    """The supplier gives up a part of what it has not shipped: ops.cancel_part(1, 100)."""
    supplier = _order(order_id)["supplier"]
    return calls.send("PurchaseOrders", "cancelPart", order_id, quantity, sender=supplier)


def amend(
    order_id: int,
    quantity: int | None = None,
    amount: int | None = None,
    promise_days: int = 0,
    caller: Any = None,
) -> Any:
    """Change an order with both parties' signatures: ops.amend(1, quantity=400, amount=4_000_000), promise_days=7 later.

    Signs with both keys, so both are to be loaded here; what is not named stays as it is.
    """
    found = _order(order_id)
    wanted = {
        "orderId": order_id,
        "revision": found["revision"] + 1,
        "quantity": found["quantity"] if quantity is None else quantity,
        "amount": found["amount"] if amount is None else amount,
        "promisedAt": found["terms"]["promisedAt"] + promise_days * 86_400,
        "scheduleRoot": calls.hexed(found["terms"]["scheduleRoot"]),
        "deadline": calls.later(HOUR),
    }
    members = signatures.member("PurchaseOrders", "amend", "amendment")["components"]
    signed = [
        signatures.sign("PurchaseOrders", "OrderAmendment", members, wanted, found[party])
        for party in ("buyer", "supplier")
    ]
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("PurchaseOrders", "amend", tuple(wanted.values()), *signed, sender=sender)


def dispute_delivery(order_id: int, delivery_id: int, party: Any, reason: str) -> Any:
    """Buyer or supplier disputes a delivery: ops.dispute_delivery(1, 1, "S1", "all 500 were good")."""
    ref = calls.text_ref(reason)
    return calls.send("PurchaseOrders", "disputeDelivery", order_id, delivery_id, ref, sender=party)


def withdraw_dispute(order_id: int, delivery_id: int, party: Any) -> Any:
    """The disputant takes its dispute back, what was reported stands: ops.withdraw_dispute(1, 1, "S1")."""
    arguments = (order_id, delivery_id)
    return calls.send("PurchaseOrders", "withdrawDispute", *arguments, sender=party)


def rule_delivery(
    order_id: int,
    delivery_id: int,
    received: int,
    accepted: int,
    days_ago: int | None = None,
    arbiter: Any = None,
) -> Any:
    """The order's arbiter rules what arrived, when, and what is good of it: ops.rule_delivery(1, 1, 500, 490).

    It arrived when it was reported to have arrived, unless `days_ago` says when.
    """
    found, now = calls.view("PurchaseOrders", "delivery", order_id, delivery_id), calls.now()
    reported = found["receivedAt"] or now
    received_at = reported if days_ago is None else now - days_ago * calls.DAY
    received_at = max(received_at, found["shippedAt"])
    arguments = (order_id, delivery_id, received, accepted, received_at, calls.reference())
    sender = _arbiter(order_id, arbiter)
    return calls.send("PurchaseOrders", "ruleDelivery", *arguments, sender=sender)


def grant_discount(order_id: int, delivery_id: int, net: int) -> Any:
    """The supplier lets a delivery be matched below the order's price: ops.grant_discount(1, 1, 4_900_000)."""
    supplier = _order(order_id)["supplier"]
    arguments = (order_id, delivery_id, net, calls.reference())
    return calls.send("PurchaseOrders", "grantDiscount", *arguments, sender=supplier)


def lapse_dispute(order_id: int, delivery_id: int, caller: Any = None) -> Any:
    """End a dispute that nobody ruled in time: ops.lapse_dispute(1, 1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("PurchaseOrders", "lapseDispute", order_id, delivery_id, sender=sender)
