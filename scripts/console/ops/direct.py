"""DIRECT ORDERS: purchases that both sides sign, without a tender; call-offs of a schedule. 直接订单、分批要货.

ops.open_direct(ops.sign_direct("S1", 500, 5_000_000))     both sign (both keys are loaded here), anybody relays
ops.sign_direct("S1", 500, 5_000_000, schedule=[(200, 7), (300, 14)])     200 due in 7 days, 300 in 14
ops.ship_scheduled(1)                                      the supplier ships the next call-off
ops.withdraw_direct(signed, "S1")                          a party takes its signature back
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.commitments.schedules import schedule_proof, schedule_root

from .. import erp_numbers, secrets_file
from ..errors import NotThere
from ..formatting import View
from . import calls, signatures

__all__ = [
    "direct_orders",
    "open_direct",
    "ship_scheduled",
    "sign_direct",
    "withdraw_direct",
]

NAME = "DirectOrders"
HOUR = 3_600


def direct_orders() -> View:
    """All direct orders, by id, and the order each became: ops.direct_orders()."""
    found = {}
    for event in calls.logs(NAME, "DirectOrderOpened"):
        parties = f"{calls.who(event['buyer'])!r} of {calls.who(event['supplier'])!r}"
        number = erp_numbers.head(erp_numbers.DIRECT, event["directOrderId"])
        order = erp_numbers.number_of(erp_numbers.ORDER, event["orderId"]) or event["orderId"]
        found[str(event["directOrderId"])] = f"{number}order {order}: {parties}"
    return View(found)


def sign_direct(
    supplier: Any,
    quantity: int,
    amount: int,
    buyer: Any = None,
    promise_days: int = 7,
    schedule: Sequence[tuple[int, int]] = (),
    seconds: int = HOUR,
    **more: Any,
) -> View:
    """What both sides sign, with both signatures: ops.sign_direct("S1", 500, 5_000_000). Sends nothing.

    `schedule` are the call-offs, each (quantity, days until it is due); the last is due when the order is. More of the
    terms: region, tax_bps, tolerance_bps, payment_seconds.
    """
    described = signatures.member(NAME, "openDirect", "direct")["components"]
    names = [part["name"] for part in described[-1]["components"]]
    terms = dict(zip(names, calls.order_terms(promise_days, more), strict=True))
    if schedule:
        now = calls.now()
        rows = [(n, units, now + days * calls.DAY) for n, (units, days) in enumerate(schedule, 1)]
        terms["promisedAt"] = max(due for _, _, due in rows)
        terms["scheduleRoot"] = calls.hexed(schedule_root(rows))
        secrets_file.keep(calls.shelf("PurchaseOrders"), terms["scheduleRoot"], {"rows": rows})
    purchase = {
        "buyer": calls.address_of(calls.sender(buyer, calls.BUYER)),
        "supplier": calls.address_of(supplier),
        "requisitionRef": calls.reference(),
        "quantity": quantity,
        "amount": amount,
        "deadline": calls.later(seconds),
        "order": terms,
    }
    signed = {
        party: signatures.sign(NAME, "DirectOrder", described, purchase, purchase[party])
        for party in ("buyer", "supplier")
    }
    hexes = {f"{party}_signature": calls.hexed(made) for party, made in signed.items()}
    return View(**purchase, **hexes)


def open_direct(signed: View, caller: Any = None) -> Any:
    """Open the order that both sides signed: ops.open_direct(ops.sign_direct("S1", 500, 5_000_000)). Anybody may."""
    *purchase, of_buyer, of_supplier = signed.values()
    sender = calls.sender(caller, calls.DEPLOYER)
    arguments = (calls.tupled(dict(enumerate(purchase))), of_buyer, of_supplier)
    return calls.send("DirectOrders", "openDirect", *arguments, sender=sender)


def withdraw_direct(signed: View, who: Any) -> Any:
    """A party takes its signature of a purchase back: ops.withdraw_direct(signed, "S1")."""
    *purchase, _, _ = signed.values()
    digest = calls.view(NAME, "directOrderDigest", calls.tupled(dict(enumerate(purchase))))
    return calls.send("DirectOrders", "withdrawSignature", calls.hexed(digest), sender=who)


def ship_scheduled(order_id: int, supplier: Any = None) -> Any:
    """The supplier ships the next call-off of a schedule that was signed here: ops.ship_scheduled(1)."""
    found = calls.view("PurchaseOrders", "order", order_id)
    root = calls.hexed(found["terms"]["scheduleRoot"])
    rows = secrets_file.find(calls.shelf("PurchaseOrders"), root)["rows"]
    number = found["deliveries"] + 1
    row = next((tuple(row) for row in rows if row[0] == number), None)
    if row is None:
        raise NotThere(f"order {order_id} has no call-off {number} in its schedule")
    proof = schedule_proof([tuple(r) for r in rows], row)
    sender = found["supplier"] if supplier is None else supplier
    arguments = (order_id, *row, proof, calls.reference())
    return calls.send("PurchaseOrders", "shipScheduled", *arguments, sender=sender)
