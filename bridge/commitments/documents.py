"""What stands on chain for a document: a Merkle tree over its salted fields, and trees over those roots.

One field can be shown to a financier or an auditor without the rest: its value, its salt, and a proof.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bridge.merkle import MerkleTree, field_leaf_hash, leaf_hash
from bridge.ports.port import Document

FIELD_TYPES = ("string", "string", "bytes32")  # path, canonical JSON value, salt
LOG_TYPES = ("uint256", "bytes32")  # sequence number, document root
INVITATION_TYPES = ("address",)


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, no floats."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


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


def log_leaf(sequence: int, root: bytes) -> bytes:
    """Leaf of one row of the document log."""
    return leaf_hash(LOG_TYPES, (sequence, root))


def log_tree(rows: Sequence[tuple[int, bytes]]) -> MerkleTree:
    """Tree over consecutive rows (sequence number, document root) of the document log."""
    return MerkleTree([log_leaf(sequence, root) for sequence, root in rows])


def next_head(previous: bytes, root: bytes, first: int, last: int) -> bytes:
    """Head of a stream after an anchor, as DocumentRegistry computes it."""
    return keccak(encode(("bytes32", "bytes32", "uint64", "uint64"), (previous, root, first, last)))


def invitation_tree(accounts: Sequence[str]) -> MerkleTree:
    """Tree over the accounts invited to a tender."""
    return MerkleTree([leaf_hash(INVITATION_TYPES, (account,)) for account in accounts])


def invitation_proof(accounts: Sequence[str], account: str) -> list[bytes]:
    """Proof that an account is invited. Raises KeyError when it is not on the list."""
    return invitation_tree(accounts).proof(leaf_hash(INVITATION_TYPES, (account.lower(),)))
