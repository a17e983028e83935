"""Words about the chain itself: blocks that were final and have left it (链重组)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Number, Ref


class RecordChainReorganisation(TypedDict):
    """The events of blocks that were final never happened: what came of them is voided and reversed.

    The ERP reverses every entry of the documents of these origins and of what followed from them, in an open month. It
    voids what cannot stand without them as well, and names it. Afterwards its books are those of an ERP that never heard
    of these events, but for the papers. An origin without a document is passed over.
    """

    common_block: int  # the newest block with events that both chains have
    common_hash: Ref
    left_block: int  # the newest block that was read, and is gone
    left_hash: Ref
    origins: tuple[str, ...]


class Voided(TypedDict):
    """A document that counts no more."""

    number: Number
    type: str


class Fallen(TypedDict):
    """A document that counts no more because it cannot stand without another."""

    number: Number
    type: str
    reason: str


class ChainReorganisation(TypedDict):
    """The document of a reorganisation."""

    origins: tuple[str, ...]
    voided: list[Voided]  # made by these events, or followed from what they made
    fallen: list[Fallen]  # a person, or the bridge, tells it again


DOCUMENT_TYPES: Mapping[type, str] = {RecordChainReorganisation: "chain_reorganisation"}
DOCUMENTS: Mapping[str, type] = {"chain_reorganisation": ChainReorganisation}
