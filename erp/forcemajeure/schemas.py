"""The commands of the register of force majeure."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import Account, Command, Instant, Number, RecordId, Reference

MAX_DAYS = 31  # of one declaration

DayNumber = Annotated[int, Field(ge=0, le=2**32 - 1, strict=True)]  # since 1970, in UTC


class RecordForceMajeureDeclaration(Command):
    """Days of force majeure were declared in a region (申报不可抗力). They count for nothing before they stand. No entry."""

    declaration_id: RecordId
    region: Reference
    evidence_ref: Reference
    evidence: Number | None  # our document behind the reference
    reporter: Account
    from_day: DayNumber
    count: Annotated[int, Field(gt=0, le=MAX_DAYS, strict=True)]
    dispute_by: Instant


class RecordForceMajeure(Command):
    """Days of a region stand as force majeure (不可抗力生效), for good. No entry: what they excuse is booked elsewhere."""

    declaration_id: RecordId
    region: Reference
    from_day: DayNumber
    count: Annotated[int, Field(gt=0, le=MAX_DAYS, strict=True)]
    added: Annotated[
        int, Field(ge=0, le=MAX_DAYS, strict=True)
    ]  # of them, those that did not stand before
