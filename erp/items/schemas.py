"""Commands about items and how they are sourced."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import (
    AmountMinor,
    Bps,
    Code,
    Command,
    PositiveMinor,
    Quantity,
    QuantityOrNone,
    Text,
)

# The windows are those of Tenders.sol and PurchaseOrders.sol: a policy beyond them would raise requisitions that can
# never be tendered.
DAY = 86_400
YEAR = 365 * DAY
Window = Annotated[int, Field(ge=60, le=90 * DAY, strict=True)]  # seconds to commit, or to reveal
MAX_CANDIDATES = 64  # suppliers invited to one tender; the tender contract's own bound


class RegisterItem(Command):
    """Registers a thing that is stocked, counted in its smallest unit."""

    code: Code
    name: Text
    unit: Code


class SetSourcingPolicy(Command):
    """Says when an item is reordered, how much, from whom, and on which terms (补货策略). Replaces its former policy.

    A reorder is due when on hand + on order < reorder_point. The estimate is for the whole reorder quantity, net; it is
    the ceiling of the tender and what the budget sets aside. lead_seconds run from the requisition to the promise.
    """

    item: Code
    buyer: Code
    reorder_point: QuantityOrNone
    reorder_quantity: Quantity
    estimate_minor: PositiveMinor
    # empty: open to every supplier
    candidates: Annotated[tuple[Code, ...], Field(max_length=MAX_CANDIDATES)]
    commit_seconds: Window
    reveal_seconds: Window
    lead_seconds: Annotated[int, Field(gt=0, le=10 * YEAR, strict=True)]
    bond_minor: AmountMinor
    min_credit_bps: Bps
    lateness_bps_per_day: Bps
    lateness_cap_bps: Bps
    tax_bps: Bps
    tolerance_bps: Bps
    fund_seconds: Annotated[int, Field(ge=3_600, le=90 * DAY, strict=True)]
    grace_seconds: Annotated[int, Field(ge=0, le=2 * YEAR, strict=True)]
    silence_seconds: Annotated[int, Field(ge=DAY, le=YEAR, strict=True)]
    # suppliers are paid so long after acceptance, by a claim that they may sell; 0: at once
    payment_seconds: Annotated[int, Field(ge=0, le=180 * DAY, strict=True)] = 0
