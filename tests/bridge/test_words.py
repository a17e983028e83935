"""Events read by slicing are what eth-abi reads, and what it refuses is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from eth_abi.abi import decode, encode
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.capabilities import FOLLOWED
from bridge.chain.decode import EventDecoder, abi_type, plain
from bridge.chain.wire import Log
from bridge.chain.words import reader

ADDRESS = "0x" + "11" * 20
DECODER = EventDecoder(FOLLOWED)
LAYOUTS = {
    f"{contract}.{layout.cls.__name__}": (contract, topic, layout)
    for contract, layouts in DECODER._by_contract.items()
    for topic, layout in layouts.items()
}
WORDS = (
    st.binary(min_size=32, max_size=32)
    | st.integers(0, 3).map(lambda number: number.to_bytes(32, "big"))
    | st.integers(1, 32).flatmap(  # a short value at either end
        lambda size: st.binary(min_size=size, max_size=size).flatmap(
            lambda octets: st.sampled_from(
                (octets.ljust(32, b"\0"), octets.rjust(32, b"\0"), octets.rjust(32, b"\xff"))
            )
        )
    )
)
SLICED = [name for name, (_, _, layout) in LAYOUTS.items() if layout.others is not None]


def value_of(kind: str) -> st.SearchStrategy[Any]:
    """Values of a static elementary type, as eth-abi encodes them."""
    if kind == "address":
        return st.binary(min_size=20, max_size=20).map(lambda octets: "0x" + octets.hex())
    if kind == "bool":
        return st.booleans()
    if kind.startswith("bytes"):
        size = int(kind[5:])
        return st.binary(min_size=size, max_size=size)
    signed = kind.startswith("int")
    bits = int(kind.removeprefix("u").removeprefix("int"))
    low = -(1 << bits - 1) if signed else 0
    return st.integers(low, (1 << bits - 1 if signed else 1 << bits) - 1)


def strategy(parameter: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a parameter; a struct's are a tuple."""
    if parameter["type"] == "tuple":
        return st.tuples(*map(strategy, parameter["components"]))
    return value_of(parameter["type"])


def outcome(read: Callable[[], object]) -> object:
    """What reading gives, or that it is refused."""
    try:
        return read()
    except Exception:  # of whatever kind eth-abi chooses
        return "refused"


def test_nearly_every_event_is_read_by_slicing() -> None:
    dynamic = sorted(set(LAYOUTS) - set(SLICED))
    assert len(dynamic) < len(LAYOUTS) / 10, dynamic


@pytest.mark.parametrize(
    "kind",
    ["address", "bool", "uint8", "uint64", "uint256", "int8", "int128", "int256", "bytes1", "bytes4", "bytes32"],
)  # fmt: skip
@given(word=WORDS)
def test_a_word_is_read_as_eth_abi_reads_it(kind: str, word: bytes) -> None:
    read = reader(kind)
    assert read is not None
    assert outcome(lambda: read(word)) == outcome(lambda: plain(*decode([kind], word)))


@pytest.mark.parametrize("kind", ["string", "bytes", "uint256[]", "bytes32[2]", "(uint256,bool)"])
def test_what_is_not_one_word_is_left_to_eth_abi(kind: str) -> None:
    assert reader(kind) is None


@pytest.mark.parametrize("name", SLICED)
@settings(max_examples=25)
@given(data=st.data())
def test_an_event_is_read_as_eth_abi_reads_it(name: str, data: st.DataObject) -> None:
    contract, topic, layout = LAYOUTS[name]
    indexed = [p for p in layout.inputs if p["indexed"]]
    topics = [topic, *(encode([abi_type(p)], [data.draw(strategy(p))]) for p in indexed)]
    others = [p for p in layout.inputs if not p["indexed"]]
    values = [data.draw(strategy(p)) for p in others]
    body = encode([abi_type(p) for p in others], values)
    log = Log(ADDRESS, tuple(topics), body + data.draw(st.binary(max_size=3)))
    assert layout.cls(**layout._plain(log)) == layout._by_eth_abi(log)
    assert DECODER.decode(contract, log) == layout._by_eth_abi(log)


@pytest.mark.parametrize("name", SLICED)
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_no_such_event_is_refused_as_eth_abi_refuses_it(
    name: str, data: st.DataObject
) -> None:
    contract, topic, layout = LAYOUTS[name]
    topics = data.draw(st.lists(WORDS, max_size=4))
    body = b"".join(data.draw(st.lists(WORDS, max_size=30)))[: data.draw(st.integers(0, 960))]
    log = Log(ADDRESS, (topic, *topics), body)
    assert outcome(lambda: DECODER.decode(contract, log)) == outcome(
        lambda: layout._by_eth_abi(log)
    )
