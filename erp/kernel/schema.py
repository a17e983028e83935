"""Base of every command, and the checked types of its fields."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MAX_AMOUNT = (
    10**15 - 1
)  # of any one amount or quantity; below 2^53, so that every JSON tool reads it exactly
MAX_ID = 2**53 - 1
MAX_TEXT = 500  # characters
MAX_SHORT_TEXT = 64
MAX_BALANCE = (
    2**63 - 1
)  # of an account or a stock: what a BigInteger column holds on SQLite and PostgreSQL

# Unicode categories: control (bidi and zero width among them), format, surrogate, line and paragraph separators
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
ABOUT_TEXT = (
    "Kept without blanks around it, in Unicode normal form C. No control, format or bidi character; "
    "at least one letter or digit."
)


def legible(text: str) -> str:
    """The text as it is kept: stripped, in Unicode normal form C.

    Raises ValueError when a character is hidden or moves others about, or when there is no letter and no digit.
    """
    kept = unicodedata.normalize("NFC", text.strip())
    categories = [unicodedata.category(character) for character in kept]
    for character, category in zip(kept, categories, strict=True):
        if category in HIDDEN:
            raise ValueError(
                f"no control or bidi character is allowed, and U+{ord(character):04X} is one"
            )
    if not any(category[0] in "LN" for category in categories):
        raise ValueError("a text needs at least one letter or digit")
    return kept


AmountMinor = Annotated[int, Field(ge=0, le=MAX_AMOUNT, strict=True)]  # minor units (分)
PositiveMinor = Annotated[int, Field(gt=0, le=MAX_AMOUNT, strict=True)]
Quantity = Annotated[int, Field(gt=0, le=MAX_AMOUNT, strict=True)]  # smallest units of the item
QuantityOrNone = Annotated[int, Field(ge=0, le=MAX_AMOUNT, strict=True)]
Bps = Annotated[int, Field(ge=0, le=10_000, strict=True)]  # basis points
Instant = Annotated[int, Field(ge=0, le=2**40 - 1, strict=True)]  # unix seconds
Seconds = Annotated[int, Field(ge=0, le=2**32 - 1, strict=True)]
BigAmount = Annotated[
    str, Field(pattern=r"^(0|[1-9][0-9]{0,38})$", description="an integer as decimal text")
]  # of promises and weights, which are no money and may exceed MAX_AMOUNT
RecordId = Annotated[int, Field(gt=0, le=MAX_ID, strict=True)]  # an id that comes from outside
# parts between single slashes, each beginning with a letter or digit, so that a code can stand in a path
CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$"
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=CODE)]
Number = Annotated[str, Field(min_length=1, max_length=32)]  # a document's number, PO-2026-00001
Text = Annotated[
    str,
    Field(min_length=1, max_length=MAX_TEXT, description=ABOUT_TEXT),
    AfterValidator(legible),
    Field(max_length=MAX_TEXT),
]
ShortText = Annotated[
    str,
    Field(min_length=1, max_length=MAX_SHORT_TEXT, description=ABOUT_TEXT),
    AfterValidator(legible),
    Field(max_length=MAX_SHORT_TEXT),
]
Account = Annotated[str, Field(pattern=r"^0x[0-9a-f]{40}$")]  # settlement account, lower case
Reference = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]
NO_REFERENCE = "0x" + "00" * 32


class Command(BaseModel):
    """An instruction to the ERP. Frozen; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
