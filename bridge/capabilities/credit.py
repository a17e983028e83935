"""CreditRegistry: the credit score of each participant (信用等级)."""

from __future__ import annotations

from typing import cast

from bridge.capabilities.model import Capability, Contract, EventContext, books
from bridge.events import generated as e
from bridge.events.base import Logged
from bridge.ports.vocabulary import credit as v

COMPONENTS = ("delivery", "quality", "bets", "peers", "users")  # ICreditRegistry.Component


def component(logged: Logged, context: EventContext) -> str:
    """Name of the component that an outcome counts in."""
    return COMPONENTS[cast(e.ComponentRecorded, logged.event).component]


CREDIT = Capability(
    "credit",
    (
        Contract(
            "CreditRegistry",
            events={
                "CreditRecorded": books(v.RecordCreditOutcome, value_minor="value"),
                "ComponentRecorded": books(
                    v.RecordCreditComponent, component=component, value_minor="value"
                ),
            },
            silent={
                "CreditCarriedOver": "the ERP counts an outcome whichever registry wrote it",
            },
        ),
    ),
)
