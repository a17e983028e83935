"""Bytes of transactions as nodes give them, whatever kind they are of: who asks holds them against a hash or a root."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.transactions import UnknownKind, written
from bridge.commitments.keccak import keccak
from bridge.errors import NodeIncomplete

AT_PLACE = "eth_getRawTransactionByBlockNumberAndIndex"
BY_HASH, RAW_BY_HASH = "eth_getTransactionByHash", "eth_getRawTransactionByHash"


def bytes_at(client: Client, number: int, place: int) -> bytes | None:
    """What a node gives as the bytes of the transaction at a place of a block; None where none does."""
    params = hex(number), hex(place)
    return next(
        (found for each in _answers(client, AT_PLACE, *params) if (found := _octets(each))), None
    )


def bytes_of(client: Client, tx_hash: str) -> bytes | None:
    """The bytes of a transaction, which hash to its hash, from whichever node gives them; None where none does."""
    for method in (BY_HASH, RAW_BY_HASH):
        for answer in _answers(client, method, tx_hash):
            found = bytes_in(answer, tx_hash)
            if found is not None:
                return found
    return None


def bytes_in(answer: Any, tx_hash: str) -> bytes | None:
    """The bytes of a transaction in a node's answer, or None where they do not hash to this hash."""
    found = _written(answer) if isinstance(answer, dict) else _octets(answer)
    return found if found is not None and "0x" + keccak(found).hex() == tx_hash else None


def _answers(client: Client, method: str, *params: Any) -> Iterator[Any]:
    """What the asked node says, then what the others do."""
    yield from client.batch([(method, list(params))])
    for _, answer in client.call_elsewhere(method, *params):
        yield answer


def _octets(answer: Any) -> bytes | None:
    try:
        return wire.octets(answer, "a transaction") or None
    except NodeIncomplete:  # it knows no such method, or has none there
        return None


def _written(answer: dict[str, Any]) -> bytes | None:
    try:
        return written(answer)
    except (UnknownKind, NodeIncomplete):
        return None
