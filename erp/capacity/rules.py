"""Pure rules of machine-minutes: what a token id says, what minutes are worth, what a plant kept. Integers only.

The arithmetic is that of `CapacityIds` and `RunOutcome` among the contracts' libraries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from erp.kernel.amounts import BPS, DAY_SECONDS

MAX_REFUNDS_NAMED = (
    128  # by one document, of holders and of runs: whoever acts on it makes one call for each
)
MINUTE_SECONDS = 60
COUNT_SECONDS = 45 * DAY_SECONDS  # after a slot, to declare, dispute and rule force majeure in it
DEVICE_BITS, SLOT_BITS, MARKET_BITS, PRICE_BITS = 64, 64, 32, 96  # of a token id, high bits first


T = TypeVar("T")


class SaleStatus(StrEnum):
    """OPEN → CLOSED by RecordCapacitySaleClose; a sale that ends by its time stays OPEN."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class RedemptionStatus(StrEnum):
    """REDEEMED → REPORTED by RecordRunAttestation; REDEEMED | REPORTED → SETTLED by RecordRunSettlement."""

    REDEEMED = "REDEEMED"
    REPORTED = "REPORTED"
    SETTLED = "SETTLED"


@dataclass(frozen=True)
class TokenTerms:
    """What a token id says."""

    device_id: int
    slot_index: int
    market: int
    price_minor: int  # a minute


def terms_of(token_id: str) -> TokenTerms:
    """Device, slot, market and price per minute of a token."""
    left, parts = int(token_id), []
    for bits in (PRICE_BITS, MARKET_BITS, SLOT_BITS, DEVICE_BITS):
        parts.append(left & ((1 << bits) - 1))
        left >>= bits
    price, market, slot, device = parts
    return TokenTerms(device, slot, market, price)


def token_id_of(terms: TokenTerms) -> str:
    """The id of a token, as decimal text."""
    packed = terms.device_id << SLOT_BITS | terms.slot_index
    packed = packed << MARKET_BITS | terms.market
    return str(packed << PRICE_BITS | terms.price_minor)


def carrying_share(carrying_minor: int, minutes: int, of: int) -> int:
    """What some of these minutes stand at: their part rounded down; all of them take all."""
    return carrying_minor * minutes // of


@dataclass(frozen=True)
class RunResult:
    """What a settled run means for its holder, minor units."""

    cost_minor: int  # of the minutes that ran
    returned_minor: int  # the price of the others, which comes back
    gain_minor: int  # what came back above what those others stood at; negative: a loss


def run_result(carrying_minor: int, minutes: int, ran: int, price_minor: int) -> RunResult:
    """The cost of the minutes that ran is their part of the carrying amount, rounded down."""
    cost = carrying_share(carrying_minor, ran, minutes)
    returned = price_minor * (minutes - ran)
    return RunResult(cost, returned, cost + returned - carrying_minor)


def settlements(minutes: int, reported: int, ruled: bool) -> frozenset[int]:
    """How many minutes a run may be settled at: as ruled; else as reported, all acknowledged or none conceded."""
    return frozenset({reported}) if ruled else frozenset({0, reported, minutes})


def outcome_bps(quantity: int, ran: int, days: int, excused: int) -> int:
    """What a plant kept of a slot, in basis points, rounded down; 0 when all days of it are excused and not all ran."""
    free = days - excused
    if ran == quantity:
        return BPS
    if free <= 0:
        return 0
    return min(ran * days * BPS // (quantity * free), BPS)


def days_touched(starts_at: int, ends_at: int) -> int:
    """Days of which a slot has at least a second."""
    return (ends_at - 1) // DAY_SECONDS - starts_at // DAY_SECONDS + 1


def batches(count: int) -> int:
    """How many documents name so many things."""
    return -(-count // MAX_REFUNDS_NAMED)


def in_batch(things: Sequence[T], batch: int) -> Sequence[T]:
    """The things that one document of several names: the first with 0."""
    return things[batch * MAX_REFUNDS_NAMED : (batch + 1) * MAX_REFUNDS_NAMED]


@dataclass(frozen=True)
class Change:
    """How a change of what minutes cost is divided, minor units: on those still held, and on those that are gone."""

    held_minor: int
    gone_minor: int


def change_of_cost(difference: int, minutes: int, held: int, carrying_minor: int) -> Change:
    """Divides a difference over minutes of which some are still held; these never stand below nothing."""
    share = difference * min(held, minutes) // minutes
    share = max(share, -carrying_minor)
    return Change(share, difference - share)


def spread(amount: int, parts: Sequence[int]) -> list[int]:
    """Divides an amount in proportion to parts: each rounded down, the last one takes what is left."""
    whole = sum(parts)
    shares = [amount * part // whole for part in parts[:-1]]
    return [*shares, amount - sum(shares)]
