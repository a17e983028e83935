"""The tree of the parties of a bet: what its proposal commits to, and what each signature shows (BetTypes.sol)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eth_abi.abi import encode

from bridge.commitments.keccak import keccak
from bridge.commitments.merkle import MerkleTree, leaf_hash

_TARGET = b"Target(uint32 metric,bool followsIndex,uint16 weightBps,uint64 floor,uint64 base,uint64 stretch)"
_PARTY = (
    b"PartyTerms(address account,uint64 stake,uint16 shareBps,uint16 toleranceBps,uint16 slopeBps,uint16 capBps,"
    b"Target[] targets)"
)
TARGET_TYPE, PARTY_TYPE = keccak(_TARGET), keccak(_PARTY + _TARGET)
TARGET = ("metric", "follows_index", "weight_bps", "floor", "base", "stretch")
PLEDGE = ("account", "stake_minor", "share_bps", "tolerance_bps", "slope_bps", "cap_bps")
_TARGET_WORDS = ("bytes32", "uint32", "bool", "uint16", "uint64", "uint64", "uint64")
_PARTY_WORDS = ("bytes32", "address", "uint64", "uint16", "uint16", "uint16", "uint16", "bytes32")

Pledge = Mapping[str, Any]


def pledge_hash(pledge: Pledge) -> bytes:
    """The EIP-712 hash of what a party pledges."""
    targets = b"".join(
        keccak(encode(_TARGET_WORDS, [TARGET_TYPE, *(target[name] for name in TARGET)]))
        for target in pledge["targets"]
    )
    said = (pledge[name] for name in PLEDGE)
    return keccak(encode(_PARTY_WORDS, [PARTY_TYPE, *said, keccak(targets)]))


def party_leaf(pledge: Pledge) -> bytes:
    """The leaf of a party: its account and the hash of its pledge."""
    return leaf_hash(("address", "bytes32"), (pledge["account"], pledge_hash(pledge)))


def parties_root(pledges: Sequence[Pledge]) -> str:
    """What a proposal commits to."""
    return "0x" + MerkleTree([party_leaf(pledge) for pledge in pledges]).root.hex()


def party_proof(pledges: Sequence[Pledge], pledge: Pledge) -> list[str]:
    """That a pledge is one of these. Raises KeyError when it is not."""
    tree = MerkleTree([party_leaf(each) for each in pledges])
    return ["0x" + node.hex() for node in tree.proof(party_leaf(pledge))]
