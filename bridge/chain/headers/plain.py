"""Headers as Ethereum hashes them: all fields. Nothing in them says who agreed."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.chain.headers.rules import Stated
from bridge.chain.trie import listed, string
from bridge.chain.wire import Header
from bridge.commitments.keccak import keccak


@dataclass(frozen=True, slots=True)
class Plain:
    """A chain whose headers carry no seals that are checked here."""

    name: str
    finality: int | None
    is_final: bool = False
    keeps_blooms: bool = False  # nobody's seal proves it

    def hash_of(self, header: Header) -> bytes:
        """Of all fields."""
        return keccak(listed(map(string, header.fields)))

    def stated(self, header: Header) -> Stated | None:  # noqa: ARG002 - the form of all kinds
        """Nothing."""
        return None

    def quorum(self, validators: int) -> int:  # noqa: ARG002
        """No seals are asked for."""
        return 0


DEVELOPMENT = Plain("development", finality=0)  # one node without forks: Anvil, Hardhat, Ganache
ETHEREUM = Plain("ethereum", finality=None)
