"""Hashes of a stream of anchored documents, as DocumentRegistry computes them. Pure: knows no document, only its root."""

from __future__ import annotations

from collections.abc import Sequence

from eth_abi.abi import encode

from bridge.commitments.keccak import keccak
from bridge.commitments.merkle import BatchTree, leaf_hash

LOG_TYPES = ("uint256", "bytes32")  # sequence number, document root
ZERO_HEAD = bytes(32)  # head of a stream before its first anchor


def log_leaf(sequence: int, root: bytes) -> bytes:
    """Leaf of one row of the document log."""
    return leaf_hash(LOG_TYPES, (sequence, root))


def log_tree(rows: Sequence[tuple[int, bytes]]) -> BatchTree:
    """Tree over consecutive rows (sequence number, document root) of the document log: the place is the row's own."""
    return BatchTree([log_leaf(sequence, root) for sequence, root in rows])


def next_head(previous: bytes, root: bytes, first: int, last: int) -> bytes:
    """Head of a stream after an anchor of the rows `first` to `last` under `root`."""
    return keccak(encode(("bytes32", "bytes32", "uint64", "uint64"), (previous, root, first, last)))
