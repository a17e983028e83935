"""What acceptance and match change in order, delivery, stock and journal. Used by inspection, match and silence."""

from __future__ import annotations

from erp.kernel.amounts import delivery_amount
from erp.kernel.context import Context
from erp.procurement import journals
from erp.procurement.budgeting import budgeted
from erp.procurement.goods import deliver
from erp.procurement.rules import DeliveryStatus, to_buyer, to_supplier
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.stock.journals import STOCK, USE
from erp.stock.service import change_cost, move, stock_account, use_account


def next_delivery_amount(order: PurchaseOrder, accepted: int) -> int:
    """What the next accepted quantity of the order is worth, minor units: its part of what is left since the last change."""
    if not accepted:
        return 0
    return delivery_amount(
        order.amount_minor - order.base_amount_minor,
        order.quantity - order.base_quantity,
        order.accepted - order.base_quantity,
        accepted,
    )


def book_acceptance(
    context: Context, order: PurchaseOrder, delivery: Delivery, accepted: int, rejected: int
) -> int:
    """Values the accepted quantity at the order's price on both sides, and returns that amount, minor units.

    Buyer Dr stock, Cr goods received; BUD Dr encumbered, Cr expended. Supplier Dr unbilled receivables, Cr revenue, and
    the cost of what it delivered (`goods.deliver`). Rejected units are counted, never valued.
    """
    amount = next_delivery_amount(order, accepted)
    delivery.accepted, delivery.rejected, delivery.accepted_amount_minor = (
        accepted,
        rejected,
        amount,
    )
    delivery.inspection = context.number
    delivery.status = (DeliveryStatus.INSPECTED if accepted else DeliveryStatus.REJECTED).value
    before = budgeted(order)
    order.accepted += accepted
    order.accepted_amount_minor += amount
    order.underway -= rejected
    if accepted:
        move(
            context.rows,
            order.buyer,
            order.item,
            quantity=accepted,
            value=amount,
            on_order=-accepted,
        )
    context.post(
        journals.ACCEPTED.entry(
            order.buyer,
            {"accepted": amount},
            chosen={STOCK: stock_account(context.rows, order.buyer, order.item)},
            **to_supplier(order),
        ),
        journals.EXPENDED.entry(
            order.buyer,
            {"accepted": budgeted(order).expended - before.expended},
            **to_supplier(order),
        ),
        journals.EARNED.entry(order.supplier, {"accepted": amount}, **to_buyer(order)),
    )
    deliver(context, order, delivery)
    return amount


def book_match(
    context: Context, order: PurchaseOrder, delivery: Delivery, net: int, tax: int
) -> None:
    """Turns goods received into a payable, and the supplier's unbilled receivable into a billed one, at these amounts.

    Buyer Dr goods received, stock or use of goods (the price variance), input tax to certify; Cr payables. BUD Dr
    available, Cr expended the variance. Supplier Dr receivables; Cr unbilled, revenue (the variance), output tax. A
    variance below zero the other way round.
    """
    accepted = delivery.accepted_amount_minor
    variance = net - accepted
    delivery.net_minor, delivery.tax_minor, delivery.match = net, tax, context.number
    delivery.status = DeliveryStatus.MATCHED.value
    order.matched_minor += net
    order.tax_minor += tax
    share = change_cost(context.rows, order.buyer, order.item, delivery.accepted, variance)
    context.post(
        journals.MATCHED.entry(
            order.buyer,
            {
                "accepted": accepted,
                "variance on hand": share.kept,
                "variance gone": share.gone,
                "tax": tax,
                "gross": net + tax,
            },
            chosen={
                STOCK: stock_account(context.rows, order.buyer, order.item),
                USE: use_account(context.rows, order.buyer, order.item),
            },
            **to_supplier(order),
        ),
        journals.VARIED.entry(order.buyer, {"variance": variance}, **to_supplier(order)),
        journals.BILLED.entry(
            order.supplier,
            {"accepted": accepted, "variance": variance, "tax": tax, "gross": net + tax},
            **to_buyer(order),
        ),
    )
