"""All scenarios that can be played, by name."""

from __future__ import annotations

from . import dissolve, partial_and_reject, reorder_to_pay, tamper
from .model import Scenario

SCENARIOS: dict[str, Scenario] = {
    module.SCENARIO.name: module.SCENARIO
    for module in (dissolve, partial_and_reject, reorder_to_pay, tamper)
}
