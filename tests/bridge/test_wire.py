"""What a node answers is read once, and what it must not be is an answer that does not prove itself."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import rlp
from hypothesis import given
from hypothesis import strategies as st
from trie.hexary import HexaryTrie

from bridge.chain import wire
from bridge.chain.trie import listed, root_of_list, string
from bridge.errors import NodeIncomplete

HASH = "0x" + "ab" * 32
BLOCK: dict[str, Any] = {
    "hash": HASH,
    "parentHash": HASH,
    "sha3Uncles": HASH,
    "miner": "0x" + "11" * 20,
    "stateRoot": HASH,
    "transactionsRoot": HASH,
    "receiptsRoot": HASH,
    "logsBloom": "0x" + "00" * 256,
    "difficulty": "0x0",
    "number": "0x7",
    "gasLimit": "0x1c9c380",
    "gasUsed": "0x0",
    "timestamp": "0x6553f100",
    "extraData": "0x",
    "mixHash": HASH,
    "nonce": "0x" + "00" * 8,
    "baseFeePerGas": "0x0",
    "transactions": [HASH],
}
LOG: dict[str, Any] = {"address": "0x" + "AB" * 20, "topics": [HASH], "data": "0x01"}
RECEIPT: dict[str, Any] = {
    "transactionHash": HASH,
    "blockNumber": "0x7",
    "type": "0x2",
    "status": "0x1",
    "gasUsed": "0x5208",
    "cumulativeGasUsed": "0x5208",
    "logsBloom": "0x" + "00" * 256,
    "logs": [LOG],
}
WRONG: list[Any] = [
    None,
    7,
    "7",
    "0x",
    "0xg0",
    "0xabc",
    "0x-1",
    "0x" + "ff" * 40,
    [],
    {},
    ["x"],
    True,
]
# What some field may well be.
RIGHT = {
    ("extraData", "0x"), ("extraData", "0x" + "ff" * 40), ("data", "0x"), ("data", "0x" + "ff" * 40),
    ("transactions", "[]"), ("topics", "[]"), ("logs", "[]"),
    *((name, "0xabc") for name in (*BLOCK, *RECEIPT)),
}  # fmt: skip
QUANTITIES = {
    "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blockNumber", "status",
    "cumulativeGasUsed",
}  # fmt: skip


def may_be(name: str, value: Any) -> bool:
    """True for what the field may hold."""
    if value == "0xabc":
        return name in QUANTITIES
    if name == "baseFeePerGas" and value is None:
        return True
    return (name, str(value)) in RIGHT


def test_a_block_a_receipt_and_its_logs_are_read_to_bytes_and_numbers() -> None:
    header, receipt = wire.header(BLOCK), wire.receipt(RECEIPT)
    assert (header.number, header.timestamp, header.transactions) == (7, 0x6553F100, (HASH,))
    assert len(header.fields) == 16
    assert (receipt.kind, receipt.status, receipt.cumulative_gas) == (2, 1, 0x5208)
    (log,) = receipt.logs
    assert log == wire.Log("0x" + "ab" * 20, (b"\xab" * 32,), b"\1")


def refused(read: Callable[[Any], Any], answer: Any) -> bool:
    """True when the answer is an incomplete one; False when it is read. Any other error is one of the test."""
    try:
        read(answer)
    except NodeIncomplete:
        return True
    return False


@pytest.mark.parametrize("name", BLOCK)
def test_a_block_with_a_wrong_field_is_an_incomplete_answer(name: str) -> None:
    read = {repr(v): v for v in WRONG if not refused(wire.header, {**BLOCK, name: v})}
    assert read == {repr(v): v for v in WRONG if may_be(name, v)}
    without = {field: value for field, value in BLOCK.items() if field != name}
    assert refused(wire.header, without) is (name != "baseFeePerGas")


@pytest.mark.parametrize("name", [*sorted(RECEIPT.keys() - {"logs"}), *LOG])
def test_a_receipt_with_a_wrong_field_is_an_incomplete_answer(name: str) -> None:
    def with_field(value: Any) -> dict[str, Any]:
        changed = copy.deepcopy(RECEIPT)
        (changed if name in changed else changed["logs"][0])[name] = value
        return changed

    read = {repr(v): v for v in WRONG if not refused(wire.receipt, with_field(v))}
    assert read == {repr(v): v for v in WRONG if may_be(name, v)}


@pytest.mark.parametrize("value", [None, 7, "0x", [], {}], ids=repr)
def test_what_is_no_object_is_an_incomplete_answer(value: Any) -> None:
    for read in (wire.header, wire.receipt, wire.log):
        with pytest.raises(NodeIncomplete):
            read(value)
    assert refused(wire.logs, value) is (value != [])


def test_nothing_there_is_no_answer_of_the_wrong_shape() -> None:
    assert wire.optional(wire.header, None) is None
    assert wire.optional(wire.header, BLOCK) == wire.header(BLOCK)


ITEMS = st.recursive(
    st.binary(max_size=70), lambda inner: st.lists(inner, max_size=5), max_leaves=8
)


def encoded(item: Any) -> bytes:
    """An item by our own RLP."""
    return string(item) if isinstance(item, bytes) else listed(map(encoded, item))


@given(ITEMS)
def test_rlp_is_what_the_library_writes(item: Any) -> None:
    assert encoded(item) == rlp.encode(item)


@given(st.lists(st.binary(min_size=1, max_size=80), max_size=300))
def test_the_root_of_a_list_is_that_of_the_librarys_trie(values: list[bytes]) -> None:
    trie = HexaryTrie({})
    for at, value in enumerate(values):
        trie[rlp.encode(at)] = value
    assert root_of_list(values) == trie.root_hash
