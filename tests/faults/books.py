"""What must be equal between a disturbed and an undisturbed run: everything but hashes, salts, times and numbers given."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.world import World

ORDERS = (
    "SELECT item, supplier, status, quantity, amount_minor, deposit_minor, deliveries, underway, accepted, "
    "accepted_amount_minor, matched_minor, tax_minor, penalty_minor, paid_minor, escrowed_minor, refunded_minor "
    "FROM purchase_order"
)
DELIVERIES = (
    "SELECT o.item, d.delivery_id, d.status, d.shipped, d.received, d.days_late, d.accepted, d.rejected, "
    "d.accepted_amount_minor, d.net_minor, d.penalty_minor, d.paid_minor "
    "FROM delivery d JOIN purchase_order o ON o.order_id = d.order_id"
)
BALANCES = "SELECT entity, account, balance_minor FROM ledger_balance"
STOCK = "SELECT entity, item, on_hand, on_order, value_minor FROM stock_level"
BIDS = (
    "SELECT t.number, b.supplier, b.status, b.amount_minor FROM tender_bid b "
    "JOIN tender t ON t.tender_id = b.tender_id"
)


def books(world: World) -> dict[str, Any]:
    """The books of a world in a form that two runs share."""
    rows = {
        name: sorted(tuple(row) for row in world.sql(query))
        for name, query in {
            "orders": ORDERS,
            "deliveries": DELIVERIES,
            "balances": BALANCES,
            "stock": STOCK,
        }.items()
    }
    documents = world.bridge.port.changes(0, 10_000)
    return {
        **rows,
        "documents": Counter((d.type, d.fields.get("item")) for d in documents),
        "tokens": {who: world.balance(who) for who in world.people},
        "scores": {who: world.score(who) for who in ("SUPPLIER", "RIVAL")},
    }
