"""ABI words by slicing: the static types of events, read without a general decoder. Pure.

Whatever is not plainly right here (a dynamic type, dirty padding, short data) is left to eth-abi, which judges and refuses.
A test holds both against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

WORD = 32  # bytes
SIGN_BIT = 1 << 255
MODULUS = 1 << 256
ADDRESS_PADDING = bytes(12)
_SIZED = re.compile(r"(uint|int|bytes)(\d+)")

Read = Callable[[bytes], Any]


class NotPlain(Exception):
    """The word is none that this module reads; eth-abi is to say what it is."""


def reader(kind: str) -> Read | None:
    """What reads one word of a static elementary type, as the bridge wants it; None for every other type.

    An address is lower-case hex, `bytesN` is hex text, numbers are int. What is returned raises NotPlain.
    """
    if kind == "address":
        return _address
    if kind == "bool":
        return _bool
    if kind == "bytes32":
        return _bytes32
    found = _SIZED.fullmatch(kind)
    if found is None:
        return None
    size = int(found[2])
    return {"uint": _uint, "int": _int, "bytes": _octets}[found[1]](size)


def read(readers: Sequence[Read], data: bytes) -> list[Any]:
    """One value for each reader, from consecutive words. Raises NotPlain."""
    if len(data) < WORD * len(readers):
        raise NotPlain
    return [
        each(data[place : place + WORD])
        for each, place in zip(readers, range(0, len(data), WORD), strict=False)
    ]


def _address(word: bytes) -> str:
    if word[:12] != ADDRESS_PADDING:
        raise NotPlain
    return "0x" + word[12:].hex()


def _bool(word: bytes) -> bool:
    value = int.from_bytes(word, "big")
    if value > 1:
        raise NotPlain
    return value == 1


def _bytes32(word: bytes) -> str:
    return "0x" + word.hex()


def _octets(size: int) -> Read:
    padding = bytes(WORD - size)

    def octets(word: bytes) -> str:
        if word[size:] != padding:
            raise NotPlain
        return "0x" + word[:size].hex()

    return octets


def _uint(bits: int) -> Read:
    def uint(word: bytes) -> int:
        value = int.from_bytes(word, "big")
        if value >> bits:
            raise NotPlain
        return value

    return uint


def _int(bits: int) -> Read:
    bound = 1 << (bits - 1)

    def signed(word: bytes) -> int:
        value = int.from_bytes(word, "big")
        if value & SIGN_BIT:
            value -= MODULUS
        if not -bound <= value < bound:
            raise NotPlain
        return value

    return signed
