"""What stands on chain for a document: the root of a Merkle tree over its salted leaves, format 2.

One leaf can be shown to a financier or an auditor without the rest: its path, its value, its salt, and a proof.
docs/trust.md describes the format for a stranger who checks one with other tools.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from bridge.commitments.canonical import canonical
from bridge.commitments.merkle import MerkleTree, field_leaf_hash
from bridge.ports.port import Document

FORMAT = 2
FIELD_TYPES = ("string", "string", "bytes32")  # path, canonical JSON value, salt
SALT_BYTES = 32


def flatten(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Path and value of every scalar below `value`; an empty list or object counts as a scalar."""
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from flatten(value[key], f"{path}.{key}")
    elif isinstance(value, (list, tuple)) and value:
        for index, item in enumerate(value):
            yield from flatten(item, f"{path}[{index}]")
    else:
        yield path, value


def entry_leaves(entry: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Path and value of an entry's head, which tells how many lines it has, and of each of its lines."""
    lines = entry["lines"]
    yield path, {**entry, "lines": len(lines)}
    for index, line in enumerate(lines):
        yield f"{path}.lines[{index}]", line


def field_leaves(document: Document) -> Iterator[tuple[str, Any]]:
    """Path and value of every leaf of a document."""
    yield "format", FORMAT
    yield "rules_version", document.rules_version
    yield "type", document.type
    yield "number", document.number
    yield "origin", document.origin
    yield "at", document.at
    yield "actor", document.actor
    yield from flatten(document.fields, "fields")
    yield "entries", len(document.entries)
    for index, entry in enumerate(document.entries):
        yield from entry_leaves(entry, f"entries[{index}]")


def field_salt(document_salt: bytes, path: str) -> bytes:
    """Salt of the leaf at `path`: BLAKE2b of it under the document's salt as key. It reveals no other leaf's salt."""
    return hashlib.blake2b(path.encode(), key=document_salt, digest_size=SALT_BYTES).digest()


def leaf_of(document: Document, path: str, value: Any) -> bytes:
    """Hash of the leaf that says that `path` of a document has this value."""
    return field_leaf_hash(path, canonical(value), field_salt(document.salt, path))


def document_tree(document: Document) -> MerkleTree:
    """Tree over the salted leaves of a document."""
    return MerkleTree([leaf_of(document, path, value) for path, value in field_leaves(document)])


def document_root(document: Document) -> bytes:
    """The commitment to a document: its reference on chain."""
    return document_tree(document).root
