"""Documents of two ERPs, committed to as docs/trust.md says: `tests/vectors/documents.json`.

python -m tests.reference.document_vectors > tests/vectors/documents.json

Nothing of the bridge's commitments is used, and other libraries: keccak of pycryptodome, BLAKE2b of hashlib, the ABI of
eth_abi. `test_document_vectors.py` holds the bridge to it, `DocumentVectors.t.sol` the contract.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from Crypto.Hash import keccak as pycryptodome
from eth_abi.abi import encode

from bridge.ports.port import Document

BATCHES = (1, 2, 5, 8)  # documents in each anchor of a stream
ERPS = ("buyer", "supplier")
SHOWN = ("fields.note", "entries[0]", "entries[0].lines[1]")


def keccak(data: bytes) -> bytes:
    """keccak-256."""
    return pycryptodome.new(digest_bits=256, data=data).digest()


def text_of(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def salt_of(document: Document, path: str) -> bytes:
    """Salt of one leaf."""
    return hashlib.blake2b(path.encode(), key=document.salt, digest_size=32).digest()


def scalars(value: Any, path: str) -> dict[str, str]:
    """Every scalar, empty list and empty object below a value: canonical JSON by path."""
    if value and isinstance(value, dict):
        found = [scalars(value[key], f"{path}.{key}") for key in value]
    elif value and isinstance(value, list):
        found = [scalars(item, f"{path}[{index}]") for index, item in enumerate(value)]
    else:
        return {path: text_of(value)}
    return {key: text for each in found for key, text in each.items()}


def values(document: Document) -> dict[str, str]:
    """All leaves of a document: canonical JSON by path."""
    found = {"format": "2", "entries": text_of(len(document.entries))}
    for name in ("type", "number", "origin", "at", "actor", "rules_version"):
        found[name] = text_of(getattr(document, name))
    found |= scalars(document.fields, "fields")
    for i, entry in enumerate(document.entries):
        found[f"entries[{i}]"] = text_of({**entry, "lines": len(entry["lines"])})
        for j, line in enumerate(entry["lines"]):
            found[f"entries[{i}].lines[{j}]"] = text_of(line)
    return found


def leaf(types: tuple[str, ...], content: tuple[Any, ...]) -> bytes:
    """A leaf of OpenZeppelin's StandardMerkleTree."""
    return keccak(keccak(encode(types, content)))


def leaves(document: Document) -> dict[str, bytes]:
    """Leaf by path."""
    return {
        path: leaf(("string", "string", "bytes32"), (path, text, salt_of(document, path)))
        for path, text in values(document).items()
    }


class Tree:
    """OpenZeppelin's tree: leaves at the end of an array, the greatest first; node n stands above 2n+1 and 2n+2."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.nodes = [b""] * (len(leaves) - 1) + sorted(leaves, reverse=True)
        for n in reversed(range(len(leaves) - 1)):
            self.nodes[n] = keccak(b"".join(sorted(self.nodes[2 * n + 1 : 2 * n + 3])))
        self.root = self.nodes[0]

    def proof(self, leaf: bytes) -> list[bytes]:
        """Siblings from a leaf up."""
        here, found = self.nodes.index(leaf, len(self.nodes) // 2), []
        while here:
            found.append(self.nodes[((here - 1) ^ 1) + 1])
            here = (here - 1) // 2
        return found


def node(leaves: Sequence[bytes], level: int, place: int) -> bytes:
    """A node of a batch's tree: of two nodes below, left and right; zero where no leaf stands."""
    if level == 0:
        return leaves[place] if place < len(leaves) else bytes(32)
    return keccak(node(leaves, level - 1, 2 * place) + node(leaves, level - 1, 2 * place + 1))


def depth(leaves: Sequence[bytes]) -> int:
    """How often a batch is halved until one is left."""
    levels = 0
    while 2**levels < len(leaves):
        levels += 1
    return levels


def batch_proof(leaves: Sequence[bytes], places: set[int]) -> list[bytes]:
    """Siblings of the leaves at these places, those left out that follow from the leaves themselves."""
    siblings = []
    for level in range(depth(leaves)):
        width = 2**level
        known = {place // width for place in places}
        siblings += [
            node(leaves, level, beside)
            for beside in range(2 ** (depth(leaves) - level))
            if beside not in known and (beside + 1 if beside % 2 == 0 else beside - 1) in known
        ]
    return siblings


def root(document: Document) -> bytes:
    """The commitment to a document."""
    return Tree(list(leaves(document).values())).root


def log_leaf(document: Document) -> bytes:
    """Leaf of a document in its anchor."""
    return leaf(("uint256", "bytes32"), (document.sequence, root(document)))


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
            {
                "entity": erp.upper(),
                "ledger": "GL",
                "lines": [
                    {"account": "1403", "debit": 500 * sequence, "credit": 0},
                    {"account": "2202.02", "debit": 0, "credit": 500 * sequence},
                ],
            }
        ],
        salt=keccak(f"{erp} {sequence}".encode()),
        rules_version=1,
    )


def _hex(items: Sequence[bytes]) -> list[str]:
    return [f"0x{item.hex()}" for item in items]


def _field(path: str, doc: Document) -> dict[str, Any]:
    return {
        "path": path,
        "value": values(doc)[path],
        "salt": f"0x{salt_of(doc, path).hex()}",
        "proof": _hex(Tree(list(leaves(doc).values())).proof(leaves(doc)[path])),
    }


def _anchor(erp: str, head: bytes, first: int, last: int) -> dict[str, Any]:
    documents = [document(erp, n) for n in range(first, last + 1)]
    leaves = [log_leaf(doc) for doc in documents]
    top = node(leaves, depth(leaves), 0)
    link = encode(("bytes32", "bytes32", "uint64", "uint64"), (head, top, first, last))
    return {
        "first": first,
        "last": last,
        "root": f"0x{top.hex()}",
        "head": f"0x{keccak(link).hex()}",
        "documents": [
            {
                "sequence": doc.sequence,
                "root": f"0x{root(doc).hex()}",
                "proof": _hex(batch_proof(leaves, {place})),
                "fields": [_field(path, doc) for path in SHOWN],
            }
            for place, doc in enumerate(documents)
        ],
        "several": {
            "sequences": [doc.sequence for doc in documents[::2]],
            "roots": _hex([root(doc) for doc in documents[::2]]),
            "proof": _hex(batch_proof(leaves, set(range(0, len(leaves), 2)))),
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
    return json.dumps(vectors(), ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    print(text(), end="")
