"""Headers of the consensus kinds, made and sealed by keys of the tests, written with the public libraries and not with ours.

Encodings: EIP-225 (Clique); Besu's QbftExtraDataCodec, IbftExtraDataCodec and BftBlockHashing (`qbft`, `ibft2`), which
GoQuorum's core/types/istanbul.go shares for QBFT; polygon-edge 1.3.3, consensus/ibft/signer (`ibft`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import rlp
from eth_keys import keys
from eth_utils.crypto import keccak

from bridge.chain import wire
from bridge.chain.wire import Header

KEYS = [keys.PrivateKey(keccak(text=f"validator {n}")) for n in range(9)]
ACCOUNTS = [key.public_key.to_address() for key in KEYS]
NOBODY = bytes(20)
VANITY = b"a chain of the tests".ljust(32, b"\0")
MIX = bytes.fromhex("63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365")
EMPTY_ROOT = keccak(rlp.encode(b""))


@dataclass(frozen=True)
class Vote:
    """Whom a block votes in or out."""

    whom: str
    joins: bool


def address(account: str) -> bytes:
    """The 20 bytes of an account."""
    return bytes.fromhex(account[2:])


def seal(key: keys.PrivateKey, digest: bytes) -> bytes:
    """r, s and 0 or 1."""
    return bytes(key.sign_msg_hash(digest).to_bytes())


def fields(block: dict[str, Any], extra: bytes) -> list[bytes]:
    """The fifteen fields of a header as RLP writes them."""
    numbers = ("difficulty", "number", "gasLimit", "gasUsed", "timestamp")
    return [
        *(block[n] for n in ("parentHash", "sha3Uncles", "miner", "stateRoot")),
        *(block[n] for n in ("transactionsRoot", "receiptsRoot", "logsBloom")),
        *(rlp.sedes.big_endian_int.serialize(block[n]) for n in numbers),
        *(extra, block["mixHash"], block["nonce"]),
    ]


def raw(number: int, parent: bytes, **changed: Any) -> dict[str, Any]:
    """The fields of a block that no consensus cares for."""
    block: dict[str, Any] = {
        "parentHash": parent,
        "sha3Uncles": keccak(rlp.encode([])),
        "miner": NOBODY,
        "stateRoot": keccak(text="state"),
        "transactionsRoot": EMPTY_ROOT,
        "receiptsRoot": EMPTY_ROOT,
        "logsBloom": bytes(256),
        "difficulty": 1,
        "number": number,
        "gasLimit": 60_000_000,
        "gasUsed": 0,
        "timestamp": 1_700_000_000 + number,
        "mixHash": MIX,
        "nonce": bytes(8),
        "transactions": [],
    }
    return block | changed


def answer(block: dict[str, Any], extra: bytes, block_hash: bytes) -> dict[str, Any]:
    """The block as a node gives it."""
    shown = {
        name: hex(value) if isinstance(value, int) else "0x" + value.hex()
        for name, value in block.items()
        if name != "transactions"
    }
    return {
        **shown,
        "transactions": block["transactions"],
        "extraData": "0x" + extra.hex(),
        "hash": "0x" + block_hash.hex(),
    }


Made = dict[str, Any]
Validators = Sequence[str]
Signers = Sequence[keys.PrivateKey]


def qbft(
    block: dict[str, Any],
    validators: Validators,
    signers: Signers,
    vote: Vote | None = None,
    round_: int = 0,
) -> Made:
    """A block of Besu's or GoQuorum's QBFT."""
    voted: list[bytes] = (
        [address(vote.whom), b"\xff" if vote.joins else b""] if vote is not None else []
    )
    round_bytes = rlp.sedes.big_endian_int.serialize(round_)
    said = [VANITY, [address(a) for a in validators], voted]
    digest = keccak(rlp.encode(fields(block, rlp.encode([*said, round_bytes, []]))))
    extra = rlp.encode([*said, round_bytes, [seal(key, digest) for key in signers]])
    hashed = extra if block["number"] == 0 else rlp.encode([*said, b"", []])
    return answer(block, extra, keccak(rlp.encode(fields(block, hashed))))


def ibft2(
    block: dict[str, Any],
    validators: Validators,
    signers: Signers,
    vote: Vote | None = None,
    round_: int = 0,
) -> Made:
    """A block of Besu's IBFT 2.0."""
    voted: Any = [address(vote.whom), b"\xff" if vote.joins else b"\0"] if vote is not None else b""
    said = [VANITY, [address(a) for a in validators], voted]
    number = round_.to_bytes(4, "big")
    digest = keccak(rlp.encode(fields(block, rlp.encode([*said, number]))))
    extra = rlp.encode([*said, number, [seal(key, digest) for key in signers]])
    hashed = extra if block["number"] == 0 else rlp.encode(said)
    return answer(block, extra, keccak(rlp.encode(fields(block, hashed))))


def ibft(
    block: dict[str, Any],
    validators: Validators,
    signers: Signers,
    vote: Vote | None = None,
    round_: int = 0,
) -> Made:
    """A block of polygon-edge."""
    if vote is not None:
        block = block | {"miner": address(vote.whom)}
        block["nonce"] = b"\xff" * 8 if vote.joins else bytes(8)
    named = [address(a) for a in validators]
    of_parent: list[bytes] = [] if block["number"] < 2 else [bytes(65)]
    kept = VANITY + rlp.encode([named, b"", [], of_parent, b""])
    block_hash = keccak(rlp.encode(fields(block, kept)[:13]))
    number = round_.to_bytes(8, "big")
    digest = keccak(keccak(keccak(block_hash + number) + b"\2"))
    seals = [seal(key, digest) for key in signers]
    proposer = seal(KEYS[0], keccak(block_hash))
    extra = VANITY + rlp.encode([named, proposer, seals, of_parent, number])
    return answer(block, extra, block_hash)


def clique(block: dict[str, Any], signer: keys.PrivateKey) -> Made:
    """A block of Clique."""
    block = block | {"mixHash": bytes(32)}
    signed = seal(signer, keccak(rlp.encode(fields(block, VANITY))))
    return answer(block, VANITY + signed, keccak(rlp.encode(fields(block, VANITY + signed))))


MAKERS: dict[str, Callable[..., Made]] = {"qbft": qbft, "ibft2": ibft2, "ibft": ibft}


class Chain:
    """Blocks one after the other, of a kind that seals them."""

    def __init__(self, kind: str, validators: int = 4) -> None:
        self.kind = kind
        self.made: list[Made] = []
        self.add(ACCOUNTS[:validators], [])

    def add(
        self, validators: Validators, signers: Signers, vote: Vote | None = None, **changed: Any
    ) -> Header:
        """The next block."""
        round_ = changed.pop("round_", 0)
        parent = bytes.fromhex(self.made[-1]["hash"][2:]) if self.made else bytes(32)
        block = raw(len(self.made), parent, **changed)
        self.made.append(MAKERS[self.kind](block, validators, signers, vote, round_))
        return self.headers[-1]

    @property
    def headers(self) -> list[Header]:
        """All blocks, read."""
        return [wire.header(made) for made in self.made]
