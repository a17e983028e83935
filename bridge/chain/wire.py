"""What a node answers, as typed values: read once, to bytes and numbers, with every wrong shape a NodeIncomplete.

Nothing here is proved. `proofs.py` holds these values against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bridge.errors import NodeIncomplete

T = TypeVar("T")

HASH, ADDRESS, BLOOM, NONCE = 32, 20, 256, 8  # bytes
LONG = 2**256 - 1  # the greatest number that a node writes
KEPT = 2**63 - 1  # the greatest that a database keeps: of heights, times, gas, and counts
COUNTED = (
    2**53
)  # more than an account's transactions ever are: the next one's number is kept as well
QUANTITY_HEX_MAX = 2 + 64  # characters of LONG
KIND_MAX = 0x7F  # EIP-2718
SHOWN = 80  # characters of a wrong value that an error shows


@dataclass(frozen=True, slots=True)
class Log:
    """One log of a receipt: the emitter as lower-case hex, its topics of 32 bytes each, and its data."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt. `status`: 1 when the transaction succeeded, 0 when it failed; `kind`: its EIP-2718 type, 0 for none."""

    tx_hash: str
    block_number: int
    kind: int
    status: int
    gas_used: int
    cumulative_gas: int
    bloom: bytes
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """One header, with the hashes of its block's transactions. `fields`: the items of its RLP list, in order."""

    hash: str  # as the node says it
    parent_hash: str
    number: int
    timestamp: int  # unix seconds
    gas_limit: int  # of all transactions of the block together
    receipts_root: bytes
    bloom: bytes
    transactions: tuple[str, ...]
    fields: tuple[bytes, ...]


def number(value: Any, what: str, most: int = KEPT) -> int:
    """A quantity: hex text of a number up to `most`. Raises NodeIncomplete."""
    try:
        if isinstance(value, str) and value[:2] == "0x" and len(value) <= QUANTITY_HEX_MAX:
            found = int(value, 16)
            if found <= most:
                return found
    except ValueError:
        pass
    raise _wrong(what, f"a hex number of at most {most:#x}", value)


def octets(value: Any, what: str, size: int | None = None) -> bytes:
    """Bytes as hex text, of one size where `size` says so. Raises NodeIncomplete."""
    try:
        if isinstance(value, str) and value[:2] == "0x":
            found = bytes.fromhex(value[2:])
            if size is None or len(found) == size:
                return found
    except ValueError:
        pass
    raise _wrong(what, "hex bytes" if size is None else f"{size} hex bytes", value)


def hash_text(value: Any, what: str) -> str:
    """A hash as lower-case hex text. Raises NodeIncomplete."""
    return "0x" + octets(value, what, HASH).hex()


def log(answer: Any) -> Log:
    """A log as a receipt or eth_getLogs gives it. Raises NodeIncomplete."""
    given = _object(answer, "a log")
    topics = listed(given.get("topics"), "topics of a log")
    return Log(
        "0x" + octets(given.get("address"), "address of a log", ADDRESS).hex(),
        tuple([octets(topic, "a topic", HASH) for topic in topics]),
        octets(given.get("data"), "data of a log"),
    )


def logs(answer: Any) -> list[Log]:
    """The answer of eth_getLogs. Raises NodeIncomplete."""
    return [log(one) for one in listed(answer, "logs")]


def receipt(answer: Any) -> Receipt:
    """A receipt that the node has. Raises NodeIncomplete."""
    given = _object(answer, "a receipt")
    return Receipt(
        tx_hash=hash_text(given.get("transactionHash"), "transactionHash"),
        block_number=number(given.get("blockNumber"), "blockNumber"),
        kind=_kind(given.get("type", "0x0")),
        status=number(given.get("status"), "status of a receipt"),
        gas_used=number(given.get("gasUsed"), "gasUsed"),
        cumulative_gas=number(given.get("cumulativeGasUsed"), "cumulativeGasUsed", LONG),
        bloom=octets(given.get("logsBloom"), "logsBloom", BLOOM),
        logs=tuple([log(one) for one in listed(given.get("logs"), "logs of a receipt")]),
    )


def _kind(value: Any) -> int:
    return number(value, "type of a receipt", KIND_MAX)


def optional(read: Callable[[Any], T], answer: Any) -> T | None:
    """What `read` makes of the answer, None when the node has nothing there."""
    return None if answer is None else read(answer)


def _minimal(value: Any, what: str) -> bytes:
    """A quantity as RLP writes it: without leading zeros."""
    found = number(value, what, LONG)
    return found.to_bytes((found.bit_length() + 7) // 8, "big")


def _hash(value: Any, what: str) -> bytes:
    return octets(value, what, HASH)


def _address(value: Any, what: str) -> bytes:
    return octets(value, what, ADDRESS)


# The fields of a header in the order of its RLP list; those of the second group exist from the fork on that brought each.
_BASE: tuple[tuple[str, Callable[[Any, str], bytes]], ...] = (
    ("parentHash", _hash),
    ("sha3Uncles", _hash),
    ("miner", _address),
    ("stateRoot", _hash),
    ("transactionsRoot", _hash),
    ("receiptsRoot", _hash),
    ("logsBloom", lambda value, what: octets(value, what, BLOOM)),
    ("difficulty", _minimal),
    ("number", _minimal),
    ("gasLimit", _minimal),
    ("gasUsed", _minimal),
    ("timestamp", _minimal),
    ("extraData", octets),
    ("mixHash", _hash),
    ("nonce", lambda value, what: octets(value, what, NONCE)),
)
_LATER: tuple[tuple[str, Callable[[Any, str], bytes]], ...] = (
    ("baseFeePerGas", _minimal),
    ("withdrawalsRoot", _hash),
    ("blobGasUsed", _minimal),
    ("excessBlobGas", _minimal),
    ("parentBeaconBlockRoot", _hash),
    ("requestsHash", _hash),
)
_RECEIPTS_ROOT, _LOGS_BLOOM = 5, 6  # places in the list


def header(answer: Any) -> Header:
    """A header as eth_getBlockByNumber gives it, with transactions by hash. Raises NodeIncomplete."""
    given = _object(answer, "a block")
    fields = [read(given.get(name), name) for name, read in _BASE]
    fields += [read(given[name], name) for name, read in _LATER if given.get(name) is not None]
    transactions = listed(given.get("transactions"), "transactions of a block")
    return Header(
        hash=hash_text(given.get("hash"), "hash of a block"),
        parent_hash="0x" + fields[0].hex(),
        number=number(given["number"], "number"),
        timestamp=number(given["timestamp"], "timestamp"),
        gas_limit=number(given["gasLimit"], "gasLimit", LONG),
        receipts_root=fields[_RECEIPTS_ROOT],
        bloom=fields[_LOGS_BLOOM],
        transactions=tuple([hash_text(one, "hash of a transaction") for one in transactions]),
        fields=tuple(fields),
    )


def _object(value: Any, what: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise _wrong(what, "an object", value)


def listed(value: Any, what: str) -> list[Any]:
    """A list. Raises NodeIncomplete."""
    if isinstance(value, list):
        return value
    raise _wrong(what, "a list", value)


def _wrong(what: str, wanted: str, value: Any) -> NodeIncomplete:
    return NodeIncomplete(f"the node's {what} should be {wanted}, it is {repr(value)[:SHOWN]}")
