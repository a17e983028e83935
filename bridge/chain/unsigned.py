"""A call of the bridge as the bytes that a key signs, and those bytes with their signature as the transaction that is sent.

All are of one form, that of EIP-155: no value, no price of gas, and what is signed names the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rlp
from coincurve import PublicKey

from bridge.chain.signed import LEGACY_V_BASE, S_MAX
from bridge.chain.trie import LIST, SHORT, listed, string
from bridge.commitments.keccak import keccak
from bridge.errors import SignerRefused

ADDRESS_BYTES = 20
WORD_BYTES = 32
NOTHING = string(b"")  # RLP of the number 0


class NotACall(ValueError):
    """The bytes are no call in the form that the bridge signs."""


@dataclass(frozen=True, slots=True)
class Unsigned:
    """What the bytes that a key is to sign would do."""

    nonce: int
    gas_price: int
    gas: int
    to: str  # lower case
    value: int
    data: bytes
    chain_id: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature of a key of this curve; `parity` (0 or 1) is what its public key is found by."""

    r: int
    s: int
    parity: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed transaction: its hash and its bytes. Sending it twice does no harm."""

    tx_hash: str
    raw: str  # 0x-hex


def payload(chain_id: int, nonce: int, gas: int, to: str, data: str) -> bytes:
    """The bytes whose keccak-256 a key signs for a call without value and without a price of gas."""
    called = (string(bytes.fromhex(to[2:])), NOTHING, string(bytes.fromhex(data[2:])))
    return listed(
        (_number(nonce), NOTHING, _number(gas), *called, _number(chain_id), NOTHING, NOTHING)
    )


def read(content: bytes) -> Unsigned:
    """What these bytes would do once signed. Raises NotACall."""
    try:
        parts: list[Any] = rlp.decode(content)
        nonce, price, gas, to, value, data, chain_id, r, s = parts
        found = Unsigned(
            nonce=int.from_bytes(nonce, "big"),
            gas_price=int.from_bytes(price, "big"),
            gas=int.from_bytes(gas, "big"),
            to="0x" + to.hex(),
            value=int.from_bytes(value, "big"),
            data=bytes(data),
            chain_id=int.from_bytes(chain_id, "big"),
        )
    except MemoryError:  # says nothing of the bytes
        raise
    except Exception as error:  # the library raises what it likes on bytes from outside
        raise NotACall(
            "the bytes are not those of a call that names its chain (EIP-155)"
        ) from error
    if r or s or len(to) != ADDRESS_BYTES:
        raise NotACall("the bytes are signed already, or name no target")
    return found


def completed(content: bytes, r: int, s: int, key: str, likely: int = 0) -> Signature:
    """The signature with its parity. Raises SignerRefused when it is none of this key, or one that no node takes.

    `likely`: the parity that is tried first.
    """
    if not 0 < s <= S_MAX:
        raise SignerRefused(f"the signature for {key} has an s that no node takes (EIP-2)")
    digest = keccak(content)
    for parity in (1, 0) if likely else (0, 1):
        if _signer(digest, parity, r, s) == key:
            return Signature(r, s, parity)
    raise SignerRefused(f"the signature is not of {key}, or not of these bytes")


def _signer(digest: bytes, parity: int, r: int, s: int) -> str | None:
    try:
        parts = r.to_bytes(WORD_BYTES, "big") + s.to_bytes(WORD_BYTES, "big") + bytes((parity,))
        public = PublicKey.from_signature_and_message(parts, digest, hasher=None)
    except MemoryError:  # says nothing of the bytes
        raise
    except Exception:  # the library raises what it likes on numbers from outside
        return None
    return "0x" + keccak(public.format(compressed=False)[1:])[-ADDRESS_BYTES:].hex()


def signed(chain_id: int, content: bytes, signature: Signature) -> Signed:
    """The transaction that is sent: what was signed for this chain, with the signature where the chain stood."""
    end = _number(chain_id) + NOTHING + NOTHING
    if not content.endswith(end):
        raise NotACall(f"the bytes are not those of a call on chain {chain_id}")
    v = LEGACY_V_BASE + 2 * chain_id + signature.parity
    call = content[_head_bytes(content[0]) : -len(end)]
    raw = listed((call, _number(v), _number(signature.r), _number(signature.s)))
    return Signed("0x" + keccak(raw).hex(), "0x" + raw.hex())


def _number(value: int) -> bytes:
    """RLP of a number."""
    return string(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _head_bytes(first: int) -> int:
    """Length of what stands before the items of a list whose RLP begins with this byte."""
    return 1 + max(0, first - LIST - SHORT)
