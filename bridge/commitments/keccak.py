"""keccak-256, of which everything is made that stands on chain.

By safe-pysha3, which hashes 64 bytes in a quarter of the time that web3's default, pycryptodome, needs.
"""

from __future__ import annotations

from eth_hash.auto import keccak as shared
from eth_hash.backends import pysha3
from sha3 import keccak_256


def keccak(data: bytes) -> bytes:
    """Hash the bytes: 32 bytes."""
    digest: bytes = keccak_256(data).digest()
    return digest


def share_keccak() -> None:
    """Have web3, eth_account, trie and eth_utils hash with the same library, in this process.

    They all ask `eth_hash`, which takes pycryptodome wherever it is installed. Its setting ETH_HASH_BACKEND would be handed
    on to programs of other environments, which may not have the library.
    """
    vars(shared).update(hasher=pysha3.keccak256, preimage=pysha3.preimage)
