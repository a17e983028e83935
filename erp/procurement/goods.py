"""The supplier's goods from despatch to acceptance (发出商品), as far as its stock is kept here.

What leaves a stock that is known here stands on goods despatched at cost until the buyer accepts it, sends it back or it is
missing. Of a delivery, units whose cost is known count as the first that arrive and the first that are accepted.
"""

from __future__ import annotations

from erp.kernel.context import Context
from erp.procurement import journals
from erp.procurement.rules import to_buyer
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.stock.journals import STOCK
from erp.stock.service import move, stock_account, take


def despatch(context: Context, order: PurchaseOrder, delivery: Delivery) -> int:
    """Takes what was sent from the supplier's stock: Dr goods despatched, Cr stock.

    Returns how many units did not come from a stock that is known here: their cost is unknown.
    """
    account = stock_account(context.rows, order.supplier, order.item)
    delivery.goods, delivery.goods_cost_minor = take(
        context.rows, order.supplier, order.item, delivery.shipped
    )
    delivery.goods_sent, delivery.goods_sent_minor = delivery.goods, delivery.goods_cost_minor
    context.post(
        journals.DESPATCHED.entry(
            order.supplier,
            {"cost": delivery.goods_cost_minor},
            chosen={STOCK: account},
            **to_buyer(order),
        )
    )
    return delivery.shipped - delivery.goods


def lose(context: Context, order: PurchaseOrder, delivery: Delivery, arrived: int) -> None:
    """Books that no more than `arrived` units are there: Dr property to be settled (待处理财产损溢), Cr goods despatched."""
    cost = _split_off(delivery, max(delivery.goods - arrived, 0))
    context.post(journals.MISSING.entry(order.supplier, {"cost": cost}, **to_buyer(order)))


def deliver(context: Context, order: PurchaseOrder, delivery: Delivery) -> None:
    """Books the cost of what was accepted, and takes back into stock what was rejected.

    Dr cost of sales, Cr goods despatched; Dr stock, Cr goods despatched.
    """
    cost = _split_off(delivery, min(delivery.accepted, delivery.goods))
    context.post(journals.COST_OF_SALE.entry(order.supplier, {"cost": cost}, **to_buyer(order)))
    back, worth = delivery.goods, delivery.goods_cost_minor
    if back:
        delivery.goods, delivery.goods_cost_minor = 0, 0
        move(context.rows, order.supplier, order.item, quantity=back, value=worth)
        account = stock_account(context.rows, order.supplier, order.item)
        context.post(
            journals.RETURNED.entry(
                order.supplier, {"cost": worth}, chosen={STOCK: account}, **to_buyer(order)
            )
        )


def _split_off(delivery: Delivery, units: int) -> int:
    """Takes units out of those under way, and returns their cost, rounded down; the last take what is left."""
    if not units:
        return 0
    cost = delivery.goods_cost_minor * units // delivery.goods
    delivery.goods -= units
    delivery.goods_cost_minor -= cost
    return cost
