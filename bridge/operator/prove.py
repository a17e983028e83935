"""`interlock prove`: what a reader needs who has no log. Computed from the ERP's log, checked against the anchor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bridge.capabilities.documents import REGISTRY
from bridge.commitments.canonical import canonical
from bridge.commitments.documents import (
    document_root,
    document_tree,
    field_leaves,
    field_salt,
    leaf_of,
)
from bridge.commitments.proof_file import Link, OpenedField, ProofFile
from bridge.commitments.stream import log_tree
from bridge.errors import BadConfiguration
from bridge.ports.port import DocumentQuery
from bridge.store import committed

if TYPE_CHECKING:
    from bridge.bootstrap import Bridge
    from bridge.chain.deployment import Deployment
    from bridge.ports.port import Document, Port
    from bridge.store.store import Store
    from bridge.store.tables import Anchor

NAMES = ("type", "number")  # opened always: what the proof is of


def prove(bridge: Bridge, number: str, paths: Sequence[str] = ()) -> ProofFile:
    """Proof of a document by number, and of its leaves at these paths. Raises BadConfiguration, NodeUnavailable."""
    return proof_of(bridge.store, bridge.port, bridge.deployment, bridge.stream_id, number, paths)


def proof_of(
    store: Store,
    port: Port,
    deployment: Deployment,
    stream_id: str,
    number: str,
    paths: Sequence[str] = (),
) -> ProofFile:
    """The same from the tables alone: the bridge need not be put together for it. Raises BadConfiguration."""
    document = next(iter(port.documents(DocumentQuery(number=number, limit=1, voided=True))), None)
    if document is None:
        raise BadConfiguration(f"there is no document {number!r}")
    anchor = _anchor_of(store, document)
    first, last = anchor.first_sequence, anchor.last_sequence
    rows = port.changes(first - 1, last - first + 1)
    tree = log_tree([(each.sequence, document_root(each)) for each in rows])
    if _hex(tree.root) != anchor.root:
        raise BadConfiguration(
            f"documents {first} to {last} no longer give the root that was anchored: run `interlock audit`"
        )
    return ProofFile(
        chain_id=deployment.chain_id,
        registry=deployment.address(REGISTRY),
        stream_id=stream_id,
        anchor_index=anchor.index,
        link=Link(root=anchor.root, first_sequence=first, last_sequence=last),
        sequence=document.sequence,
        document_root=_hex(document_root(document)),
        proof=_hexes(tree.proof(document.sequence - first)),
        fields=tuple(_opened(document, path) for path in dict.fromkeys((*NAMES, *paths))),
    )


def _anchor_of(store: Store, document: Document) -> Anchor:
    with store.view() as session:
        anchor = committed.anchor_of(session, document.sequence)
    if anchor is None:
        raise BadConfiguration(
            f"{document.number} is not anchored yet: `interlock bridge once --flush` anchors everything"
        )
    return anchor


def _opened(document: Document, path: str) -> OpenedField:
    values = dict(field_leaves(document))
    if path not in values:
        raise BadConfiguration(
            f"{document.number} has no leaf {path!r}: it has {', '.join(sorted(values))}"
        )
    return OpenedField(
        path=path,
        value=canonical(values[path]),
        salt=_hex(field_salt(document.salt, path)),
        field_proof=_hexes(document_tree(document).proof(leaf_of(document, path, values[path]))),
    )


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _hexes(items: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(_hex(item) for item in items)
