"""RLP, and the root of the trie over a list in one pass: what a header says of its receipts.

The libraries `rlp` and `trie` do the same for everything that there is, at ten times the cost; tests hold this against both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bridge.commitments.keccak import keccak

SHORT = 55  # bytes that a single length byte still counts
STRING, LIST = 0x80, 0xC0  # where the length bytes of the two kinds begin
HASHED = 32  # a node of so many bytes or more stands in its parent as its hash
ODD, LEAF = 0x10, 0x20  # flags before a path of nibbles

Pair = tuple[bytes, bytes]  # a key, one nibble a byte, and what lies there


def string(value: bytes) -> bytes:
    """RLP of a byte string."""
    if len(value) == 1 and value[0] < STRING:
        return value
    return _prefix(len(value), STRING) + value


def listed(encoded: Iterable[bytes]) -> bytes:
    """RLP of a list, of items that are encoded already."""
    body = b"".join(encoded)
    return _prefix(len(body), LIST) + body


def _prefix(length: int, kind: int) -> bytes:
    if length <= SHORT:
        return bytes((kind + length,))
    size = _big_endian(length)
    return bytes((kind + SHORT + len(size),)) + size


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def root_of_list(values: Sequence[bytes]) -> bytes:
    """Root hash of the Merkle Patricia trie with the RLP of its place as the key of each value; 32 bytes."""
    if not values:
        return keccak(string(b""))
    pairs = sorted((_nibbles(string(_big_endian(at))), value) for at, value in enumerate(values))
    return keccak(_node(pairs, 0))


def _nibbles(key: bytes) -> bytes:
    return bytes(nibble for byte in key for nibble in (byte >> 4, byte & 0x0F))


def _node(pairs: Sequence[Pair], depth: int) -> bytes:
    """RLP of the node that holds these pairs, in order of their keys, which agree in the first `depth` nibbles.

    No key of a list begins with another one, so a branch never holds a value of its own.
    """
    first, value = pairs[0]
    if len(pairs) == 1:
        return listed((string(_path(first[depth:], LEAF)), string(value)))
    last = pairs[-1][0]
    fork = depth
    while first[fork] == last[fork]:
        fork += 1
    if fork > depth:
        return listed((string(_path(first[depth:fork], 0)), _reference(_node(pairs, fork))))
    children: list[list[Pair]] = [[] for _ in range(16)]
    for pair in pairs:
        children[pair[0][depth]].append(pair)
    parts = [_reference(_node(child, depth + 1)) if child else string(b"") for child in children]
    return listed((*parts, string(b"")))


def _reference(node: bytes) -> bytes:
    return node if len(node) < HASHED else string(keccak(node))


def _path(nibbles: bytes, flags: int) -> bytes:
    """Nibbles as bytes, with what kind of node they lead to in front."""
    if len(nibbles) % 2:
        head, rest = flags | ODD | nibbles[0], nibbles[1:]
    else:
        head, rest = flags, nibbles
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return bytes((head, *(high << 4 | low for high, low in pairs)))
