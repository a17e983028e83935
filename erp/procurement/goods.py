"""The supplier's goods from despatch to acceptance (发出商品), as far as its stock is kept here.

What leaves a stock that is known here stands on goods despatched at cost until the buyer accepts it, sends it back or it is
missing. Of a delivery, units whose cost is known count as the first that arrive and the first that are accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from erp.kernel.context import Context
from erp.procurement import journals
from erp.procurement.rules import DeliveryStatus, to_buyer
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


def settle_anew(
    context: Context, order: PurchaseOrder, delivery: Delivery, received: int, accepted: int
) -> None:
    """Takes the supplier's goods from where the books have them to where a ruling has them.

    Dr property to be settled, Cr goods despatched what is missing; Dr stock, Cr goods despatched what was sent back; all
    else is cost of sales. What was booked back into stock and is not there by the ruling leaves it at its moving average,
    as far as it still is there.
    """
    if not delivery.goods_sent:
        return
    rows = context.rows
    was, now = _places(delivery), _split(delivery, received, accepted)
    back, worth = now.back - was.back, now.back_minor - was.back_minor
    account = stock_account(rows, order.supplier, order.item)
    if back > 0:
        move(rows, order.supplier, order.item, quantity=back, value=worth)
    elif back < 0:
        _, cost = take(rows, order.supplier, order.item, -back)
        worth = -cost
    missing = now.missing_minor - was.missing_minor
    sold = delivery.goods_cost_minor - missing - worth
    delivery.goods, delivery.goods_cost_minor = 0, 0
    context.post(
        journals.MISSING.entry(order.supplier, {"cost": missing}, **to_buyer(order)),
        journals.COST_OF_SALE.entry(order.supplier, {"cost": sold}, **to_buyer(order)),
        journals.RETURNED.entry(
            order.supplier, {"cost": worth}, chosen={STOCK: account}, **to_buyer(order)
        ),
    )


def send_again(context: Context, order: PurchaseOrder, delivery: Delivery) -> None:
    """Takes the supplier's goods from where the books have them back onto the way: all that was sent.

    Dr goods despatched, Cr property to be settled, stock, cost of sales. What was booked back into stock leaves it at its
    moving average, as far as it still is there.
    """
    if not delivery.goods_sent:
        return
    rows, was = context.rows, _places(delivery)
    account = stock_account(rows, order.supplier, order.item)
    _, cost = take(rows, order.supplier, order.item, was.back)
    sold = delivery.goods_sent_minor - delivery.goods_cost_minor - was.missing_minor - cost
    delivery.goods, delivery.goods_cost_minor = delivery.goods_sent, delivery.goods_sent_minor
    context.post(
        journals.MISSING.entry(order.supplier, {"cost": -was.missing_minor}, **to_buyer(order)),
        journals.COST_OF_SALE.entry(order.supplier, {"cost": -sold}, **to_buyer(order)),
        journals.RETURNED.entry(
            order.supplier, {"cost": -cost}, chosen={STOCK: account}, **to_buyer(order)
        ),
    )


@dataclass(frozen=True)
class Places:
    """Where the supplier's goods of a delivery went: units, and their cost in minor units. The rest was sold or travels."""

    missing_minor: int
    back: int
    back_minor: int


def _places(delivery: Delivery) -> Places:
    """Where the books have them."""
    if delivery.status == DeliveryStatus.SHIPPED:
        return Places(0, 0, 0)
    if delivery.status == DeliveryStatus.RECEIVED:
        return Places(_split(delivery, delivery.received, delivery.received).missing_minor, 0, 0)
    return _split(delivery, delivery.received, delivery.accepted)


def _split(delivery: Delivery, received: int, accepted: int) -> Places:
    """Where they are when so many arrived and so many of these were accepted; costs rounded as they were step by step."""
    missing = max(delivery.goods_sent - received, 0)
    missing_minor = delivery.goods_sent_minor * missing // delivery.goods_sent
    arrived, worth = delivery.goods_sent - missing, delivery.goods_sent_minor - missing_minor
    sold = min(accepted, arrived)
    back_minor = worth - worth * sold // arrived if arrived else 0
    return Places(missing_minor, arrived - sold, back_minor)


def _split_off(delivery: Delivery, units: int) -> int:
    """Takes units out of those under way, and returns their cost, rounded down; the last take what is left."""
    if not units:
        return 0
    cost = delivery.goods_cost_minor * units // delivery.goods
    delivery.goods -= units
    delivery.goods_cost_minor -= cost
    return cost
