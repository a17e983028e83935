"""Base of every command, and the checked types of its fields."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_AMOUNT = (
    10**15 - 1
)  # of any one amount or quantity; below 2^53, so that every JSON tool reads it exactly
MAX_ID = 2**53 - 1
MAX_BALANCE = (
    2**63 - 1
)  # of an account or a stock: what a BigInteger column holds on SQLite and PostgreSQL

AmountMinor = Annotated[int, Field(ge=0, le=MAX_AMOUNT, strict=True)]  # minor units (分)
PositiveMinor = Annotated[int, Field(gt=0, le=MAX_AMOUNT, strict=True)]
Quantity = Annotated[int, Field(gt=0, le=MAX_AMOUNT, strict=True)]  # smallest units of the item
QuantityOrNone = Annotated[int, Field(ge=0, le=MAX_AMOUNT, strict=True)]
Bps = Annotated[int, Field(ge=0, le=10_000, strict=True)]  # basis points
Instant = Annotated[int, Field(ge=0, le=2**40 - 1, strict=True)]  # unix seconds
Seconds = Annotated[int, Field(ge=0, le=2**32 - 1, strict=True)]
RecordId = Annotated[int, Field(gt=0, le=MAX_ID, strict=True)]  # an id that comes from outside
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
Number = Annotated[str, Field(min_length=1, max_length=32)]  # a document's number, PO-2026-00001
Text = Annotated[str, Field(min_length=1, max_length=500)]
Account = Annotated[str, Field(pattern=r"^0x[0-9a-f]{40}$")]  # settlement account, lower case
Reference = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]


class Command(BaseModel):
    """An instruction to the ERP. Frozen; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
