"""Documents of two ERPs, committed to by the bridge's own code: `tests/vectors/documents.json`.

python -m tests.reference.document_vectors > tests/vectors/documents.json
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from eth_utils.crypto import keccak

from bridge.commitments.canonical import canonical
from bridge.commitments.documents import (
    document_root,
    document_tree,
    field_leaves,
    field_salt,
    flatten,
)
from bridge.commitments.merkle import MerkleTree
from bridge.commitments.stream import log_leaf, log_tree, next_head
from bridge.ports.port import Document

BATCHES = (1, 2, 5, 8)  # documents in each anchor of a stream
ERPS = ("buyer", "supplier")


def multi_proof(
    tree: MerkleTree, leaves: Sequence[bytes]
) -> tuple[list[bytes], list[bytes], list[bool]]:
    """Leaves in the order of the tree, siblings and flags, as @openzeppelin/merkle-tree makes them."""
    nodes = tree._nodes
    order = sorted((tree._position[leaf] for leaf in leaves), reverse=True)
    stack, proof, flags = list(order), [], []
    while stack and stack[0] > 0:
        here = stack.pop(0)
        sibling = here - 1 if here % 2 == 0 else here + 1
        if stack and stack[0] == sibling:
            stack.pop(0)
            flags.append(True)
        else:
            proof.append(nodes[sibling])
            flags.append(False)
        stack.append((here - 1) // 2)
    return [nodes[index] for index in order], proof, flags


def document(erp: str, sequence: int) -> Document:
    """A document of an ERP: the same sequence number says something else in another."""
    return Document(
        sequence=sequence,
        type="supplier_invoice",
        number=f"SI-2026-{sequence:05}",
        origin=None if sequence % 3 else f"31337:0xab:{sequence}",
        at=1_767_225_600 + sequence,
        actor=erp,
        fields={
            "net_minor": 500 * sequence,
            "note": "螺栓",
            "parts": [sequence, {"a": None}],
            "none": [],
        },
        entries=[
            {"entity": erp.upper(), "lines": [{"account": "1403", "debit": 500, "credit": 0}]}
        ],
        salt=keccak(f"{erp} {sequence}".encode()),
    )


def _hex(items: Sequence[bytes]) -> list[str]:
    return [f"0x{item.hex()}" for item in items]


def _field(path: str, doc: Document) -> dict[str, Any]:
    value = dict(flatten({"number": doc.number, "fields": doc.fields}))[path]
    return {
        "path": path,
        "value": canonical(value),
        "salt": f"0x{field_salt(doc.salt, path).hex()}",
        "proof": _hex(document_tree(doc).proof(field_leaves(doc)[path])),
    }


def _anchor(erp: str, head: bytes, first: int, last: int) -> dict[str, Any]:
    documents = [document(erp, sequence) for sequence in range(first, last + 1)]
    roots = {log_leaf(doc.sequence, document_root(doc)): doc for doc in documents}
    tree = log_tree([(doc.sequence, document_root(doc)) for doc in documents])
    chosen, proof, flags = multi_proof(tree, list(roots)[::2])
    return {
        "first": first,
        "last": last,
        "root": f"0x{tree.root.hex()}",
        "head": f"0x{next_head(head, tree.root, first, last).hex()}",
        "documents": [
            {
                "sequence": doc.sequence,
                "root": f"0x{document_root(doc).hex()}",
                "proof": _hex(tree.proof(leaf)),
                "fields": [
                    _field(path, doc) for path in ("number", "fields.net_minor", "fields.note")
                ],
            }
            for leaf, doc in roots.items()
        ],
        "several": {
            "sequences": [roots[leaf].sequence for leaf in chosen],
            "roots": _hex([document_root(roots[leaf]) for leaf in chosen]),
            "proof": _hex(proof),
            "flags": flags,
        },
    }


def vectors() -> dict[str, Any]:
    """Each ERP's stream: its anchors in order, with proofs of documents, of several, and of fields."""
    streams = []
    for erp in ERPS:
        head, first, anchors = bytes(32), 1, []
        for count in BATCHES:
            anchors.append(_anchor(erp, head, first, first + count - 1))
            head, first = bytes.fromhex(anchors[-1]["head"][2:]), first + count
        streams.append({"erp": erp, "anchors": anchors})
    return {"streams": streams}


def text() -> str:
    """The file."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    print(text(), end="")
