"""A transaction that somebody else signed, read without trusting it: who signed it, for which chain, target, value, data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rlp
from eth_account import Account
from eth_utils.crypto import keccak
from hexbytes import HexBytes

# Places of chain id, nonce, to, value and data in the list that each kind of transaction is; a legacy one carries its
# chain in v. Sources: EIP-155, EIP-2930, EIP-1559.
TYPED = {1: (0, 1, 4, 5, 6), 2: (0, 1, 5, 6, 7)}
LEGACY = (0, 3, 4, 5)
LEGACY_V = 6
LEGACY_V_BASE = 35
FIRST_BYTE_OF_A_LIST = 0xC0


class NotATransaction(ValueError):
    """The bytes are no signed transaction of a kind that is known here."""


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """What a signed transaction does."""

    tx_hash: str
    raw: str
    sender: str  # lower case
    chain_id: int
    nonce: int
    to: str  # lower case; empty: it makes a contract
    value: int
    data: str


def read_signed(raw: str) -> SignedTransaction:
    """Reads a signed transaction. Raises NotATransaction."""
    try:
        content = bytes(HexBytes(raw))
        sender = str(Account.recover_transaction(HexBytes(content))).lower()
        chain_id, nonce, to, value, data = _parts(content)
    except NotATransaction:
        raise
    except Exception as error:  # the libraries raise what they like on bytes from outside
        raise NotATransaction(f"these bytes are no signed transaction: {error}") from error
    return SignedTransaction(
        "0x" + keccak(content).hex(),
        "0x" + content.hex(),
        sender,
        chain_id,
        nonce,
        "0x" + to.hex() if to else "",
        value,
        "0x" + data.hex(),
    )


def _parts(content: bytes) -> tuple[int, int, bytes, int, bytes]:
    if content[0] >= FIRST_BYTE_OF_A_LIST:
        parts: list[Any] = rlp.decode(content)
        v = _number(parts[LEGACY_V])
        if v < LEGACY_V_BASE:
            raise NotATransaction("it names no chain, so it could be repeated on another one")
        nonce, to, value, data = (parts[place] for place in LEGACY)
        return (v - LEGACY_V_BASE) // 2, _number(nonce), to, _number(value), data
    if content[0] not in TYPED:
        raise NotATransaction(f"transactions of type {content[0]} are not taken")
    parts = rlp.decode(content[1:])
    chain_id, nonce, to, value, data = (parts[place] for place in TYPED[content[0]])
    return _number(chain_id), _number(nonce), to, _number(value), data


def _number(content: bytes) -> int:
    return int.from_bytes(content, "big")
