"""Reading customers, sales and provisions: all the room's SQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, bindparam, func
from sqlalchemy import select as sa_select
from sqlalchemy.orm import Session
from sqlmodel import col

from erp.kernel.base import metadata
from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.sales.errors import UnknownCustomer, UnknownSalesOrder
from erp.sales.rules import (
    COMMITTED,
    SIGNAL_SECONDS,
    WEEKS_BEFORE,
    SaleStatus,
    is_signal,
)
from erp.sales.tables import Customer, CustomerReceipt, Provision, SalesOrder

_SALE = metadata.tables["sales_order"]
_OF_ITEM = sa_select(_SALE).where(
    _SALE.c.entity == bindparam("entity"),
    _SALE.c.item == bindparam("item"),
    _SALE.c.ordered_at >= bindparam("since"),
)


def customer(rows: Rows, code: str) -> Customer:
    """The customer with a code. Raises UnknownCustomer."""
    found = rows.get(Customer, code)
    if found is None:
        raise UnknownCustomer(code)
    return found


def sale(rows: Rows, number: str, entity: str | None = None) -> SalesOrder:
    """The order with a number; of this entity, when one is named. Raises UnknownSalesOrder."""
    found = rows.get(SalesOrder, number)
    if found is None or entity not in (None, found.entity):
        raise UnknownSalesOrder(number)
    return found


def owed(order: SalesOrder) -> int:
    """What the customer still owes of a delivered order, minor units; below zero: it paid too much."""
    price = order.net_minor + order.tax_minor
    return price - order.returned_net_minor - order.returned_tax_minor - order.received_minor


def unpaid_of(rows: Rows, code: str) -> list[SalesOrder]:
    """The delivered orders of a customer that are not paid, by number."""
    return rows.select(SalesOrder, "number", customer=code, status=SaleStatus.DELIVERED.value)


def committed_of(rows: Rows, code: str) -> list[SalesOrder]:
    """The orders of a customer that are to be delivered, by number."""
    return [
        order
        for status in COMMITTED
        for order in rows.select(SalesOrder, "number", customer=code, status=status.value)
    ]


def unpaid_to(rows: Rows, entity: str) -> list[SalesOrder]:
    """The delivered orders of an entity that are not paid, by number."""
    return rows.select(SalesOrder, "number", entity=entity, status=SaleStatus.DELIVERED.value)


def receipt_of(rows: Rows, bank_ref: str) -> CustomerReceipt | None:
    """The receipt with a reference of the bank; None when none was booked."""
    return rows.find(CustomerReceipt, bank_ref=bank_ref)


def provisions_of(rows: Rows, entity: str) -> list[Provision]:
    """What an entity has provided for, by customer and chain group."""
    return rows.select(Provision, "customer", "chain_group", entity=entity)


@dataclass(frozen=True, slots=True)
class SalesSignal:
    """An item of which an entity was asked for far more than before (销售信号): quantities ordered."""

    entity: str
    item: str
    week: int  # in the last seven days
    weeks_before: int  # in the four weeks before these


def signal_of(rows: Rows, entity: str, item: str, at: int) -> SalesSignal | None:
    """The signal of an entity's item at unix seconds `at`, with what is ordered in that second; None when there is none."""
    week_began = at - SIGNAL_SECONDS
    before_began = week_began - WEEKS_BEFORE * SIGNAL_SECONDS
    week, before = 0, 0
    for order in rows.query(SalesOrder, _OF_ITEM, entity=entity, item=item, since=before_began):
        if order.status != SaleStatus.CANCELLED and order.ordered_at <= at:
            week += order.quantity if order.ordered_at >= week_began else 0
            before += order.quantity if order.ordered_at < week_began else 0
    return SalesSignal(entity, item, week, before) if is_signal(week, before) else None


# ---- for readers --------------------------------------------------------------------------------


def customers(session: Session, *, after: str = "", limit: int) -> list[Customer]:
    """A page of customers by code."""
    return page(session, Customer, ["code"], [after], limit)


def sales(
    session: Session,
    *,
    entity: str | None = None,
    customer: str | None = None,
    status: str | None = None,
    after: str = "",
    limit: int,
) -> list[SalesOrder]:
    """A page of orders by number, of one entity, one customer, one status, or all."""
    wanted = {"entity": entity, "customer": customer, "status": status}
    return page(session, SalesOrder, ["number"], [after], limit, **wanted)


def _weeks_until(at: int) -> Select[int, int]:
    """Quantities ordered in the week before unix seconds `at`, and in that and the four weeks before it."""
    week_began = at - SIGNAL_SECONDS
    ordered_at, quantity = col(SalesOrder.ordered_at), col(SalesOrder.quantity)
    newest = func.coalesce(func.sum(quantity).filter(ordered_at >= week_began), 0)
    return sa_select(newest, func.sum(quantity)).where(
        ordered_at >= week_began - WEEKS_BEFORE * SIGNAL_SECONDS,
        ordered_at < at,
        col(SalesOrder.status) != SaleStatus.CANCELLED.value,
    )


def sales_signals(session: Session, at: int, entity: str | None = None) -> list[SalesSignal]:
    """The items whose orders of the seven days before `at` exceed 1.5 times the mean week of the four weeks before.

    By entity and item. Orders that were cancelled count for nothing, held ones count.
    """
    group = (col(SalesOrder.entity), col(SalesOrder.item))
    statement = _weeks_until(at).add_columns(*group).group_by(*group).order_by(*group)
    if entity is not None:
        statement = statement.where(col(SalesOrder.entity) == entity)
    found = [
        SalesSignal(of, item, int(week), int(whole) - int(week))
        for week, whole, of, item in session.execute(statement)
    ]
    return [signal for signal in found if is_signal(signal.week, signal.weeks_before)]
