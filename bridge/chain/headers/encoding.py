"""What the kinds share: the hash over a list of fields, parts of extra data, and whose a signature is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from coincurve import PublicKey

from bridge.chain.headers.rlp import Item, NotRlp, decode
from bridge.chain.headers.rules import malformed
from bridge.chain.trie import listed, string
from bridge.chain.wire import ADDRESS, Header
from bridge.commitments.keccak import keccak

EXTRA = 12  # place of extraData in the list of a header's fields
VANITY = 32  # bytes of extra data that are free
SEAL = 65  # bytes of a signature: r, s, and 0 or 1
REMEMBERED = 4_096  # seals whose signer is remembered: the same header comes by several ways


def hash_with(header: Header, extra: bytes, fields: int | None = None) -> bytes:
    """Hash of the header with other extra data; `fields`: so many of its fields count, None for all."""
    parts = list(header.fields[:fields])
    parts[EXTRA] = extra
    return keccak(listed(map(string, parts)))


def encode(item: Item) -> bytes:
    """RLP of nested lists of bytes."""
    return string(item) if isinstance(item, bytes) else listed(map(encode, item))


def decoded(header: Header, content: bytes) -> list[Item]:
    """The list that stands in extra data. Raises NodeIncomplete."""
    try:
        item = decode(content)
    except NotRlp as error:
        raise malformed(
            header, f"extra data that this consensus does not write: {error}"
        ) from error
    if not isinstance(item, list):
        raise malformed(header, "extra data that is no list")
    return item


def accounts(header: Header, item: Item) -> frozenset[str]:
    """A list of accounts, each once. Raises NodeIncomplete."""
    found = _strings(header, item, ADDRESS, "validators")
    every = frozenset("0x" + one.hex() for one in found)
    if len(every) != len(found):
        raise malformed(header, "a validator who is named twice")
    return every


def seals(header: Header, item: Item) -> tuple[bytes, ...]:
    """A list of signatures. Raises NodeIncomplete."""
    return tuple(_strings(header, item, SEAL, "seals"))


def _strings(header: Header, item: Item, size: int, what: str) -> list[bytes]:
    if not isinstance(item, list):
        raise malformed(header, f"{what} that are no list")
    found = [one for one in item if isinstance(one, bytes) and len(one) == size]
    if len(found) != len(item):
        raise malformed(header, f"{what} that are not {size} bytes each")
    return found


def is_account(item: Item) -> bool:
    """True when the item is the bytes of an account."""
    return isinstance(item, bytes) and len(item) == ADDRESS


@lru_cache(REMEMBERED)
def signer_of(digest: bytes, seal: bytes) -> str | None:
    """The account whose key signed, lower-case hex; None when it is no signature."""
    if len(seal) != SEAL or seal[-1] > 1:
        return None
    try:
        key = PublicKey.from_signature_and_message(seal, digest, hasher=None)
    except MemoryError:  # says nothing of the bytes
        raise
    except Exception:  # the library raises what it likes on bytes from outside
        return None
    return "0x" + keccak(key.format(compressed=False)[1:])[-ADDRESS:].hex()


def shown(accounts_: Iterable[str]) -> str:
    """Accounts for an error, in order."""
    return ", ".join(sorted(accounts_)) or "nobody"
