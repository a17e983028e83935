"""Customers: who they are, what was seen of them, what they may owe. Never commits."""

from __future__ import annotations

from erp.kernel.amounts import days_late
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.sales import queries, rules
from erp.sales.errors import CustomerExists
from erp.sales.rules import Behaviour
from erp.sales.schemas import RegisterCustomer, SetCreditLimit
from erp.sales.tables import Customer


def register_customer(context: Context, command: RegisterCustomer) -> Fields:
    """Adds the customer with a newcomer's score and no limit. Refused when its code is taken."""
    if context.rows.get(Customer, command.code) is not None:
        raise CustomerExists(command.code)
    context.rows.add(
        Customer,
        code=command.code,
        number=context.number,
        kind=command.kind.value,
        name_digest=command.text_digest,
        score_bps=rules.NEWCOMER_BPS,
    )
    return {}


def set_credit_limit(context: Context, command: SetCreditLimit) -> Fields:
    """Replaces the customer's limit; orders that are held stay held until finance releases them."""
    found = queries.customer(context.rows, command.customer)
    before, found.limit_minor = found.limit_minor, command.limit_minor
    return {"former_minor": before}


def add_outcome(found: Customer, weight: int, outcome_bps: int) -> None:
    """Counts what was seen of a customer: `weight` minor units that say `outcome_bps` of it."""
    seen = _seen(found).with_outcome(weight, outcome_bps)
    found.weight, found.weighted = str(seen.weight), str(seen.weighted)
    found.score_bps = seen.score_bps


def score_now(rows: Rows, found: Customer, at: int) -> int:
    """The customer's score, in which what is overdue at unix seconds `at` counts as if it were paid then."""
    seen = _seen(found)
    for order in queries.unpaid_of(rows, found.code):
        days = days_late(at, order.due_at or 0)
        if days:
            seen = seen.with_outcome(max(queries.owed(order), 0), rules.payment_outcome(days))
    return seen.score_bps


def exposure(rows: Rows, found: Customer) -> int:
    """What the customer owes, and what is to be delivered to it, minor units, over all entities."""
    ordered = (
        order.net_minor + order.tax_minor for order in queries.committed_of(rows, found.code)
    )
    return sum(ordered) + sum(queries.owed(order) for order in queries.unpaid_of(rows, found.code))


def _seen(found: Customer) -> Behaviour:
    return Behaviour(int(found.weight), int(found.weighted))
