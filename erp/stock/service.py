"""Operations of the warehouse. Never commit."""

from __future__ import annotations

from erp.items.queries import item
from erp.kernel.context import Context
from erp.kernel.entry import Ledger
from erp.kernel.errors import AmountTooLarge
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_BALANCE
from erp.ledger import chart
from erp.ledger.rules import entry
from erp.parties.queries import party
from erp.stock import queries, rules
from erp.stock.errors import InsufficientStock
from erp.stock.schemas import IssueStock, OpenStock


def open_stock(context: Context, command: OpenStock) -> Fields:
    """Adds opening stock at its total value: Dr raw materials, Cr capital."""
    owner = party(context.rows, command.entity).code
    code = item(context.rows, command.item).code
    move(context.rows, owner, code, quantity=command.quantity, value=command.value_minor)
    value = command.value_minor
    context.post(entry(owner, Ledger.GENERAL, {chart.STOCK: value}, {chart.CAPITAL: value}))
    return {}


def issue_stock(context: Context, command: IssueStock) -> Fields:
    """Takes goods out of stock at moving average cost: Dr production cost, Cr raw materials."""
    owner = party(context.rows, command.entity).code
    code = item(context.rows, command.item).code
    stock = queries.level(context.rows, owner, code)
    if command.quantity > stock.on_hand:
        raise InsufficientStock(owner, code, stock.on_hand, command.quantity)
    cost = rules.issue_cost(stock.value_minor, stock.on_hand, command.quantity)
    move(context.rows, owner, code, quantity=-command.quantity, value=-cost)
    context.post(entry(owner, Ledger.GENERAL, {chart.PRODUCTION_COST: cost}, {chart.STOCK: cost}))
    return {"cost_minor": cost, "on_hand": stock.on_hand, "on_order": stock.on_order}


def move(
    rows: Rows,
    entity: str,
    code: str,
    *,
    quantity: int = 0,
    value: int = 0,
    on_order: int = 0,
) -> None:
    """Adds to quantity, value (minor units) and on-order quantity of a stock level, creating it when needed.

    The caller has checked that enough is there. Raises AmountTooLarge beyond 64 bits.
    """
    stock = queries.kept_level(rows, entity, code)
    stock.on_hand = _bounded(f"stock of {code}", stock.on_hand + quantity)
    stock.value_minor = _bounded(f"stock value of {code}", stock.value_minor + value)
    stock.on_order = _bounded(f"quantity of {code} on order", stock.on_order + on_order)


def _bounded(what: str, amount: int) -> int:
    if amount > MAX_BALANCE:
        raise AmountTooLarge(what, amount, MAX_BALANCE)
    if amount < 0:
        raise ValueError(f"{what} would become {amount}")
    return amount
