"""CreditRegistry: the credit score of each participant (信用等级)."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract, books
from bridge.ports import vocabulary as v

CREDIT = Capability(
    "credit",
    (
        Contract(
            "CreditRegistry",
            events={"CreditRecorded": books(v.RecordCreditOutcome, value_minor="value")},
            silent={
                "ComponentRecorded": "the ERP keeps the outcomes of orders; bets, peers and users come with their rooms"
            },
        ),
    ),
)
