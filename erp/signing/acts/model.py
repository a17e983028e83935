"""What an act is that a person asks for and signs with a key of its own (行为). Amounts are minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from erp.kernel.schema import (
    Reference,
)

BUYER, SUPPLIER, FINANCIER, NODE = 1, 2, 4, 8  # capabilities of a party
ANYBODY = 0
MAX_LIST = 256  # parts of a list in an act
Fields = Mapping[str, Any]

Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(ge=0, le=2**32 - 1, strict=True)]
# Beyond 2^53 not every JSON tool reads a number exactly, so ids of machine-minutes are told as text.
LongId = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,77})$")]
Proof = Annotated[list[Reference], Field(max_length=MAX_LIST)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class ActTerms:
    """What a person can ask for: the sentence that it signs, in two languages, its fields, and the capability it needs."""

    english: str
    chinese: str
    fields: Mapping[str, Any]
    needs: int = ANYBODY
    signs: str = "transaction"  # or "typed_data": a statement that others bring to the chain

    @cached_property
    def model(self) -> type[BaseModel]:
        """The fields as they are checked."""
        return create_model("ActFields", __base__=_Strict, **_required(self.fields))

    def objection(self, values: Fields) -> str | None:
        """What is wrong with these values; None when nothing is."""
        try:
            self.model.model_validate(dict(values))
        except ValidationError as error:
            return "; ".join(
                f"{'.'.join(map(str, found['loc'])) or 'fields'}: {found['msg']}"
                for found in error.errors()
            )
        return None

    def says(self, values: Fields) -> tuple[str, str]:
        """The sentence in English and in Chinese, with the values in it."""
        told = {name: _told(name, value) for name, value in values.items()}
        return self.english.format(**told), self.chinese.format(**told)


def _required(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: (kind, ...) for name, kind in fields.items()}


def _told(name: str, value: Any) -> Any:
    if isinstance(value, int) and name.endswith("_minor"):
        return f"{value // 100:,}.{value % 100:02d}"
    if isinstance(value, int) and name.endswith("_bps"):
        return f"{value / 100:g} %"
    return len(value) if isinstance(value, list) else value


def part(**fields: Any) -> Any:
    """A group of fields within an act."""
    return create_model("Part", __base__=_Strict, **_required(fields))


def several(part: Any) -> Any:
    """A list of such groups."""
    return Annotated[list[part], Field(max_length=MAX_LIST)]
