"""CREDIT: kept and broken promises, as the contracts saw them. 信用等级. Written by contracts alone."""

from __future__ import annotations

from typing import Any

from ..formatting import Minor, View
from . import calls

__all__ = ["score"]

GRADES = ("D", "C", "B", "BB", "BBB", "A", "AA", "AAA")
COMPONENTS = ("delivery", "quality", "bets", "peers", "users")


def score(account: Any) -> View:
    """Credit of an account in basis points, 10,000 is best, and the outcomes behind it: ops.score("S1")."""
    address = calls.address_of(account)
    record = calls.view("CreditRegistry", "recordOf", address)
    components = calls.view("CreditRegistry", "componentsOf", address)
    averages = {
        f"{name}_bps": part["averageBps"] if part["outcomes"] else None
        for name, part in zip(COMPONENTS, components, strict=True)
    }
    return View(
        who=calls.who(address),
        score_bps=int(calls.view("CreditRegistry", "scoreOf", address)),
        grade=GRADES[calls.view("CreditRegistry", "gradeOf", address)],
        outcomes=record["outcomes"],
        value_minor=Minor(record["value"]),
        **averages,
    )
