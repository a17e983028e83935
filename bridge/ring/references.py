"""Commitments of other documents that a call names beside its own."""

from __future__ import annotations

from bridge.capabilities.model import Asks
from bridge.commitments.documents import document_root
from bridge.errors import UnknownReference
from bridge.ports.port import Document, DocumentQuery, Port


def refs_of(port: Port, asks: Asks, document: Document) -> dict[str, str]:
    """The commitments of the documents that a call refers to, by number. Raises UnknownReference when one is not there."""
    found: dict[str, str] = {}
    for number in asks.refers_to(document) if asks.refers_to is not None else ():
        named = next(port.documents(DocumentQuery(number=number, limit=1)), None)
        if named is None:
            raise UnknownReference(f"{document.number} names {number}, which is no document")
        found[number] = "0x" + document_root(named).hex()
    return found
