"""What an audit looks at, gathered once: the chain's events read and proved anew, and the ERP's documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from bridge.commitments.documents import document_root
from bridge.events import DeliveryClaimed, Event, Logged
from bridge.ports.port import Document

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Material:
    """Events up to `block`, documents up to `sequence`."""

    block: int
    sequence: int
    events: list[Logged]
    documents: list[Document]
    in_flight: frozenset[str]  # numbers of documents whose call is still to be made, or on its way
    committed: Mapping[
        int, bytes
    ]  # roots as the bridge remembers them: believed where they fit an anchor
    settlement_types: frozenset[str]  # document types that only the settlement side makes
    stream_id: str
    custodians: frozenset[str]
    addresses: dict[str, str]  # followed contracts: name -> address

    @cached_property
    def roots(self) -> list[bytes]:
        """Commitment of each document, computed anew, in order."""
        return [document_root(document) for document in self.documents]

    @cached_property
    def number_by_ref(self) -> dict[str, str]:
        """Document number by commitment."""
        return {
            "0x" + root.hex(): document.number
            for root, document in zip(self.roots, self.documents, strict=True)
        }

    @cached_property
    def orders(self) -> dict[int, int]:
        """Order of each document that belongs to one, by sequence."""
        return {
            document.sequence: document.fields["order_id"]
            for document in self.documents
            if document.fields.get("order_id") is not None
        }

    @cached_property
    def claimed(self) -> frozenset[tuple[int, int]]:
        """Order and number of every delivery that was settled by a claim."""
        return frozenset((e.order_id, e.delivery_id) for _, e in self.each(DeliveryClaimed))

    def each(self, cls: type[E]) -> Iterator[tuple[Logged, E]]:
        """Events of one class."""
        for logged in self.events:
            if isinstance(logged.event, cls):
                yield logged, logged.event
