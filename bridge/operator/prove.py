"""`interlock bridge prove`: what a reader needs who has no log. Computed from the ERP's log, checked against the anchor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridge.capabilities.documents import REGISTRY
from bridge.commitments.canonical import canonical
from bridge.commitments.documents import (
    document_root,
    document_tree,
    field_leaves,
    field_salt,
    leaf_of,
)
from bridge.commitments.stream import log_tree
from bridge.errors import BadConfiguration
from bridge.ports.port import DocumentQuery

if TYPE_CHECKING:
    from bridge.bootstrap import Bridge
    from bridge.ports.port import Document
    from bridge.store.tables import Anchor


@dataclass(frozen=True, slots=True)
class ShownLeaf:
    """One leaf of a document, opened: an argument of `provesField`."""

    path: str
    value: str  # canonical JSON
    salt: str
    proof: tuple[str, ...]  # from the leaf to the document's root
    proved: bool  # what the contract says of it


@dataclass(frozen=True, slots=True)
class DocumentProof:
    """All arguments of `proves` for one document of the log, and what the contract says of them."""

    chain_id: int
    registry: str
    stream_id: str
    anchor_index: int
    link: tuple[str, int, int]  # root, first and last sequence number of the anchor
    sequence: int
    document_root: str
    proof: tuple[str, ...]  # from the document's leaf to the anchor's root
    type: str
    number: str
    proved: bool
    leaves: tuple[ShownLeaf, ...]


def prove(bridge: Bridge, number: str, paths: Sequence[str] = ()) -> DocumentProof:
    """Proof of a document by number, and of its leaves at these paths. Raises BadConfiguration, NodeUnavailable."""
    document = next(iter(bridge.port.documents(DocumentQuery(number=number, limit=1))), None)
    if document is None:
        raise BadConfiguration(f"there is no document {number!r}")
    anchor = _anchor_of(bridge, document)
    first, last = anchor.first_sequence, anchor.last_sequence
    rows = bridge.port.changes(first - 1, last - first + 1)
    tree = log_tree([(each.sequence, document_root(each)) for each in rows])
    if _hex(tree.root) != anchor.root:
        raise BadConfiguration(
            f"documents {first} to {last} no longer give the root that was anchored: run `interlock audit`"
        )
    own, siblings = document_root(document), tree.proof(document.sequence - first)
    link = (anchor.root, first, last)
    where = (bridge.stream_id, anchor.index, link, document.sequence)
    return DocumentProof(
        chain_id=bridge.deployment.chain_id,
        registry=bridge.deployment.address(REGISTRY),
        stream_id=bridge.stream_id,
        anchor_index=anchor.index,
        link=link,
        sequence=document.sequence,
        document_root=_hex(own),
        proof=_hexes(siblings),
        type=document.type,
        number=document.number,
        proved=_asked(bridge, "proves", *where, own, siblings),
        leaves=tuple(_shown(bridge, document, path, where, siblings) for path in paths),
    )


def _anchor_of(bridge: Bridge, document: Document) -> Anchor:
    with bridge.store.view() as session:
        anchor = bridge.store.anchor_of(session, document.sequence)
    if anchor is None:
        raise BadConfiguration(
            f"{document.number} is not anchored yet: `interlock bridge once --flush` anchors everything"
        )
    return anchor


def _shown(
    bridge: Bridge, document: Document, path: str, where: tuple[Any, ...], up: Sequence[bytes]
) -> ShownLeaf:
    values = dict(field_leaves(document))
    if path not in values:
        raise BadConfiguration(
            f"{document.number} has no leaf {path!r}: it has {', '.join(sorted(values))}"
        )
    text, salt = canonical(values[path]), field_salt(document.salt, path)
    proof = document_tree(document).proof(leaf_of(document, path, values[path]))
    proved = _asked(bridge, "provesField", *where, (path, text, salt), proof, up)
    return ShownLeaf(path, text, _hex(salt), _hexes(proof), proved)


def _asked(bridge: Bridge, function: str, *arguments: Any) -> bool:
    (answer,) = bridge.gateway.view(REGISTRY, function, *arguments)
    return bool(answer)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _hexes(items: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(_hex(item) for item in items)
