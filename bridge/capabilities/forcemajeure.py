"""ForceMajeure: days that nobody answers for, by region (不可抗力). Orders, bets, groups and capacity read them."""

from __future__ import annotations

from typing import Any

from bridge.capabilities.model import (
    Asks,
    CallContext,
    Capability,
    Contract,
    books,
    find_number,
    notes,
)
from bridge.intents import KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import forcemajeure as v


def apply_declaration(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of ForceMajeure.applyDeclaration, for days that nobody disputed, or ruled, in time."""
    return (document.fields["declaration_id"],)


FORCE_MAJEURE = Capability(
    "forcemajeure",
    (
        Contract(
            "ForceMajeure",
            events={
                "ForceMajeureDeclared": books(
                    v.RecordForceMajeureDeclaration, evidence=find_number("evidence_ref")
                ),
                "ForceMajeureDisputed": notes("the declaration waits for the arbiter"),
                "ForceMajeureDisputeWithdrawn": notes("the declaration waits no more for this one"),
                "ForceMajeureRuled": notes("what was granted stands, by the event that follows"),
                "ForceMajeureDisputeLapsed": notes("what was declared stands, by the next event"),
                "ForceMajeureStands": books(v.RecordForceMajeure),
            },
        ),
    ),
    calls={
        "force_majeure_declaration": Asks(
            contract="ForceMajeure",
            function="applyDeclaration",
            lasts=True,
            args=apply_declaration,
            aggregate="forcemajeure:{declaration_id}",
            signer=KEEPER,
            due="dispute_by",
            later_by={"ForceMajeure_NotYetStanding": 2},
            moot_on=frozenset({"ForceMajeure_Closed"}),
        )
    },
)
