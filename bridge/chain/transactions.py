"""Proof of where in a block a transaction stands: written as the chain writes them, they hash to its root.

Receipts prove themselves, and hold no hash of their transaction. Where an event counts as one of a call of ours, whose
transaction it belongs to must not be a node's word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from bridge.chain import wire
from bridge.chain.trie import listed, root_of_list, string
from bridge.chain.wire import ADDRESS, HASH, LONG, Header, octets
from bridge.commitments.keccak import keccak
from bridge.errors import NodeIncomplete

TRANSACTIONS_ROOT = 4  # place in the list of a header's fields
LEGACY, BLOBS, DELEGATES = 0, 3, 4  # EIP-2718 kinds: none; EIP-4844; EIP-7702
KNOWN = range(5)  # kinds that are written here

Given = Mapping[str, Any]


class UnknownKind(Exception):
    """A transaction of a kind that is not written here: nothing is proved of its block."""


def block_of(answer: Any) -> tuple[Header, list[Given]]:
    """A header and its transactions, as eth_getBlockByNumber gives both. Raises NodeIncomplete."""
    if not isinstance(answer, dict):
        raise NodeIncomplete("the node gave no block")
    given = wire.listed(answer.get("transactions"), "transactions of a block")
    if not all(isinstance(each, dict) for each in given):
        raise NodeIncomplete("the node gave hashes where its transactions were asked for")
    return wire.header({**answer, "transactions": [each.get("hash") for each in given]}), given


def proved_hashes(
    header: Header, given: list[Given], raw: Callable[[int], bytes | None]
) -> list[str]:
    """Hashes of the block's transactions, in order. `header` hashes to its hash.

    `raw`: the bytes of the transaction at a place, of a kind that is not written here; None where nobody gives them. Raises
    NodeIncomplete when these are not its transactions, UnknownKind where nobody can say. How a node calls them is another
    matter: a development node that signs for somebody else has names of its own.
    """
    found = [_written_or(each, partial(raw, place)) for place, each in enumerate(given)]
    if not are_of(header, found):
        raise NodeIncomplete(
            f"the transactions given for block {header.number} are not those of its header"
        )
    return hashes_of(found)


def _written_or(given: Given, raw: Callable[[], bytes | None]) -> bytes:
    try:
        return written(given)
    except UnknownKind:
        found = raw()
        if found is None:
            raise
        return found


def are_of(header: Header, found: Sequence[bytes]) -> bool:
    """True when these bytes are the block's transactions, in order. `header` hashes to its hash."""
    return root_of_list(found) == header.fields[TRANSACTIONS_ROOT]


def hashes_of(found: Sequence[bytes]) -> list[str]:
    """The hashes of transactions, by their bytes."""
    return ["0x" + keccak(each).hex() for each in found]


def written(given: Given) -> bytes:
    """The bytes of a transaction, which hash to its hash. Raises UnknownKind, NodeIncomplete."""
    kind = wire.number(given.get("type", "0x0"), "type of a transaction")
    if kind not in KNOWN:
        raise UnknownKind(f"of kind {kind:#x}")
    to = given.get("to")
    called = (
        _number(given, "gas"),
        string(b"" if to is None else octets(to, "to", ADDRESS)),
        _number(given, "value"),
        string(octets(given.get("input", given.get("data")), "input")),
    )
    signed = _number(given, "r"), _number(given, "s")
    nonce = _number(given, "nonce")
    if kind == LEGACY:
        price = _number(given, "gasPrice")
        return listed((nonce, price, *called, _number(given, "v"), *signed))
    prices = ("gasPrice",) if kind == 1 else ("maxPriorityFeePerGas", "maxFeePerGas")
    paid = [_number(given, name) for name in prices]
    more: list[bytes] = []
    if kind == BLOBS:
        hashes = wire.listed(given.get("blobVersionedHashes"), "hashes of blobs")
        blobs = listed(string(octets(each, "a blob's hash", HASH)) for each in hashes)
        more = [_number(given, "maxFeePerBlobGas"), blobs]
    elif kind == DELEGATES:
        more = [
            listed(map(_delegation, wire.listed(given.get("authorizationList"), "delegations")))
        ]
    parity = _parity(given)
    parts = (
        _number(given, "chainId"),
        nonce,
        *paid,
        *called,
        _access(given),
        *more,
        parity,
        *signed,
    )
    return bytes((kind,)) + listed(parts)


def _access(given: Given) -> bytes:
    """An access list (EIP-2930)."""
    entries = []
    for each in wire.listed(given.get("accessList"), "an access list"):
        keys = wire.listed(_of(each, "storageKeys"), "keys of an access list")
        slots = listed(string(octets(key, "a key", HASH)) for key in keys)
        entries.append(listed((string(octets(_of(each, "address"), "address", ADDRESS)), slots)))
    return listed(entries)


def _delegation(each: Any) -> bytes:
    """An authorisation of EIP-7702."""
    if not isinstance(each, dict):
        raise NodeIncomplete("the node gave an authorisation that is none")
    address = string(octets(each.get("address"), "address", ADDRESS))
    signed = _parity(each), _number(each, "r"), _number(each, "s")
    return listed((_number(each, "chainId"), address, _number(each, "nonce"), *signed))


def _parity(given: Given) -> bytes:
    return _number(given, "yParity" if given.get("yParity") is not None else "v")


def _of(each: Any, name: str) -> Any:
    return each.get(name) if isinstance(each, dict) else None


def _number(given: Given, name: str) -> bytes:
    found = wire.number(given.get(name), name, LONG)
    return string(found.to_bytes((found.bit_length() + 7) // 8, "big"))
