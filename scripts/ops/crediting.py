"""CREDIT: kept and broken promises, as the contracts saw them. 信用等级."""

from __future__ import annotations

from typing import Any

from scripts.ops import calls
from scripts.shown import Minor, View


def score(account: Any) -> View:
    """Credit of an account in basis points, 10,000 is best, and the outcomes behind it: ops.score("S1")."""
    address = calls.address_of(account)
    record = calls.view("CreditRegistry", "recordOf", address)
    value = record["value"]
    return View(
        who=calls.who(address),
        score_bps=int(calls.view("CreditRegistry", "scoreOf", address)),
        outcomes=record["outcomes"],
        value_minor=Minor(value),
        delivery_bps=record["deliveryWeighted"] // value if value else None,
        quality_bps=record["qualityWeighted"] // value if value else None,
    )
