"""What the ERP cannot know by itself: which transaction stands for a document, and which anchor it stands under.

Whoever composes the application connects a witness (`Settings.witness`) that saw the chain. Without one the answers say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from erp.kernel.log.model import Document


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a document stands on the chain."""

    transaction: str | None  # hash
    block: int | None
    anchor: int | None  # index


@dataclass(frozen=True, slots=True)
class Missing:
    """An event without a document, or a call that a document asks for and that has not been made."""

    at: int  # unix seconds
    what: str
    document: str | None  # number of the document that asks for the call; None: an event
    actor: str | None  # the account that is to sign the call
    transaction: str | None
    block: int | None
    status: str
    reason: str | None
    needs_a_person: bool  # False: it is on its way


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a witness knows of a thing and its documents."""

    sightings: Mapping[str, Sighting]  # by number of the document
    missing: tuple[Missing, ...]
    differences: tuple[str, ...]  # what chain and ledger say otherwise of its money


@dataclass(frozen=True, slots=True)
class Silence:
    """A witness that has nothing to tell, and why."""

    reason: str


class Witness(Protocol):
    """Saw what became of documents outside of the ERP."""

    def tell(self, noun: str, id_: str, documents: Sequence[Document]) -> Evidence | Silence:
        """What it knows of a thing (`order`, `7`) and of its documents. Raises Retryable when it is busy."""


NOBODY = Silence("none is connected to this API")
