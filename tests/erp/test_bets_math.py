"""What the ERP computes of bets is what the contracts compute: the shared vectors, one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from erp.bets.rules import (
    Tiers,
    attainment_down,
    excused_down,
    index_factor,
    most_lost,
    outcome_down,
    penalty_up,
    share_down,
)

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "bet_math.json").read_text(encoding="utf-8")
)


def rows(name: str) -> list[dict[str, int]]:
    """The rows of a table of columns."""
    table = VECTORS[name]
    columns = {column: [int(value) for value in found] for column, found in table.items()}
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def test_attainment_is_that_of_the_vectors() -> None:
    found = rows("attainment")
    assert len(found) > 100
    for row in found:
        tiers = Tiers(True, 10_000, row["floor"], row["base"], row["stretch"])
        assert attainment_down(row["value"], tiers, row["factor"]) == row["expected"], row
        still = Tiers(False, 10_000, row["floor"], row["base"], row["stretch"])
        if row["factor"] == 10_000:
            assert attainment_down(row["value"], still, 7) == row["expected"], row


def test_the_factor_of_an_index_is_that_of_the_vectors() -> None:
    for row in rows("index_factor"):
        rule = (row["elasticity"], row["max_up"], row["max_down"])
        assert index_factor(row["value"], row["baseline"], *rule) == row["expected"], row


def test_penalties_and_outcomes_are_those_of_the_vectors() -> None:
    for row in rows("penalty"):
        curve = (row["tolerance"], row["slope"], row["cap"])
        lost = penalty_up(row["stake"], row["shortfall"], row["periods"], *curve)
        assert lost == row["expected"], row
        assert lost <= most_lost(row["stake"], row["cap"])
        assert outcome_down(row["shortfall"], row["periods"]) == row["outcome"], row


def test_what_force_majeure_excuses_is_that_of_the_vectors() -> None:
    for row in rows("excused"):
        found = excused_down(row["shortfall"], row["days"], row["period_seconds"])
        assert found == row["expected"], row


def test_shares_are_those_of_the_vectors() -> None:
    for case in VECTORS["settlement"]:
        members = list(zip(case["share_bps"], case["attained"], strict=True))
        weights = [int(share) * int(attained) for share, attained in members]
        waived = sum(weights) == 0
        pot = 0 if waived else int(case["value"]) + sum(map(int, case["penalties"]))
        shares = [share_down(pot, weight, sum(weights)) for weight in weights]
        assert shares == [int(share) for share in case["shares"]]
