"""Other documents that a call names beside its own, and their commitments."""

from __future__ import annotations

from bridge.capabilities.model import Asks
from bridge.commitments.documents import document_root
from bridge.errors import UnknownReference
from bridge.ports.port import Document, DocumentQuery, Port


def named_by(port: Port, asks: Asks, document: Document) -> dict[str, Document]:
    """The documents that a call refers to, by number. Raises UnknownReference when one is not there."""
    found: dict[str, Document] = {}
    for number in asks.refers_to(document) if asks.refers_to is not None else ():
        named = next(port.documents(DocumentQuery(number=number, limit=1)), None)
        if named is None:
            raise UnknownReference(f"{document.number} names {number}, which is no document")
        found[number] = named
    return found


def refs_of(papers: dict[str, Document]) -> dict[str, str]:
    """The commitments of documents, by number."""
    return {number: "0x" + document_root(paper).hex() for number, paper in papers.items()}
