"""Goods that the clerks accepted and the outside has not heard of yet, when the price of what is left changes there.

An order is valued outside in the order of what was reported. A change takes what was not reported out of the sums, and
puts it back at what it is worth after the change, as its report will find it.
"""

from __future__ import annotations

from erp.kernel.context import Context
from erp.kernel.rows import Rows
from erp.procurement import journals, queries
from erp.procurement.booking import next_delivery_amount, worth_of
from erp.procurement.rules import to_buyer, to_supplier
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.stock.journals import STOCK, USE
from erp.stock.rules import CostShare
from erp.stock.service import change_cost, stock_account, use_account


def set_aside(rows: Rows, order: PurchaseOrder) -> list[Delivery]:
    """Takes what is accepted here alone out of the order's sums. Returns those deliveries, in the order of inspection."""
    found = [
        delivery
        for delivery in queries.deliveries(rows, order.order_id)
        if delivery.accepted
        and delivery.inspection_attestation is None
        and delivery.claimed is None
        and delivery.ruling is None
        and delivery.payment is None
    ]
    order.accepted -= sum(delivery.accepted for delivery in found)
    order.accepted_amount_minor -= sum(delivery.accepted_amount_minor for delivery in found)
    return sorted(found, key=lambda delivery: (len(delivery.inspection or ""), delivery.inspection))


def rebase(order: PurchaseOrder) -> None:
    """What was accepted so far keeps its amount; what remains is from now on an order of its own, with its own price."""
    order.base_quantity = order.accepted
    order.base_amount_minor = order.accepted_amount_minor


def put_back(context: Context, order: PurchaseOrder, found: list[Delivery]) -> int:
    """Counts them again, at the price of the rest as it is now, and books by how much each is worth more or less.

    Returns by how much the variance of those that are matched grew, minor units.
    """
    grown = 0
    for delivery in found:
        before = worth_of(delivery)
        delivery.accepted_amount_minor = next_delivery_amount(order, delivery.accepted)
        order.accepted += delivery.accepted
        order.accepted_amount_minor += delivery.accepted_amount_minor
        grown += worth_of(delivery).variance - before.variance
        if not before.matched:
            change = delivery.accepted_amount_minor - before.accepted_minor
            share = change_cost(context.rows, order.buyer, order.item, delivery.accepted, change)
            post_revalued(context, order, share, change)
    return grown


def post_revalued(context: Context, order: PurchaseOrder, share: CostShare, change: int) -> None:
    """Buyer Dr stock or use of goods, Cr goods received; supplier Dr unbilled receivables, Cr revenue."""
    context.post(
        journals.REVALUED.entry(
            order.buyer,
            {"on hand": share.kept, "gone": share.gone, "change": change},
            chosen={
                STOCK: stock_account(context.rows, order.buyer, order.item),
                USE: use_account(context.rows, order.buyer, order.item),
            },
            **to_supplier(order),
        ),
        journals.EARNED.entry(order.supplier, {"accepted": change}, **to_buyer(order)),
    )
