"""Commands about items and how they are sourced."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.schema import (
    AmountMinor,
    Bps,
    Code,
    Command,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    Seconds,
    Text,
)

MAX_CANDIDATES = 64  # suppliers invited to one tender; the tender contract's own bound


class RegisterItem(Command):
    """A thing that is stocked, counted in its smallest unit."""

    code: Code
    name: Text
    unit: Code


class SetSourcingPolicy(Command):
    """When an item is reordered, how much, from whom, and on which terms (补货策略).

    Replaces the item's former policy.

    A reorder is due when on hand + on order < reorder_point. The estimate is for the whole reorder quantity, net; it is
    the ceiling of the tender and what the budget sets aside. lead_seconds run from the requisition to the promise.
    """

    item: Code
    buyer: Code
    reorder_point: QuantityOrNone
    reorder_quantity: Quantity
    estimate_minor: PositiveMinor
    candidates: Annotated[
        tuple[Code, ...], Field(max_length=MAX_CANDIDATES)
    ]  # empty: open to every supplier
    commit_seconds: Seconds
    reveal_seconds: Seconds
    lead_seconds: Seconds
    bond_minor: AmountMinor
    min_credit_bps: Bps
    lateness_bps_per_day: Bps
    lateness_cap_bps: Bps
    tax_bps: Bps
    tolerance_bps: Bps
    fund_seconds: Seconds
    grace_seconds: Seconds
    silence_seconds: Seconds
