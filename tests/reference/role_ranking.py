"""What a pledge counts and binds, in exact fractions: what contracts/libraries/BidScoring.sol and the ERP are held to.

`python -m tests.reference.role_ranking` writes tests/vectors/role_ranking.json.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from math import ceil
from pathlib import Path

VECTORS = Path(__file__).parents[1] / "vectors" / "role_ranking.json"
BPS = 10_000
SCALE = BPS * BPS
MAX_AMOUNT = 2**60

Vector = dict[str, str]


def counted(pledge: int, credit_bps: int, weight_bps: int) -> Fraction:
    """What a pledge counts: lessened by the weight times the credit that is missing."""
    missing = Fraction(BPS - credit_bps, BPS)
    return pledge * (1 - Fraction(weight_bps, BPS) * missing)


def worth(pledge: int, credit_bps: int, weight_bps: int) -> int:
    """The same as the contracts keep it: times SCALE, which leaves nothing to round."""
    exact = counted(pledge, credit_bps, weight_bps) * SCALE
    assert exact.denominator == 1
    return int(exact)


def stake(least: int, pledge: int, bps: int) -> int:
    """The stake of a pledge: a part of it, rounded up, and `least` at least."""
    return max(least, ceil(Fraction(pledge * bps, BPS)))


def leads(own: tuple[int, int], best: tuple[int, int], weight_bps: int) -> bool:
    """True when a later pledge with its credit comes before an earlier one."""
    mine, other = (counted(*each, weight_bps) for each in (own, best))
    return (mine, own[1]) > (other, best[1])


def _text(**values: int) -> Vector:
    return {name: str(value) for name, value in values.items()}


def vectors() -> dict[str, list[Vector]]:
    """The whole table, as text: JSON readers keep no integers above 2^53."""
    pledges, scores = (1, 510, 520, 600, MAX_AMOUNT), (0, 6_999, 7_000, BPS)
    weights = (0, 3_333, 5_000, BPS)
    pairs = list(product(product((510, 600, MAX_AMOUNT), scores), repeat=2))
    return {
        "worth": [
            _text(pledge=p, credit_bps=c, weight_bps=w, expected=worth(p, c, w))
            for p, c, w in product(pledges, scores, weights)
        ],
        "stake": [
            _text(least=least, pledge=p, bps=bps, expected=stake(least, p, bps))
            for least, p, bps in product((0, 50), pledges, (0, 1, 3_333, BPS))
        ],
        "leads": [
            _text(
                pledge=own[0], credit_bps=own[1], best_pledge=best[0], best_credit_bps=best[1], weight_bps=w,
                expected=int(leads(own, best, w)),
            )
            for (own, best), w in list(product(pairs, weights))[::7]
        ],
    }  # fmt: skip


def rendered() -> str:
    """The table as its file holds it: one case a line."""
    kinds = []
    for kind, cases in vectors().items():
        lines = ",\n".join(f"  {json.dumps(case)}" for case in cases)
        kinds.append(f' "{kind}": [\n{lines}\n ]')
    return "{\n" + ",\n".join(kinds) + "\n}\n"


if __name__ == "__main__":
    VECTORS.write_text(rendered())
