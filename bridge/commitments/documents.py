"""What stands on chain for a document: the root of a Merkle tree over its salted fields.

One field can be shown to a financier or an auditor without the rest: its value, its salt, and a proof.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from bridge.commitments.canonical import canonical
from bridge.commitments.merkle import MerkleTree, field_leaf_hash
from bridge.ports.port import Document

FIELD_TYPES = ("string", "string", "bytes32")  # path, canonical JSON value, salt


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and value of every scalar below `value`; an empty list or object counts as a scalar."""
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from flatten(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, (list, tuple)) and value:
        for index, item in enumerate(value):
            yield from flatten(item, f"{path}[{index}]")
    else:
        yield path, value


def field_salt(document_salt: bytes, path: str) -> bytes:
    """Salt of one field: HMAC-SHA256 of its path under the document's salt, so that one field reveals no other."""
    return hmac.new(document_salt, path.encode(), hashlib.sha256).digest()


def _content(document: Document) -> dict[str, Any]:
    return {
        "type": document.type,
        "number": document.number,
        "origin": document.origin,
        "at": document.at,
        "actor": document.actor,
        "fields": document.fields,
        "entries": document.entries,
    }


def field_leaves(document: Document) -> dict[str, bytes]:
    """Leaf of every field, by path."""
    return {
        path: field_leaf_hash(path, canonical(value), field_salt(document.salt, path))
        for path, value in flatten(_content(document))
    }


def document_tree(document: Document) -> MerkleTree:
    """Tree over the salted fields of a document."""
    return MerkleTree(list(field_leaves(document).values()))


def document_root(document: Document) -> bytes:
    """The commitment to a document: its reference on chain."""
    return document_tree(document).root
