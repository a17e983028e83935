"""Words about ForceMajeure: days that nobody answers for (不可抗力)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Ref


class RecordForceMajeure(TypedDict):
    """Days of a region stand as force majeure, for good: day numbers since 1970, in UTC."""

    declaration_id: int
    region: Ref
    from_day: int
    count: int
    added: int  # of them, those that did not stand before


DOCUMENT_TYPES: Mapping[type, str] = {RecordForceMajeure: "force_majeure"}
DOCUMENTS: Mapping[str, type] = {}
