"""A transaction that somebody else signed, read without trusting it: who signed it, for which chain, target, value, data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rlp
from eth_account import Account
from eth_utils.crypto import keccak
from hexbytes import HexBytes

# Places of chain id, nonce, the highest price of gas, gas, to, value, data, the tip of that price and the list of accesses
# in the list that each kind of transaction is; a legacy one carries its chain in v. Sources: EIP-155, EIP-2930, EIP-1559.
TYPED = {1: (0, 1, 2, 3, 4, 5, 6, 2, 7), 2: (0, 1, 3, 4, 5, 6, 7, 2, 8)}
LEGACY = (0, 1, 2, 3, 4, 5)
LEGACY_V = 6
LEGACY_V_BASE = 35
FIRST_BYTE_OF_A_LIST = 0xC0
# Nodes refuse a signature with a greater s (EIP-2): half of the order of the curve.
S_MAX = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


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
    gas: int
    gas_price: int  # the highest that it pays


def read_signed(raw: str) -> SignedTransaction:
    """Reads a signed transaction. Raises NotATransaction."""
    try:
        content = bytes(HexBytes(raw))
        sender = str(Account.recover_transaction(HexBytes(content))).lower()
        chain_id, nonce, price, gas, to, value, data = _parts(content)
    except (NotATransaction, MemoryError):  # no memory says nothing of the bytes
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
        gas,
        price,
    )


def _parts(content: bytes) -> tuple[int, int, int, int, bytes, int, bytes]:
    if content[0] >= FIRST_BYTE_OF_A_LIST:
        parts: list[Any] = rlp.decode(content)
        v = _number(parts[LEGACY_V])
        if v < LEGACY_V_BASE:
            raise NotATransaction("it names no chain, so it could be repeated on another one")
        nonce, price, gas, to, value, data = (parts[place] for place in LEGACY)
        chain_id = (v - LEGACY_V_BASE) // 2
    elif content[0] in TYPED:
        parts = rlp.decode(content[1:])
        chain, nonce, price, gas, to, value, data, tip, accesses = (
            parts[place] for place in TYPED[content[0]]
        )
        if _number(tip) > _number(price):
            raise NotATransaction("no node takes a tip above the price that it is part of")
        if accesses:  # they cost gas that the act may need, more of them than it has
            raise NotATransaction("it brings a list of accesses, which no act asks for")
        chain_id = _number(chain)
    else:
        raise NotATransaction(f"transactions of type {content[0]} are not taken")
    if _number(parts[-1]) > S_MAX:
        raise NotATransaction("no node takes a signature with so great an s (EIP-2)")
    return chain_id, _number(nonce), _number(price), _number(gas), to, _number(value), data


def _number(content: bytes) -> int:
    return int.from_bytes(content, "big")
