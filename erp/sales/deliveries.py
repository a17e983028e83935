"""What leaves for customers, reaches them and comes back. Never commits."""

from __future__ import annotations

from typing import Any

from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.sales import journals, queries, rules
from erp.sales.errors import MoreGoodThanReturned, NotOfThisKind, SaleOutOfTime, TooManyReturned
from erp.sales.orders import expect
from erp.sales.rules import INCOME_ACCOUNT, SaleKind, SaleStatus
from erp.sales.schemas import DeliverSale, DespatchSale, ReturnSale
from erp.sales.tables import SalesOrder
from erp.stock.errors import InsufficientStock
from erp.stock.journals import STOCK
from erp.stock.queries import level
from erp.stock.service import move, stock_account, take


def of_sale(order: SalesOrder) -> dict[str, Any]:
    """The dimensions of an order's entries."""
    return {"order": order.number, "chain_group": order.chain_group}


def despatch_sale(context: Context, command: DespatchSale) -> Fields:
    """CONFIRMED → DESPATCHED: all units leave the stock at moving average cost, Dr goods on their way, Cr stock."""
    rows = context.rows
    order = queries.sale(rows, command.sales_order)
    expect(order, SaleStatus.CONFIRMED)
    if order.kind != SaleKind.GOODS:
        raise NotOfThisKind(order.number, order.kind, "nothing is despatched, only delivered")
    on_hand = level(rows, order.entity, order.item).on_hand
    if order.quantity > on_hand:
        raise InsufficientStock(order.entity, order.item, on_hand, order.quantity)
    account = stock_account(rows, order.entity, order.item)
    _, cost = take(rows, order.entity, order.item, order.quantity)
    order.cost_minor, order.despatched_at = cost, context.at
    order.status = SaleStatus.DESPATCHED.value
    context.post(
        journals.DESPATCHED.entry(
            order.entity, {"cost": cost}, chosen={STOCK: account}, **of_sale(order)
        )
    )
    return _told(order) | {"item": order.item, "quantity": order.quantity, "cost_minor": cost}


def deliver_sale(context: Context, command: DeliverSale) -> Fields:
    """DESPATCHED → DELIVERED, of a service CONFIRMED → DELIVERED: income, tax and cost; the price is due in its time."""
    order = queries.sale(context.rows, command.sales_order)
    kind = SaleKind(order.kind)
    if kind is SaleKind.GOODS and command.cost_minor:
        raise NotOfThisKind(order.number, kind, "their cost is what they stood at in stock")
    expect(order, SaleStatus.DESPATCHED if kind is SaleKind.GOODS else SaleStatus.CONFIRMED)
    earliest = order.despatched_at if order.despatched_at is not None else order.ordered_at
    expect_time(order, command.delivered_at, earliest, context.at)
    order.delivered_at = command.delivered_at
    order.due_at = command.delivered_at + order.payment_seconds
    order.status = SaleStatus.DELIVERED.value
    net, tax = order.net_minor, order.tax_minor
    cost_rule = journals.COST_OF_GOODS
    if kind is SaleKind.SERVICE:
        order.cost_minor, cost_rule = command.cost_minor, journals.COST_OF_SERVICE
    context.post(
        journals.SOLD.entry(
            order.entity,
            {"gross": net + tax, "net": net, "tax": tax},
            chosen={journals.INCOME: INCOME_ACCOUNT[kind]},
            **of_sale(order),
        ),
        cost_rule.entry(order.entity, {"cost": order.cost_minor}, **of_sale(order)),
    )
    return _told(order) | {
        "quantity": order.quantity,
        "net_minor": net,
        "tax_minor": tax,
        "booked_cost_minor": order.cost_minor,
        "due_at": order.due_at,
    }


def return_sale(context: Context, command: ReturnSale) -> Fields:
    """Mirrors the share of the units that come back; good ones are in stock again at their share of the cost.

    DELIVERED, PAID → RETURNED with the last unit; DELIVERED → PAID when nothing is owed any more.
    """
    rows = context.rows
    order = queries.sale(rows, command.sales_order)
    expect(order, SaleStatus.DELIVERED, SaleStatus.PAID)
    left = order.quantity - order.returned
    if command.quantity > left:
        raise TooManyReturned(order.number, left, command.quantity)
    most = command.quantity if order.kind == SaleKind.GOODS else 0
    if command.good > most:
        raise MoreGoodThanReturned(order.number, most, command.good)
    of_return = (command.quantity, order.returned, order.quantity)
    net = rules.share(order.net_minor, *of_return)
    tax = rules.share(order.tax_minor, *of_return)
    cost = rules.share(order.cost_minor, *of_return) * command.good // command.quantity
    order.returned += command.quantity
    order.returned_net_minor += net
    order.returned_tax_minor += tax
    order.returned_cost_minor += cost
    if order.returned == order.quantity:
        order.status = SaleStatus.RETURNED.value
    elif queries.owed(order) <= 0:
        order.status = SaleStatus.PAID.value
    if command.good:
        move(rows, order.entity, order.item, quantity=command.good, value=cost)
    context.post(
        journals.RETURNED.entry(
            order.entity,
            {"gross": net + tax, "net": net, "tax": tax},
            chosen={journals.INCOME: INCOME_ACCOUNT[SaleKind(order.kind)]},
            **of_sale(order),
        ),
        journals.RESTOCKED.entry(
            order.entity,
            {"cost": cost},
            chosen={STOCK: stock_account(rows, order.entity, order.item)},
            **of_sale(order),
        ),
    )
    return _told(order) | {
        "net_minor": net,
        "tax_minor": tax,
        "cost_minor": cost,
        "owed_minor": queries.owed(order),
    }


def expect_time(order: SalesOrder, said: int, earliest: int, latest: int) -> None:
    """Raises SaleOutOfTime unless an instant lies within these two."""
    if not earliest <= said <= latest:
        raise SaleOutOfTime(order.number, said, earliest, latest)


def _told(order: SalesOrder) -> Fields:
    return {
        "entity": order.entity,
        "customer": order.customer,
        "chain_group": order.chain_group or None,
    }
