"""A delivery that the outside settles otherwise than the clerks have it: by a ruling (裁定) or a claim (逾期视同验收).

Goods, price and VAT are taken from where the books have them to where they were settled. Never commits.
"""

from __future__ import annotations

from erp.kernel.context import Context
from erp.procurement import goods, queries
from erp.procurement.ahead import post_revalued
from erp.procurement.booking import Worth, billing, worth_of
from erp.procurement.rules import DeliveryStatus, InvoiceStatus
from erp.procurement.tables import Delivery, PurchaseOrder
from erp.stock.rules import CostShare
from erp.stock.service import change_cost, move, take_back


def move_anew(
    context: Context,
    order: PurchaseOrder,
    delivery: Delivery,
    received: int,
    accepted: int,
    worth: int,
) -> None:
    """The buyer's stock and what it is worth, minor units; the supplier's goods and what they cost.

    The delivery still says what the books have: its quantities and its amount are changed afterwards.
    """
    move_stock_anew(context, order, delivery, accepted, worth)
    goods.settle_anew(context, order, delivery, received, accepted)


def move_stock_anew(
    context: Context, order: PurchaseOrder, delivery: Delivery, accepted: int, worth: int
) -> None:
    """The buyer's part of `move_anew`, and what the supplier earns by it."""
    rows, change = context.rows, worth - delivery.accepted_amount_minor
    more = accepted - delivery.accepted
    if more > 0:  # of a tiny price, more can round to less
        move(rows, order.buyer, order.item, quantity=more, value=max(change, 0), on_order=-more)
        less = change_cost(rows, order.buyer, order.item, accepted, min(change, 0))
        share = CostShare(max(change, 0) + less.kept, less.gone)
    elif more < 0:
        share = take_back(rows, order.buyer, order.item, -more, -change)
        move(rows, order.buyer, order.item, on_order=-more)
    elif delivery.accepted:
        share = change_cost(rows, order.buyer, order.item, delivery.accepted, change)
    else:
        share = CostShare(0, 0)
    post_revalued(context, order, share, change)


def bill_anew(
    context: Context,
    order: PurchaseOrder,
    delivery: Delivery,
    booked: Worth,
    net: int,
    tax: int,
) -> int:
    """Bills what is accepted of the delivery at these amounts, minor units; nothing where nothing is.

    `booked` is what the books had before. Returns by how much the variance of its match grew.
    """
    if not delivery.accepted:
        delivery.net_minor, delivery.tax_minor, delivery.match = 0, 0, None
        delivery.status = DeliveryStatus.REJECTED.value
    else:
        delivery.net_minor, delivery.tax_minor = net, tax
        delivery.match = delivery.match or context.number
        if delivery.payment is None:
            delivery.status = DeliveryStatus.MATCHED.value
    context.post(*billing(context, order, delivery, booked))
    return worth_of(delivery).variance - booked.variance


def block_invoices(context: Context, delivery: Delivery, booked: Worth, why: str) -> None:
    """Invoices that wait, or were matched at other amounts than are billed now, were not what settled the delivery."""
    unchanged = worth_of(delivery) == booked
    for invoice in queries.invoices_of(context.rows, delivery.order_id, delivery.delivery_id):
        matched = invoice.status == InvoiceStatus.MATCHED
        if invoice.status == InvoiceStatus.OPEN or (matched and not unchanged):
            invoice.status = InvoiceStatus.BLOCKED.value
            invoice.reason = f"{why} and settled at the order's price by {context.number}"
    if not unchanged:
        delivery.invoice = None
