"""What an act is that a person asks for and signs with a key of its own (行为). Amounts are minor units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from erp.kernel.rows import Rows
from erp.kernel.schema import Reference

BUYER, SUPPLIER, NODE, FINANCIER = 1, 2, 8, 16  # capabilities of a party, as in Offices.sol
ANYBODY = 0
MAX_LIST = 256  # parts of a list in an act
Fields = Mapping[str, Any]
RestsOn = Callable[[Rows, str, Fields], dict[str, Any] | None]  # of a party's act with these fields

Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(ge=0, le=2**32 - 1, strict=True)]
PositiveCount = Annotated[int, Field(gt=0, le=2**32 - 1, strict=True)]
# Beyond 2^53 not every JSON tool reads a number exactly, so ids of machine-minutes are told as text.
LongId = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,77})$")]
Signed = Annotated[str, Field(max_length=65_536, pattern=r"^0x([0-9a-f]{2})+$")]
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
    by_post: bool = False  # whoever holds a post may ask too, who is no participant; the contract knows the post
    signs: str = "transaction"  # or "typed_data": a statement that others bring to the chain
    # Papers of these books that the act names, and what they say, as its document keeps it; it may refuse them.
    rests_on: RestsOn | None = None
    two_sided: bool = (
        False  # a statement that two parties sign, each in an act of its own with the same fields
    )
    # Fields with accounts, `pledge.account`, of which one is the party's own: nobody signs for another.
    speaks_as: tuple[str, ...] = ()
    # What its sentence says beside fields and papers: read off what is signed, so that both cannot differ.
    shows: Callable[[Fields], dict[str, Any]] | None = None

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

    def speaks_for(self, values: Fields, account: str | None) -> bool:
        """True when the act speaks for this account, or for whoever signs it."""
        return not self.speaks_as or account in {_at(path, values) for path in self.speaks_as}

    def says(self, values: Fields, papers: Fields | None = None) -> tuple[str, str]:
        """The sentence in English and in Chinese, with the values in it, and what the papers say that it rests on."""
        found = {**(papers or {}), **values}
        if self.shows is not None:
            found |= self.shows(found)
        told = {name: _told(name, value) for name, value in found.items()}
        return self.english.format(**told), self.chinese.format(**told)


def approval_says(says: tuple[str, str], name: str, spender: str, minor: int) -> tuple[str, str]:
    """What an approval says that rides in front of an act: who may draw how much, and for which act."""
    told = _told("_minor", minor)
    english, chinese = says
    return (
        f"First let {name} ({spender}) draw {told} from your wallet and no more, which this act takes: {english}",
        f"先行授权：允许 {name}（{spender}）从钱包支取 {told}，不得更多；用于：{chinese}",
    )


def _at(path: str, values: Fields) -> Any:
    found: Any = values
    for name in path.split("."):
        found = found[name]
    return found


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
