"""Proof that a node left nothing out: a header hashes to its hash, receipts to the header's receiptsRoot.

A node can lie by omission, and logs cannot be checked one by one. So for each block that may hold a log of ours (its bloom
filter is part of its hash) all receipts are fetched and their trie is rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import rlp
from trie.hexary import HexaryTrie

from bridge.commitments.keccak import keccak
from bridge.errors import NodeIncomplete

# Header fields in the order of their RLP list; the second group exists from the hardfork on that brought it.
_BASE_FIELDS = (
    "parentHash",
    "sha3Uncles",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
)
_LATER_FIELDS = (
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
)
_INTEGER_FIELDS = frozenset(
    {
        "difficulty",
        "number",
        "gasLimit",
        "gasUsed",
        "timestamp",
        "baseFeePerGas",
        "blobGasUsed",
        "excessBlobGas",
    }
)


def _bytes(value: str) -> bytes:
    return bytes.fromhex(value[2:])


def _quantity(value: str) -> bytes:
    number = int(value, 16)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _field(header: dict[str, Any], name: str) -> bytes:
    return _quantity(header[name]) if name in _INTEGER_FIELDS else _bytes(header[name])


def header_hash(header: dict[str, Any]) -> str:
    """Hash of a header computed from its fields."""
    fields = [_field(header, name) for name in _BASE_FIELDS]
    fields += [_field(header, name) for name in _LATER_FIELDS if header.get(name) is not None]
    return "0x" + keccak(rlp.encode(fields)).hex()


def check_header(header: dict[str, Any], parent_hash: str | None) -> None:
    """Raises NodeIncomplete unless the header hashes to its hash and follows its parent."""
    if header_hash(header) != header["hash"]:
        raise NodeIncomplete(f"block {int(header['number'], 16)} does not hash to {header['hash']}")
    if parent_hash is not None and header["parentHash"] != parent_hash:
        raise NodeIncomplete(
            f"block {int(header['number'], 16)} names the parent {header['parentHash']}, "
            f"the one before it is {parent_hash}"
        )


def bloom_may_hold(header: dict[str, Any], addresses: Iterable[str]) -> bool:
    """False only when no log of any of these addresses stands in the block."""
    bloom = int(header["logsBloom"], 16)
    return bloom != 0 and any(_bloom_bits(address) & ~bloom == 0 for address in addresses)


def _bloom_bits(address: str) -> int:
    digest = keccak(_bytes(address))
    bits = 0
    for index in (0, 2, 4):
        bits |= 1 << (((digest[index] << 8) | digest[index + 1]) & 2047)
    return bits


def _encode_receipt(receipt: dict[str, Any], failed: bytes) -> bytes:
    logs = [
        [_bytes(log["address"]), [_bytes(topic) for topic in log["topics"]], _bytes(log["data"])]
        for log in receipt["logs"]
    ]
    outcome = _quantity(receipt["status"]) or failed
    body = rlp.encode(
        [outcome, _quantity(receipt["cumulativeGasUsed"]), _bytes(receipt["logsBloom"]), logs]
    )
    kind = int(receipt.get("type", "0x0"), 16)
    return bytes(body) if kind == 0 else bytes([kind]) + bytes(body)


def receipts_root(receipts: Sequence[dict[str, Any]], failed: bytes = b"") -> str:
    """Root of the trie of a block's receipts. `failed` is how the chain writes the status of a failed transaction."""
    trie = HexaryTrie({})
    for index, receipt in enumerate(receipts):
        trie[rlp.encode(index)] = _encode_receipt(receipt, failed)
    return "0x" + trie.root_hash.hex()


def check_receipts(header: dict[str, Any], receipts: Sequence[dict[str, Any] | None]) -> None:
    """Raises NodeIncomplete unless these are all the receipts of the block."""
    number = int(header["number"], 16)
    present = [receipt for receipt in receipts if receipt is not None]
    if len(present) != len(header["transactions"]):
        raise NodeIncomplete(
            f"block {number} has {len(header['transactions'])} transactions, "
            f"the node gave {len(present)} receipts"
        )
    # Ganache writes the status of a failed transaction as a zero byte; the yellow paper and everybody else as nothing.
    if header["receiptsRoot"] not in (receipts_root(present), receipts_root(present, b"\0")):
        raise NodeIncomplete(f"the receipts given for block {number} are not those of its header")
