"""Keys of those who act in a play. Derived, the same on every run."""

from __future__ import annotations

from eth_account import Account
from eth_utils.crypto import keccak

# Keys made of this phrase guard nothing: anybody can make them again. For demonstrations only.
DEVELOPMENT_PHRASE = "interlock demo, development keys, worth nothing"


def development_key(who: str) -> str:
    """A private key for a role or a vendor, 0x-hex."""
    return "0x" + keccak(text=f"{DEVELOPMENT_PHRASE}: {who}").hex()


def address(key: str) -> str:
    """Returns the address of a private key, lower-case hex."""
    return str(Account.from_key(key).address).lower()
