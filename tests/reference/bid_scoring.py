"""How bids are scored, ordered and paid, in exact fractions: what contracts/libraries/BidScoring.sol is held to.

`python -m tests.reference.bid_scoring` writes tests/vectors/bid_scoring.json.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from math import ceil, floor
from pathlib import Path
from typing import NamedTuple

VECTORS = Path(__file__).parents[1] / "vectors" / "bid_scoring.json"
BPS = 10_000
MAX_AMOUNT = 2**60
MAX_DAYS = 2**16 - 1

Vector = dict[str, str]


class Bid(NamedTuple):
    """A bid as the buyer sees it; amounts in minor units, lower index: committed earlier."""

    amount: int
    offered_days: int
    credit_bps: int
    index: int


class Rule(NamedTuple):
    """How a buyer weighs time and credit; both zero: by price alone."""

    day_value: int
    weight_bps: int


def raised(credit_bps: int, weight_bps: int) -> Fraction:
    """By how much missing credit raises a score."""
    return 1 + Fraction(weight_bps, BPS) * (1 - Fraction(credit_bps, BPS))


def score(bid: Bid, rule: Rule) -> int:
    """What the bid is compared by, lower is better."""
    valued = bid.amount + bid.offered_days * rule.day_value
    return ceil(valued * raised(bid.credit_bps, rule.weight_bps))


def matching(its_score: int, bid: Bid, rule: Rule) -> int:
    """The largest amount with which the bid would still have this score or a better one."""
    most = floor(its_score / raised(bid.credit_bps, rule.weight_bps))
    return most - bid.offered_days * rule.day_value


def order(bid: Bid, rule: Rule) -> tuple[int, int, int]:
    """Sorts bids from best to worst."""
    return score(bid, rule), -bid.credit_bps, bid.index


def next_bid(leading: int, decrement_bps: int) -> int:
    """The most that the next bid of an open descending auction may ask."""
    return leading - max(1, ceil(Fraction(leading * decrement_bps, BPS)))


def price(
    bids: list[Bid], rule: Rule, ceiling: int, *, second_price: bool
) -> tuple[Bid, int] | None:
    """Who wins a tender and what it is paid; none when no bid is valid."""
    valid = sorted((bid for bid in bids if bid.amount <= ceiling), key=lambda bid: order(bid, rule))
    if not valid:
        return None
    winner = valid[0]
    if not second_price:
        return winner, winner.amount
    if len(valid) == 1:
        return winner, ceiling
    return winner, min(ceiling, matching(score(valid[1], rule), winner, rule))


AMOUNTS = (1, 99, 1_150_000, 1_000_000_000_007, MAX_AMOUNT)
OFFERED = (0, 1, 30, MAX_DAYS)
DAY_VALUES = (0, 1, 1_000, MAX_AMOUNT)
CREDITS = (0, 6_999, 7_000, BPS)
WEIGHTS = (0, 1, 3_333, BPS)


def _text(**values: int) -> Vector:
    return {key: str(value) for key, value in values.items()}


def _scored() -> tuple[list[Vector], list[Vector]]:
    scores, prices = [], []
    grid = product(AMOUNTS, OFFERED, DAY_VALUES, CREDITS, WEIGHTS)
    for amount, offered_days, day_value, credit_bps, weight_bps in list(grid)[::43]:
        bid, rule = Bid(amount, offered_days, credit_bps, 1), Rule(day_value, weight_bps)
        shape = {
            "offered_days": offered_days,
            "day_value": day_value,
            "credit_bps": credit_bps,
            "weight_bps": weight_bps,
        }
        expected = score(bid, rule)
        scores.append(_text(amount=amount, **shape, expected=expected))
        runner_up = expected + amount % 1_009
        prices.append(_text(score=runner_up, **shape, expected=matching(runner_up, bid, rule)))
    return scores, prices


def _ordered() -> list[Vector]:
    rule = Rule(0, 0)
    bids = [
        Bid(amount, 0, credit_bps, index)
        for amount, credit_bps, index in product((1, 2, MAX_AMOUNT), (0, 7_000, BPS), (1, 255))
    ]
    return [
        _text(
            score=score(one, rule),
            credit_bps=one.credit_bps,
            index=one.index,
            other_score=score(other, rule),
            other_credit_bps=other.credit_bps,
            other_index=other.index,
            expected=int(order(one, rule) < order(other, rule)),
        )
        for one, other in list(product(bids, bids))[::11]
    ]


def vectors() -> dict[str, list[Vector]]:
    """The whole table, as text: JSON readers keep no integers above 2^53."""
    scores, prices = _scored()
    leading = (1, 2, 99, 100, 101, 1_150_000, MAX_AMOUNT)
    return {
        "score": scores,
        "matching": prices,
        "order": _ordered(),
        "next": [
            _text(leading=amount, decrement_bps=bps, expected=next_bid(amount, bps))
            for amount, bps in product(leading, (0, 1, 100, BPS))
        ],
    }


def rendered() -> str:
    """The table as its file holds it: one case a line."""
    kinds = []
    for kind, cases in vectors().items():
        lines = ",\n".join(f"  {json.dumps(case)}" for case in cases)
        kinds.append(f' "{kind}": [\n{lines}\n ]')
    return "{\n" + ",\n".join(kinds) + "\n}\n"


if __name__ == "__main__":
    VECTORS.write_text(rendered())
