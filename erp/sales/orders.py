"""Sales orders until goods leave: opened, held, released, cancelled. Never commits."""

from __future__ import annotations

from collections.abc import Iterator

from erp.items.queries import item
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.schema import Command
from erp.parties.queries import own_party
from erp.sales import queries, rules
from erp.sales.customers import exposure, score_now
from erp.sales.rules import SaleStatus
from erp.sales.schemas import (
    CancelSalesOrder,
    HoldSalesOrder,
    OpenSalesOrder,
    ReleaseSalesOrder,
)
from erp.sales.tables import SalesOrder


def expect(order: SalesOrder, *expected: SaleStatus) -> None:
    """Raises WrongStatus unless the order is in one of these states."""
    if order.status not in {status.value for status in expected}:
        told = " or ".join(status.value for status in expected)
        raise WrongStatus("Sales order", order.number, order.status, told)


def open_sales_order(context: Context, command: OpenSalesOrder) -> Fields:
    """Adds the order: CONFIRMED when its customer stays within limit times score, else OPEN until it is held.

    The document keeps the figures: what the customer owes already, what it may owe, and its score.
    """
    rows = context.rows
    owner = own_party(rows, command.entity).code
    buyer = queries.customer(rows, command.customer)
    code = item(rows, command.item).code
    tax = rules.output_tax(command.net_minor, command.tax_bps)
    owing, score = exposure(rows, buyer), score_now(rows, buyer, context.at)
    allowed = rules.allowed(buyer.limit_minor, score)
    within = owing + command.net_minor + tax <= allowed
    rows.add(
        SalesOrder,
        number=context.number,
        entity=owner,
        customer=buyer.code,
        item=code,
        kind=command.kind.value,
        chain_group=command.chain_group or NO_GROUP,
        quantity=command.quantity,
        net_minor=command.net_minor,
        tax_minor=tax,
        payment_seconds=command.payment_seconds,
        promised_at=command.promised_at,
        ordered_at=context.at,
        status=(SaleStatus.CONFIRMED if within else SaleStatus.OPEN).value,
    )
    return {
        "tax_minor": tax,
        "owing_minor": owing,
        "allowed_minor": allowed,
        "score_bps": score,
        "within_limit": within,
    }


def after_order(context: Context, _command: OpenSalesOrder) -> Iterator[Command]:
    """Yields the hold of an order that is above its customer's limit."""
    if queries.sale(context.rows, context.number).status == SaleStatus.OPEN:
        yield HoldSalesOrder(sales_order=context.number)


def hold_sales_order(context: Context, command: HoldSalesOrder) -> Fields:
    """OPEN → HELD: the order waits for finance."""
    order = queries.sale(context.rows, command.sales_order)
    expect(order, SaleStatus.OPEN)
    order.status = SaleStatus.HELD.value
    return _told(order)


def release_sales_order(context: Context, command: ReleaseSalesOrder) -> Fields:
    """HELD → CONFIRMED, above the limit, on finance's word."""
    order = queries.sale(context.rows, command.sales_order)
    expect(order, SaleStatus.HELD)
    order.status = SaleStatus.CONFIRMED.value
    buyer = queries.customer(context.rows, order.customer)
    return _told(order) | {"owing_minor": exposure(context.rows, buyer)}


def cancel_sales_order(context: Context, command: CancelSalesOrder) -> Fields:
    """HELD, CONFIRMED → CANCELLED: nothing has left yet."""
    order = queries.sale(context.rows, command.sales_order)
    expect(order, SaleStatus.HELD, SaleStatus.CONFIRMED)
    order.status = SaleStatus.CANCELLED.value
    return _told(order)


def _told(order: SalesOrder) -> Fields:
    return {
        "entity": order.entity,
        "customer": order.customer,
        "gross_minor": order.net_minor + order.tax_minor,
    }
