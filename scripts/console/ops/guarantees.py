"""GUARANTEES: a supplier's performance deposit, and defects found after acceptance. 履约保证金、质保.

ops.request_guarantee(1, 50_000)   the buyer, before it funds      ops.pledge_guarantee(1, 50_000)   the supplier
ops.report_defect(1, 1, 5, "cracked")   ops.dispute_defect(1, 1, "wrong use")   ops.rule_defect(1, 1, 2)
ops.withdraw_defect_dispute(1, 1)  the supplier after all agrees
ops.release_guarantee(1)           when order and warranty are over
"""

from __future__ import annotations

from typing import Any

from .. import erp_numbers
from ..errors import NotThere
from ..formatting import Minor, View
from . import calls

__all__ = [
    "claim_undelivered",
    "dispute_defect",
    "guarantee",
    "pledge_guarantee",
    "release_guarantee",
    "report_defect",
    "request_guarantee",
    "rule_defect",
    "settle_defect",
    "withdraw_defect_dispute",
]

DAY = 86_400
GUARANTEE_STATUSES = ("none", "requested", "pledged", "released")


def guarantee(order_id: int) -> View:
    """The guarantee of an order at a glance, and whose turn it is: ops.guarantee(1)."""
    found = calls.view("Guarantees", "guarantee", order_id)
    status = GUARANTEE_STATUSES[found["status"]]
    turns = {
        "none": f"the buyer may ask: ops.request_guarantee({order_id}, amount)",
        "requested": f"the supplier pays in: ops.pledge_guarantee({order_id}, amount)",
        "pledged": f"when order and warranty are over, anybody: ops.release_guarantee({order_id})",
        "released": "nothing: it is back",
    }
    if found["pendingDefects"]:
        turns["pledged"] = f"a defect is open: ops.settle_defect({order_id}, delivery) by time"
    return View(
        order=order_id,
        order_number=erp_numbers.number_of(erp_numbers.ORDER, order_id),
        status=status,
        amount_minor=Minor(found["amount"]),
        left_minor=Minor(found["left"]),
        warranty_days=found["warrantySeconds"] // DAY,
        pending_defects=found["pendingDefects"],
        next=turns[status],
    )


def _order(order_id: int) -> dict[str, Any]:
    found: dict[str, Any] = calls.view("PurchaseOrders", "order", order_id)
    if found["status"] == 0:
        raise NotThere(f"there is no order {order_id}; ops.orders() lists them")
    return found


def request_guarantee(order_id: int, amount: int, warranty_days: int = 30) -> Any:
    """The buyer says what it wants to see before it funds: ops.request_guarantee(1, 50_000)."""
    buyer, seconds = _order(order_id)["buyer"], warranty_days * DAY
    return calls.send("Guarantees", "requestGuarantee", order_id, amount, seconds, sender=buyer)


def pledge_guarantee(order_id: int, amount: int, warranty_days: int = 30) -> Any:
    """The supplier pays its guarantee in, before the order is funded: ops.pledge_guarantee(1, 50_000)."""
    supplier, seconds = _order(order_id)["supplier"], warranty_days * DAY
    return calls.send("Guarantees", "pledge", order_id, amount, seconds, sender=supplier)


def claim_undelivered(order_id: int, caller: Any = None) -> Any:
    """Pay the buyer the share of the guarantee that was not delivered: ops.claim_undelivered(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("Guarantees", "claimUndelivered", order_id, sender=sender)


def report_defect(order_id: int, delivery_id: int, quantity: int, what: str) -> Any:
    """The attester reports a defect found after acceptance: ops.report_defect(1, 1, 5, "cracked")."""
    attester = calls.holder(_order(order_id)["terms"]["attesterPost"])
    ref = calls.text_ref(what)
    arguments = (order_id, delivery_id, quantity, ref)
    return calls.send("Guarantees", "reportDefect", *arguments, sender=attester)


def dispute_defect(order_id: int, delivery_id: int, reason: str) -> Any:
    """The supplier disputes a defect: ops.dispute_defect(1, 1, "wrong use")."""
    supplier, ref = _order(order_id)["supplier"], calls.text_ref(reason)
    return calls.send("Guarantees", "disputeDefect", order_id, delivery_id, ref, sender=supplier)


def withdraw_defect_dispute(order_id: int, delivery_id: int) -> Any:
    """The supplier takes its dispute of a defect back: ops.withdraw_defect_dispute(1, 1)."""
    supplier = _order(order_id)["supplier"]
    arguments = (order_id, delivery_id)
    return calls.send("Guarantees", "withdrawDefectDispute", *arguments, sender=supplier)


def rule_defect(order_id: int, delivery_id: int, quantity: int, arbiter: Any = None) -> Any:
    """The arbiter of the order rules how much is defective: ops.rule_defect(1, 1, 2)."""
    arguments = (order_id, delivery_id, quantity, calls.reference())
    sender = calls.holder(_order(order_id)["terms"]["arbiterPost"]) if arbiter is None else arbiter
    return calls.send("Guarantees", "ruleDefect", *arguments, sender=sender)


def settle_defect(order_id: int, delivery_id: int, caller: Any = None) -> Any:
    """Pay for a defect that nobody disputed, or nobody ruled: ops.settle_defect(1, 1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("Guarantees", "settleDefect", order_id, delivery_id, sender=sender)


def release_guarantee(order_id: int, caller: Any = None) -> Any:
    """Return what is left to the supplier: ops.release_guarantee(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("Guarantees", "release", order_id, sender=sender)
