"""Base of every command, and the checked types of its fields."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_BIGINT = 2**63 - 1  # what a BigInteger column holds on SQLite and PostgreSQL

AmountMinor = Annotated[int, Field(ge=0, le=MAX_BIGINT, strict=True)]  # minor units (分)
PositiveMinor = Annotated[int, Field(gt=0, le=MAX_BIGINT, strict=True)]
Quantity = Annotated[int, Field(gt=0, le=MAX_BIGINT, strict=True)]  # smallest units of the item
QuantityOrNone = Annotated[int, Field(ge=0, le=MAX_BIGINT, strict=True)]
Bps = Annotated[int, Field(ge=0, le=10_000, strict=True)]  # basis points
Instant = Annotated[int, Field(ge=0, le=2**40 - 1, strict=True)]  # unix seconds
Seconds = Annotated[int, Field(ge=0, le=2**32 - 1, strict=True)]
RecordId = Annotated[int, Field(gt=0, le=MAX_BIGINT, strict=True)]  # an id that comes from outside
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
Number = Annotated[str, Field(min_length=1, max_length=32)]  # a document's number, PO-2026-00001
Text = Annotated[str, Field(min_length=1, max_length=500)]
Account = Annotated[str, Field(pattern=r"^0x[0-9a-f]{40}$")]  # settlement account, lower case
Reference = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]


class Command(BaseModel):
    """An instruction to the ERP. Frozen; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
