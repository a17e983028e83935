"""Operations of the warehouse. Never commit."""

from __future__ import annotations

from erp.items.queries import item
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.errors import AmountTooLarge
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_BALANCE
from erp.parties.queries import own_party
from erp.stock import journals, queries, rules
from erp.stock.errors import InsufficientStock, StockOfOtherKind
from erp.stock.rules import CostShare, StockKind
from erp.stock.schemas import IssueStock, OpenStock


def open_stock(context: Context, command: OpenStock) -> Fields:
    """Adds opening stock at its total value: Dr stock, Cr opening balances. Refused while another kind is on hand."""
    owner = own_party(context.rows, command.entity).code
    code = item(context.rows, command.item).code
    stock = queries.level(context.rows, owner, code)
    if stock.on_hand and stock.kind != command.kind:
        raise StockOfOtherKind(owner, code, stock.kind, command.kind.value)
    move(context.rows, owner, code, quantity=command.quantity, value=command.value_minor)
    stock = queries.level(context.rows, owner, code)
    stock.kind = command.kind.value
    context.post(
        journals.OPENED.entry(
            owner,
            {"value": command.value_minor},
            chosen={journals.STOCK: rules.STOCK_ACCOUNT[command.kind]},
        )
    )
    return {}


def issue_stock(context: Context, command: IssueStock) -> Fields:
    """Takes goods out of stock at moving average cost: Dr the account of the purpose, Cr stock."""
    owner = own_party(context.rows, command.entity).code
    code = item(context.rows, command.item).code
    stock = queries.level(context.rows, owner, code)
    if command.quantity > stock.on_hand:
        raise InsufficientStock(owner, code, stock.on_hand, command.quantity)
    cost = rules.issue_cost(stock.value_minor, stock.on_hand, command.quantity)
    move(context.rows, owner, code, quantity=-command.quantity, value=-cost)
    kind = StockKind(stock.kind)
    context.post(
        journals.ISSUED.entry(
            owner,
            {"cost": cost},
            chosen={
                journals.COST: rules.COST_ACCOUNT[command.purpose],
                journals.STOCK: rules.STOCK_ACCOUNT[kind],
            },
            chain_group=command.chain_group or NO_GROUP,
        )
    )
    return {
        "cost_minor": cost,
        "kind": kind.value,
        "on_hand": stock.on_hand,
        "on_order": stock.on_order,
    }


def stock_account(rows: Rows, entity: str, code: str) -> str:
    """The account on which the entity's stock of an item stands."""
    return rules.STOCK_ACCOUNT[StockKind(queries.level(rows, entity, code).kind)]


def use_account(rows: Rows, entity: str, code: str) -> str:
    """The account that bore the cost of what left the entity's stock of an item."""
    return rules.USE_ACCOUNT[StockKind(queries.level(rows, entity, code).kind)]


def take(rows: Rows, entity: str, code: str, quantity: int) -> tuple[int, int]:
    """Takes up to `quantity` units from the entity's stock of an item. Returns how many were there, and their cost."""
    stock = queries.level(rows, entity, code)
    units = min(quantity, stock.on_hand or 0)
    if not units:
        return 0, 0
    cost = rules.issue_cost(stock.value_minor, stock.on_hand, units)
    move(rows, entity, code, quantity=-units, value=-cost)
    return units, cost


def change_cost(rows: Rows, entity: str, code: str, bought: int, change: int) -> CostShare:
    """Changes what `bought` units cost by `change`, minor units: the value of those still on hand moves with it.

    Returns what went into the stock and what is cost of goods that have left it.
    """
    stock = queries.level(rows, entity, code)
    share = rules.cost_share(change, bought, stock.on_hand, stock.value_minor)
    move(rows, entity, code, value=share.kept)
    return share


def take_back(rows: Rows, entity: str, code: str, quantity: int, value: int) -> CostShare:
    """Takes units out of the stock that were booked into it at `value`, minor units, and turn out not to be there.

    Returns by what the stock changed, and the cost of goods that have left it. Both are below zero as a rule.
    """
    stock = queries.level(rows, entity, code)
    units, share = rules.returned_share(quantity, value, stock.on_hand, stock.value_minor)
    move(rows, entity, code, quantity=-units, value=share.kept)
    return share


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
