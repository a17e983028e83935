"""Merkle trees: sorted ones in OpenZeppelin's standard format, and positional ones for batches of documents.

Sorted: leaves are double keccak hashes of ABI-encoded values, sorted; a node is the keccak of its two children in order
of size; the tree is an array whose leaves stand at its end. Source: @openzeppelin/merkle-tree, StandardMerkleTree.
Positional: leaf `i` stands at place `i` of a full tree, missing leaves are zero, a node is keccak(left, right): a root and
a place have one leaf. As BatchTree.sol.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from eth_abi.abi import encode

from bridge.commitments.keccak import keccak

WORD = 32  # bytes
PATHS_KEPT = 4_096  # whose encoding is kept


def leaf_hash(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """Hash of one leaf: keccak(keccak(abi.encode(values)))."""
    return keccak(keccak(encode(types, values)))


def field_leaf_hash(path: str, value: str, salt: bytes) -> bytes:
    """`leaf_hash` of (string, string, bytes32), encoded by hand: documents have dozens of such leaves each."""
    places, first = _of_path(path)
    return keccak(keccak(b"".join((places, salt, first, _dynamic(value.encode())))))


@lru_cache(PATHS_KEPT)
def _of_path(path: str) -> tuple[bytes, bytes]:
    """What the encoding has of a path: where path and value stand, and the path. Documents of a type share their paths."""
    first = _dynamic(path.encode())
    return _word(3 * WORD) + _word(3 * WORD + len(first)), first


def _word(number: int) -> bytes:
    return number.to_bytes(WORD, "big")


def _dynamic(data: bytes) -> bytes:
    """ABI encoding of a string: its length, and its bytes filled up to whole words."""
    return _word(len(data)) + data + bytes(-len(data) % WORD)


def _node(left: bytes, right: bytes) -> bytes:
    return keccak(left + right if left < right else right + left)


class MerkleTree:
    """A tree over leaf hashes. Raises ValueError when there are none."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        if not leaves:
            raise ValueError("a Merkle tree needs at least one leaf")
        ordered = sorted(leaves)
        count = len(ordered)
        nodes = [b""] * (2 * count - 1)
        for index, leaf in enumerate(ordered):
            nodes[len(nodes) - 1 - index] = leaf
        for index in range(count - 2, -1, -1):
            nodes[index] = _node(nodes[2 * index + 1], nodes[2 * index + 2])
        self._nodes = nodes
        self._position = {leaf: len(nodes) - 1 - index for index, leaf in enumerate(ordered)}

    @property
    def root(self) -> bytes:
        """The root that stands for all leaves."""
        return self._nodes[0]

    def proof(self, leaf: bytes) -> list[bytes]:
        """Siblings from the leaf up. Raises KeyError when the leaf is not in the tree."""
        index = self._position[leaf]
        path = []
        while index > 0:
            path.append(self._nodes[index - 1 if index % 2 == 0 else index + 1])
            index = (index - 1) // 2
        return path


def verify(root: bytes, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """True when the proof leads from the leaf to the root."""
    computed = leaf
    for sibling in proof:
        computed = _node(computed, sibling)
    return computed == root


EMPTY_LEAF = bytes(32)  # at the places of a positional tree behind its last leaf


class BatchTree:
    """A positional tree over leaf hashes. Raises ValueError when there are none."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        if not leaves:
            raise ValueError("a Merkle tree needs at least one leaf")
        width = 1 << depth_of(len(leaves))
        self._count = len(leaves)
        self._levels = [[*leaves, *[EMPTY_LEAF] * (width - len(leaves))]]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=True)
            self._levels.append([keccak(left + right) for left, right in pairs])

    @property
    def root(self) -> bytes:
        """The root that stands for all leaves, each at its place."""
        return self._levels[-1][0]

    def proof(self, place: int) -> list[bytes]:
        """Siblings from the leaf at a place up, one a level. Raises IndexError when no leaf stands there."""
        self._check(place)
        return [nodes[(place >> level) ^ 1] for level, nodes in enumerate(self._levels[:-1])]

    def proof_of_several(self, places: Iterable[int]) -> list[bytes]:
        """Siblings that do not follow from the leaves at these places: level by level, from left to right."""
        known, siblings = set(places), []
        for place in known:
            self._check(place)
        for nodes in self._levels[:-1]:
            siblings += [nodes[place ^ 1] for place in sorted(known) if place ^ 1 not in known]
            known = {place >> 1 for place in known}
        return siblings

    def _check(self, place: int) -> None:
        if not 0 <= place < self._count:
            raise IndexError(f"place {place} is not in a batch of {self._count}")


def depth_of(count: int) -> int:
    """Levels above the leaves of a positional tree over `count` leaves, at least one."""
    return (count - 1).bit_length()


def verify_at(root: bytes, place: int, count: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """True when the proof leads from the leaf at a place of a batch of `count` to the root."""
    if not 0 <= place < count or len(proof) != depth_of(count):
        return False
    node = leaf
    for level, sibling in enumerate(proof):
        node = keccak(sibling + node if place >> level & 1 else node + sibling)
    return node == root
