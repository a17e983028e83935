"""All scenarios that can be played, by name."""

from __future__ import annotations

from . import (
    bad_review,
    dissolve,
    hefei_shanghai,
    partial_and_reject,
    reorder_to_pay,
    smart_cooking,
    steam_wash,
    tamper,
)
from .model import Scenario

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        bad_review.SCENARIO,
        dissolve.SCENARIO,
        hefei_shanghai.SCENARIO,
        hefei_shanghai.DISPUTED,
        partial_and_reject.SCENARIO,
        reorder_to_pay.SCENARIO,
        smart_cooking.SCENARIO,
        steam_wash.SCENARIO,
        tamper.SCENARIO,
    )
}
