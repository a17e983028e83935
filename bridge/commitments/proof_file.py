"""The proof of one document as a file: what its owner hands to a stranger, and what that one can check of it alone. Pure.

The file is JSON, with the names that DocumentRegistry gives its arguments. It holds the opened leaves of the document and
nothing else of it. docs/trust.md describes it; `tests/reference/verify-proof.mjs` checks it without this repository.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from bridge.commitments.merkle import field_leaf_hash, verify, verify_at
from bridge.commitments.stream import log_leaf
from bridge.errors import BadProof

FORMAT = "interlock-proof/1"
BYTES32 = r"^0x[0-9a-f]{64}$"
ADDRESS = r"^0x[0-9a-f]{40}$"
UINT64_MAX = 2**64 - 1
SIBLINGS_MAX = 64  # of a tree of no more leaves than a number of 64 bits counts
FIELDS_MAX = 10_000
TEXT_MAX = 1_000_000  # characters of one value


def _bytes32() -> Any:
    return Field(pattern=BYTES32)


def _number(least: int = 1) -> Any:
    return Field(ge=least, le=UINT64_MAX, strict=True)


def _siblings() -> Any:
    return Field(max_length=SIBLINGS_MAX)


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


class Link(_Part):
    """What the anchor covers: root, first and last number of the stream. The argument `link` of the contract."""

    root: str = _bytes32()
    first_sequence: int = _number()
    last_sequence: int = _number()

    def argument(self) -> tuple[str, int, int]:
        """As the contract takes it."""
        return self.root, self.first_sequence, self.last_sequence


class OpenedField(_Part):
    """One leaf of the document, opened: arguments `field` and `fieldProof`."""

    path: str = Field(max_length=TEXT_MAX)
    value: str = Field(max_length=TEXT_MAX)  # canonical JSON
    salt: str = _bytes32()
    field_proof: tuple[str, ...] = _siblings()  # from the leaf to the document's root

    def argument(self) -> tuple[str, str, str]:
        """As the contract takes it."""
        return self.path, self.value, self.salt


class ProofFile(_Part):
    """All arguments of `proves` and `provesField` for one document, and where to put them."""

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    chain_id: int = _number()
    registry: str = Field(pattern=ADDRESS)
    stream_id: str = _bytes32()
    anchor_index: int = _number()
    link: Link
    sequence: int = _number()
    document_root: str = _bytes32()
    proof: tuple[str, ...] = _siblings()  # from the document's leaf to the anchor's root
    fields: tuple[OpenedField, ...] = Field(max_length=FIELDS_MAX)

    def place(self) -> tuple[str, int, tuple[str, int, int], int]:
        """The first four arguments of `proves` and `provesField`."""
        return self.stream_id, self.anchor_index, self.link.argument(), self.sequence

    def as_text(self) -> str:
        """The file."""
        return self.model_dump_json(by_alias=True, indent=2) + "\n"


def read(text: str) -> ProofFile:
    """A file's proof. Raises BadProof."""
    try:
        found = ProofFile.model_validate_json(text)
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}"
            for each in error.errors()[:5]
        )
        raise BadProof(f"this is no {FORMAT}: {said}") from error
    for siblings in (found.proof, *(each.field_proof for each in found.fields)):
        for sibling in siblings:
            if len(_octets(sibling)) != len(_octets(found.document_root)):
                raise BadProof(f"{sibling!r} is no hash of 32 bytes")
    return found


@dataclass(frozen=True, slots=True)
class Checked:
    """What follows from the file alone: whether each leaf is of the document, and the document of the anchor."""

    document: bool
    fields: tuple[bool, ...]

    @property
    def holds(self) -> bool:
        """True when all of it does."""
        return self.document and all(self.fields)


def check(found: ProofFile) -> Checked:
    """Computes every hash anew. It says nothing of whether the anchor is on any chain."""
    link, root = found.link, _octets(found.document_root)
    count = link.last_sequence - link.first_sequence + 1
    place = found.sequence - link.first_sequence
    return Checked(
        verify_at(
            _octets(link.root),
            place,
            count,
            log_leaf(found.sequence, root),
            [_octets(each) for each in found.proof],
        ),
        tuple(
            verify(
                root,
                field_leaf_hash(each.path, each.value, _octets(each.salt)),
                [_octets(sibling) for sibling in each.field_proof],
            )
            for each in found.fields
        ),
    )


def _octets(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        raise BadProof(f"{text[:80]!r} is no hex text") from error
