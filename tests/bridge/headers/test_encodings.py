"""Extra data as the clients publish it, what is malformed, and our reader of RLP against the library."""

from __future__ import annotations

from typing import Any

import pytest
import rlp
from hypothesis import given
from hypothesis import strategies as st

from bridge.chain import wire
from bridge.chain.headers import KINDS
from bridge.chain.headers.encoding import encode
from bridge.chain.headers.rlp import DEEPEST, NotRlp, decode
from bridge.errors import NodeIncomplete
from tests.bridge.headers.sealing import ACCOUNTS, KEYS, MAKERS, Chain, answer, clique, raw

# The known encoding in the tests of Besu's QbftExtraDataCodec: two validators, a vote for one, round 0xFEDCBA, two seals.
BESU_QBFT = (
    "f8f0a00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20ea940000000000000000"
    "000000000000000000000001940000000000000000000000000000000000000002d7940000000000000000"
    "00000000000000000000000181ff83fedcbaf886b841000000000000000000000000000000000000000000"
    "0000000000000000000001000000000000000000000000000000000000000000000000000000000000000a"
    "00b841000000000000000000000000000000000000000000000000000000000000000a0000000000000000"
    "00000000000000000000000000000000000000000000000100"
)
ONE, TWO = "0x" + "00" * 19 + "01", "0x" + "00" * 19 + "02"


def header(extra: bytes, number: int = 5) -> wire.Header:
    return wire.header(answer(raw(number, bytes(32)), extra, bytes(32)))


def test_what_besu_writes_is_read() -> None:
    content = bytes.fromhex(BESU_QBFT)
    stated = KINDS["qbft"].stated(header(content))
    assert stated is not None
    assert stated.validators == {ONE, TWO}
    assert stated.voted == ONE
    assert [seal[31] for seal in stated.seals] == [1, 10]
    item = decode(content)
    assert encode(item) == content
    assert isinstance(item, list)
    assert item[3] == bytes.fromhex("fedcba")


def test_what_besu_writes_under_ibft2_is_read() -> None:
    """No vote is an empty string, a vote against somebody is a zero byte, the round has four bytes."""
    vanity = bytes(32)
    without = bytes.fromhex("e9a0" + "00" * 32 + "c0808400000001c0")
    assert rlp.encode([vanity, [], b"", b"\0\0\0\1", []]) == without
    assert KINDS["ibft2"].stated(header(without)).voted is None  # type: ignore[union-attr]
    against = rlp.encode([vanity, [], [bytes.fromhex(ONE[2:]), b"\0"], bytes(4), []])
    assert against.hex()[72:].startswith("d694" + ONE[2:] + "0084")
    assert KINDS["ibft2"].stated(header(against)).voted == ONE  # type: ignore[union-attr]


def test_a_hash_covers_the_validators_and_the_vote() -> None:
    for kind in MAKERS:
        chain = Chain(kind)
        chain.add(ACCOUNTS[:4], KEYS[:3])
        made = chain.made[1]
        changed = {**made, "extraData": made["extraData"].replace(ACCOUNTS[3][2:], "ab" * 20)}
        rules = KINDS[kind]
        assert rules.hash_of(wire.header(made)) != rules.hash_of(wire.header(changed))


MALFORMED: dict[str, Any] = {
    "nothing": b"",
    "no rlp": b"\xff" * 40,
    "no list": rlp.encode(bytes(33)),
    "an empty list": rlp.encode([]),
    "one list too few": rlp.encode([bytes(32), []]),
    "validators that are no list": rlp.encode([bytes(32), b"", [], b"", []]),
    "a validator who is none": rlp.encode([bytes(32), [bytes(19)], [], b"", []]),
    "a validator twice": rlp.encode([bytes(32), [bytes(20)] * 2, [], b"", []]),
    "a seal that is too short": rlp.encode([bytes(32), [], [], b"", [bytes(64)]]),
    "seals that are no list": rlp.encode([bytes(32), [], [], b"", bytes(65)]),
    "a vote for nobody": rlp.encode([bytes(32), [], [bytes(3)], b"", []]),
    "a vote that is a string": rlp.encode([bytes(32), [], b"me", b"", []]),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed_extra_data_is_a_node_that_lies(what: str) -> None:
    for kind in ("qbft", "ibft2"):
        with pytest.raises(NodeIncomplete, match="block 5 has"):
            KINDS[kind].stated(header(MALFORMED[what]))


@pytest.mark.parametrize(
    "extra",
    [
        b"",
        bytes(31),
        bytes(32),
        bytes(32) + rlp.encode([[]]),
        bytes(32) + rlp.encode([[], b"", [], [], b"\1"]),
        bytes(32) + rlp.encode([[], b"", [], [], [b"\1"]]),
        bytes(32) + rlp.encode([[], b"", b"", [], b""]),
        bytes(32) + rlp.encode([[], b"", [], [], b"", b""]),
    ],
)
def test_malformed_extra_data_of_polygon_edge(extra: bytes) -> None:
    with pytest.raises(NodeIncomplete, match="block 5 has"):
        KINDS["ibft"].stated(header(extra))


def test_extra_data_of_clique() -> None:
    made = wire.header(clique(raw(5, bytes(32)), KEYS[2]))
    assert KINDS["clique"].hash_of(made).hex() == made.hash[2:]
    for extra in (b"", bytes(96), bytes(32 + 65 + 19)):
        with pytest.raises(NodeIncomplete, match="no extra data of Clique"):
            KINDS["clique"].stated(header(extra))


leaves = st.one_of(st.binary(max_size=70), st.binary(min_size=250, max_size=270))
items = st.recursive(leaves, lambda inner: st.lists(inner, max_size=5), max_leaves=12)


def depth(item: Any) -> int:
    return 1 + max(map(depth, item), default=0) if isinstance(item, list) else 0


@given(items)
def test_rlp_is_read_as_the_library_reads_it(item: Any) -> None:
    content = rlp.encode(item)
    if depth(item) > DEEPEST:
        with pytest.raises(NotRlp):
            decode(content)
        return
    assert decode(content) == item
    assert encode(decode(content)) == content


@given(st.binary(max_size=80))
def test_what_is_no_rlp_is_never_read(content: bytes) -> None:
    try:
        theirs = rlp.decode(content, strict=True)
    except rlp.DecodingError:
        theirs = None
    try:
        ours = decode(content)
    except NotRlp:
        assert theirs is None or depth(theirs) > DEEPEST
    else:
        assert ours == theirs
