"""Operations on items. Never commit."""

from __future__ import annotations

from erp.items import queries
from erp.items.errors import InvalidPolicy, ItemExists
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.items.tables import Item, SourcingCandidate, SourcingPolicy
from erp.kernel.amounts import required_deposit
from erp.kernel.context import Context
from erp.kernel.errors import AmountTooLarge
from erp.kernel.log.model import Fields
from erp.kernel.schema import MAX_AMOUNT
from erp.parties.queries import party


def expect_depositable(estimate: int, tax_bps: int, tolerance_bps: int) -> None:
    """Raises AmountTooLarge when an order of this price, minor units, could ask a deposit that no event can tell."""
    deposit = required_deposit(estimate, tax_bps, tolerance_bps)
    if deposit > MAX_AMOUNT:
        raise AmountTooLarge(f"the deposit of an order at {estimate}", deposit, MAX_AMOUNT)


def register_item(context: Context, command: RegisterItem) -> Fields:
    """Adds the item. Refused when its code is taken."""
    if context.rows.get(Item, command.code) is not None:
        raise ItemExists(command.code)
    context.rows.add(Item, code=command.code, name=command.name, unit=command.unit)
    return {}


def set_sourcing_policy(context: Context, command: SetSourcingPolicy) -> Fields:
    """Replaces the item's sourcing policy and candidates; requisitions already raised keep their terms.

    Refused when a candidate is named twice or is the buyer, or when its order could ask a deposit above MAX_AMOUNT.
    """
    rows = context.rows
    queries.item(rows, command.item)
    buyer = party(rows, command.buyer)
    if len(set(command.candidates)) != len(command.candidates):
        raise InvalidPolicy(command.item, "a candidate is named twice; name each once")
    if command.buyer in command.candidates:
        raise InvalidPolicy(command.item, "the buyer is among the candidates; a buyer cannot bid")
    expect_depositable(command.estimate_minor, command.tax_bps, command.tolerance_bps)
    accounts = [party(rows, code).account for code in command.candidates]
    terms = command.model_dump(exclude={"candidates"})
    queries.forget_candidates(rows, command.item)
    rows.put(SourcingPolicy, **terms)
    for position, code in enumerate(command.candidates, start=1):
        rows.add(SourcingCandidate, item=command.item, position=position, party=code)
    return {"buyer_account": buyer.account, "candidate_accounts": accounts}
