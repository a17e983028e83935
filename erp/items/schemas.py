"""Commands about items and how they are sourced."""

from __future__ import annotations

from typing import Annotated, Literal

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
MIN_REVIEW_SECONDS = 60
MIN_LOTS, MAX_LOTS = 2, 16
MAX_DAYS = 2**16 - 1
MAX_EXTENSIONS = 90
Sourcing = Literal["sealed", "lots", "auction", "direct"]
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
    # How it is bought: by sealed bids, in `lots` by sealed bids, in an open auction that lasts `commit_seconds`, or of a
    # supplier with whom both sides sign the order.
    sourcing: Sourcing = "sealed"
    lots: Annotated[int, Field(ge=0, le=MAX_LOTS, strict=True)] = 0
    # sealed bids: time to strike bids, and again as long to rank the others; zero: no bid is struck
    review_seconds: Annotated[int, Field(ge=0, le=90 * DAY, strict=True)] = 0
    second_price: bool = False  # the winner is paid what would still have matched the next best
    day_value_minor: AmountMinor = 0  # what a day sooner is worth; zero: bids name no days
    max_days: Annotated[int, Field(ge=0, le=MAX_DAYS, strict=True)] = 0
    credit_weight_bps: Bps = 0  # by how much missing credit raises a bid's score
    # auctions: by how much a bid must be lower than the leading one, and how late bids move the end
    min_decrement_bps: Bps = 0
    extension_seconds: Annotated[int, Field(ge=0, le=DAY, strict=True)] = 0
    max_extensions: Annotated[int, Field(ge=0, le=MAX_EXTENSIONS, strict=True)] = 0
