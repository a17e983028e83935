"""How bids are scored, ordered and paid (评标): the same arithmetic as outside, in whole numbers. Pure.

`tests/vectors/bid_scoring.json` holds it to the shared rules. Amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BPS = 10_000
SCALE = BPS * BPS


@dataclass(frozen=True)
class Weighing:
    """How a buyer weighs time and credit beside the price; both zero: by price alone."""

    day_value: int = 0  # what a day is worth to the buyer, minor units
    weight_bps: int = 0  # by how much missing credit raises a score


@dataclass(frozen=True)
class Bid:
    """A revealed bid within the ceiling."""

    supplier: str
    amount: int
    credit_bps: int
    index: int  # lower: committed earlier
    offered_days: int = 0


@dataclass(frozen=True)
class Rank:
    """Who leads, and who is next best where the price is the second one; None: nobody."""

    leader: str | None = None
    runner_up: str | None = None


def score(bid: Bid, rule: Weighing) -> int:
    """What a bid is compared by, lower is better: amount + days x value of a day, raised for missing credit, rounded up."""
    valued = bid.amount + bid.offered_days * rule.day_value
    return -(-valued * _factor(bid.credit_bps, rule) // SCALE)


def matching(its_score: int, bid: Bid, rule: Weighing) -> int:
    """The largest amount with which the bid would still have this score or a better one, rounded down."""
    return its_score * SCALE // _factor(bid.credit_bps, rule) - bid.offered_days * rule.day_value


def place(bid: Bid, rule: Weighing) -> tuple[int, int, int]:
    """Sorts bids from best to worst: by score, then better credit, then earlier commitment."""
    return score(bid, rule), -bid.credit_bps, bid.index


def compete(
    rank: Rank, bid: Bid, bids: Iterable[Bid], rule: Weighing, *, second_price: bool
) -> Rank:
    """The rank after a bid competes. `bids`: those that hold it. A runner-up is kept for the second price alone."""
    if bid.supplier == rank.leader:
        return rank
    held = {each.supplier: place(each, rule) for each in bids}
    own = place(bid, rule)
    if rank.leader is None or own < held[rank.leader]:
        return Rank(bid.supplier, rank.leader if second_price else None)
    if second_price and (rank.runner_up is None or own < held[rank.runner_up]):
        return Rank(rank.leader, bid.supplier)
    return rank


def without(rank: Rank, supplier: str) -> Rank:
    """The rank after a bid was struck: whoever was next leads, and nobody is next."""
    if supplier == rank.leader:
        return Rank(rank.runner_up)
    return Rank(rank.leader) if supplier == rank.runner_up else rank


def price(
    rank: Rank, bids: Iterable[Bid], rule: Weighing, ceiling: int, *, second_price: bool
) -> int | None:
    """What the leader is paid: its bid, or the most that would still have matched the runner-up; None when nobody leads.

    Never above the ceiling, which is paid where the price is the second one and nobody is next.
    """
    if rank.leader is None:
        return None
    held = {each.supplier: each for each in bids}
    won = held[rank.leader]
    if not second_price:
        return won.amount
    if rank.runner_up is None:
        return ceiling
    return min(ceiling, matching(score(held[rank.runner_up], rule), won, rule))


def next_bid(leading: int, decrement_bps: int) -> int:
    """The most that the next bid of an open auction may ask: less by a part rounded up, and by one unit at least."""
    return leading - max(1, -(-leading * decrement_bps // BPS))


def _factor(credit_bps: int, rule: Weighing) -> int:
    return SCALE + rule.weight_bps * (BPS - credit_bps)
