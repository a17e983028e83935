"""Words about ForceMajeure: days that nobody answers for (不可抗力)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref


class RecordForceMajeureDeclaration(TypedDict):
    """Days of force majeure were declared in a region (申报不可抗力). They are pending: they count for nothing yet."""

    declaration_id: int
    region: Ref
    evidence_ref: Ref
    evidence: Number | None  # the ERP's document behind the reference, when it has one
    reporter: Account
    from_day: int
    count: int
    dispute_by: int


class RecordForceMajeure(TypedDict):
    """Days of a region stand as force majeure, for good: day numbers since 1970, in UTC."""

    declaration_id: int
    region: Ref
    from_day: int
    count: int
    added: int  # of them, those that did not stand before


class ForceMajeureDeclaration(RecordForceMajeureDeclaration):
    """Made by RecordForceMajeureDeclaration. Becomes ForceMajeure.applyDeclaration once nobody may dispute it any more."""


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordForceMajeureDeclaration: "force_majeure_declaration",
    RecordForceMajeure: "force_majeure",
}
DOCUMENTS: Mapping[str, type] = {"force_majeure_declaration": ForceMajeureDeclaration}
