"""What a kind of consensus says of a header. The kinds are values without state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete


@dataclass(frozen=True, slots=True)
class Stated:
    """What a header says of its own consensus. Accounts are lower-case hex."""

    validators: frozenset[str]  # who may seal this block; empty where the header does not say
    voted: str | None  # whom this block votes in or out, from the next block on
    seals: tuple[bytes, ...]  # 65 bytes each: r, s, 0 or 1
    digest: bytes  # the 32 bytes that were signed


class Rules(Protocol):
    """A kind of consensus."""

    @property
    def name(self) -> str:
        """As the deployment file names it."""

    @property
    def finality(self) -> int | None:
        """Blocks that must follow before an event counts, where the consensus itself says so; None: the operator says."""

    @property
    def is_final(self) -> bool:
        """True when enough validators seal each block (BFT), so that a sealed block stays and proves itself."""

    @property
    def keeps_blooms(self) -> bool:
        """True when validators check the bloom of a block before they seal it."""

    def hash_of(self, header: Header) -> bytes:
        """The block's hash, 32 bytes. Raises NodeIncomplete when the header is not one of this consensus."""

    def stated(self, header: Header) -> Stated | None:
        """What the header says of seals; None where this consensus has none. Raises NodeIncomplete."""

    def quorum(self, validators: int) -> int:
        """Seals that a block needs of so many validators."""


def malformed(header: Header, why: str) -> NodeIncomplete:
    """The error about a header that is not one of the deployment's consensus."""
    return NodeIncomplete(f"block {header.number} has {why}")
