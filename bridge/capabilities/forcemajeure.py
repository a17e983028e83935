"""ForceMajeure: days that nobody answers for, by region (不可抗力). Orders, bets, groups and capacity read them."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract, books, notes
from bridge.ports.vocabulary import forcemajeure as v

FORCE_MAJEURE = Capability(
    "forcemajeure",
    (
        Contract(
            "ForceMajeure",
            events={
                "ForceMajeureDeclared": notes("pending: no promise moves before the days stand"),
                "ForceMajeureDisputed": notes("the declaration waits for the arbiter"),
                "ForceMajeureDisputeWithdrawn": notes("the declaration waits no more for this one"),
                "ForceMajeureRuled": notes("what was granted stands, by the event that follows"),
                "ForceMajeureDisputeLapsed": notes("what was declared stands, by the next event"),
                "ForceMajeureStands": books(v.RecordForceMajeure),
            },
        ),
    ),
)
