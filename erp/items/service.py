"""Operations on items. Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from erp.items import queries
from erp.items.errors import InvalidPolicy, ItemExists
from erp.items.schemas import (
    DAY,
    MAX_LOTS,
    MIN_LOTS,
    MIN_REVIEW_SECONDS,
    RegisterItem,
    SetSourcingPolicy,
)
from erp.items.tables import Item, SourcingCandidate, SourcingPolicy
from erp.kernel.amounts import required_deposit
from erp.kernel.context import Context
from erp.kernel.errors import AmountTooLarge
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import MAX_AMOUNT
from erp.parties.queries import party

UNLISTED = "UNLISTED"  # code of the item of goods that no requisition names


def expect_depositable(estimate: int, tax_bps: int, tolerance_bps: int) -> None:
    """Raises AmountTooLarge when an order of this price, minor units, could ask a deposit that no event can tell."""
    deposit = required_deposit(estimate, tax_bps, tolerance_bps)
    if deposit > MAX_AMOUNT:
        raise AmountTooLarge(f"the deposit of an order at {estimate}", deposit, MAX_AMOUNT)


def expect_sourceable(command: SetSourcingPolicy) -> None:
    """Raises InvalidPolicy when its terms belong to another way of buying, or no bid could be made on them in time."""
    for why in _obstacles(command):
        raise InvalidPolicy(command.item, why)


def _obstacles(command: SetSourcingPolicy) -> Iterator[str]:
    sealed = command.sourcing in ("sealed", "lots")
    of_sealed = (
        command.review_seconds, command.second_price, command.day_value_minor, command.max_days,
        command.credit_weight_bps,
    )  # fmt: skip
    of_auctions = command.min_decrement_bps, command.extension_seconds, command.max_extensions
    if not sealed and any(of_sealed):
        yield "review, second price, days and weight of credit belong to sealed bids"
    if command.sourcing != "auction" and any(of_auctions):
        yield "decrement and extensions belong to auctions"
    if (command.sourcing == "lots") != bool(command.lots):
        yield "a number of lots is told exactly when it is bought in lots"
    if command.lots and not MIN_LOTS <= command.lots <= min(MAX_LOTS, command.reorder_quantity):
        yield f"{command.lots} lots of {command.reorder_quantity} units; {MIN_LOTS} to {MAX_LOTS} lots, a unit each at least"
    if 0 < command.review_seconds < MIN_REVIEW_SECONDS:
        yield f"a review lasts {MIN_REVIEW_SECONDS} seconds at least"
    if bool(command.day_value_minor) != bool(command.max_days):
        yield "a day is worth something exactly when bids may name days"
    if bool(command.extension_seconds) != bool(command.max_extensions):
        yield "extensions have a length exactly when there are any"
    if command.sourcing != "direct" and command.lead_seconds < _latest(command):
        yield "the promise comes before the latest delivery that a bid may offer"


def _latest(command: SetSourcingPolicy) -> int:
    """Seconds from the opening of its bids to the latest delivery that one may offer."""
    if command.sourcing == "auction":
        return command.commit_seconds + command.extension_seconds * command.max_extensions
    windows = command.commit_seconds + command.reveal_seconds + 2 * command.review_seconds
    return windows + command.max_days * DAY


def register_item(context: Context, command: RegisterItem) -> Fields:
    """Adds the item. Refused when its code is taken."""
    if context.rows.get(Item, command.code) is not None:
        raise ItemExists(command.code)
    context.rows.add(Item, code=command.code, name=command.name, unit=command.unit)
    return {}


def unlisted(rows: Rows) -> str:
    """The item of goods that somebody bought outside and that nobody named here; added when it is first needed."""
    if rows.get(Item, UNLISTED) is None:
        rows.add(Item, code=UNLISTED, name="Goods that no requisition names", unit="unit")
    return UNLISTED


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
    expect_sourceable(command)
    expect_depositable(command.estimate_minor, command.tax_bps, command.tolerance_bps)
    accounts = [party(rows, code).account for code in command.candidates]
    terms = command.model_dump(exclude={"candidates"})
    queries.forget_candidates(rows, command.item)
    rows.put(SourcingPolicy, **terms)
    for position, code in enumerate(command.candidates, start=1):
        rows.add(SourcingCandidate, item=command.item, position=position, party=code)
    return {"buyer_account": buyer.account, "candidate_accounts": accounts}
