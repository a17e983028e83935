"""QBFT (Hyperledger Besu, GoQuorum) and IBFT 2.0 (Hyperledger Besu).

Extra data is a list: vanity, validators, vote, round, seals. The block's hash leaves out round and seals; what validators
sign leaves out the seals only. QBFT writes an empty item where it leaves one out, IBFT 2.0 writes none. In block 0 all of it
counts.
Source: Besu's QbftExtraDataCodec, IbftExtraDataCodec and BftBlockHashing, GoQuorum's core/types/istanbul.go, and the QBFT
specification of the Enterprise Ethereum Alliance.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.chain.headers.encoding import (
    EXTRA,
    VANITY,
    accounts,
    decoded,
    encode,
    hash_with,
    is_account,
    seals,
)
from bridge.chain.headers.rlp import Item
from bridge.chain.headers.rules import Stated, malformed
from bridge.chain.wire import Header

PARTS = 5
VOTE, ROUND, SEALS = 2, 3, 4  # places in the list


@dataclass(frozen=True, slots=True)
class Bft:
    """A chain whose blocks carry the seals of two thirds of its validators."""

    name: str
    empty_for_left_out: bool
    finality: int | None = 0
    is_final: bool = True
    keeps_blooms: bool = True  # both nodes compare it with the receipts before they sign

    def hash_of(self, header: Header) -> bytes:
        """Without round and seals."""
        if header.number == 0:
            return hash_with(header, header.fields[EXTRA])
        parts = self._parts(header)
        left = [*parts[:ROUND], b"", []] if self.empty_for_left_out else parts[:ROUND]
        return hash_with(header, encode(left))

    def stated(self, header: Header) -> Stated | None:
        """Without the seals, that is what they sign."""
        parts = self._parts(header)
        left = [*parts[:SEALS], []] if self.empty_for_left_out else parts[:SEALS]
        return Stated(
            validators=accounts(header, parts[1]),
            voted=_voted(header, parts[VOTE]),
            seals=seals(header, parts[SEALS]),
            digest=hash_with(header, encode(left)),
        )

    def quorum(self, validators: int) -> int:
        """Two thirds, rounded up."""
        return -(-2 * validators // 3)

    def _parts(self, header: Header) -> list[Item]:
        parts = decoded(header, header.fields[EXTRA])
        if len(parts) != PARTS or not isinstance(parts[0], bytes) or len(parts[0]) != VANITY:
            raise malformed(header, f"no extra data of {self.name}")
        return parts


def _voted(header: Header, vote: Item) -> str | None:
    if not vote:
        return None
    if isinstance(vote, list) and is_account(vote[0]):
        return "0x" + bytes(vote[0]).hex()  # type: ignore[arg-type]  # `is_account` said so
    raise malformed(header, "a vote that is none")


QBFT = Bft("qbft", empty_for_left_out=True)
IBFT2 = Bft("ibft2", empty_for_left_out=False)
