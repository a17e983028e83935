"""IBFT of polygon-edge 1.3.3, with keys of secp256k1.

Extra data is 32 free bytes and a list: validators, proposer's seal, committed seals, committed seals of the parent, round.
The hash of the block is of thirteen fields only (without mixHash and nonce), with both kinds of its own seals and the round
left out. Validators sign that hash with the round. A vote stands in the field of the miner. Every block's bloom is empty.
Source: consensus/ibft/signer/{extra,helper,signer}.go and consensus/ibft/verifier.go of that version.
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
    seals,
)
from bridge.chain.headers.rlp import Item
from bridge.chain.headers.rules import Stated, malformed
from bridge.chain.wire import ADDRESS, Header
from bridge.commitments.keccak import keccak

FIELDS = 13  # of a header that are hashed
MINER = 2  # place of the field that holds a vote
PARTS_MIN, PARTS_MAX = 3, 5  # the first block has no seals of its parent, and an old one no round
SEALS, OF_PARENT, ROUND = 2, 3, 4
ROUND_SIZE = 8
COMMIT = b"\2"  # what marks a committed seal
FIRST_WITH_PARENTS_SEALS = 2
NOBODY = bytes(ADDRESS)


@dataclass(frozen=True, slots=True)
class PolygonEdge:
    """A chain of polygon-edge under IBFT."""

    name: str
    finality: int | None = 0
    is_final: bool = True
    keeps_blooms: bool = False

    def hash_of(self, header: Header) -> bytes:
        """Of thirteen fields, without its seals and its round."""
        parts = _parts(header)
        of_parent: Item = []
        if header.number >= FIRST_WITH_PARENTS_SEALS and len(parts) > OF_PARENT:
            of_parent = parts[OF_PARENT]
        kept = encode([parts[0], b"", [], of_parent, b""])
        return hash_with(header, header.fields[EXTRA][:VANITY] + kept, FIELDS)

    def stated(self, header: Header) -> Stated | None:
        """Its hash with the round, marked and hashed twice, is what they sign."""
        parts = _parts(header)
        digest = self.hash_of(header)
        if len(parts) > ROUND and (round_ := parts[ROUND]):
            if not isinstance(round_, bytes) or len(round_) != ROUND_SIZE:
                raise malformed(header, "a round that is none")
            digest = keccak(digest + round_)
        voted = header.fields[MINER]
        return Stated(
            validators=accounts(header, parts[0]),
            voted=None if voted == NOBODY else "0x" + voted.hex(),
            seals=seals(header, parts[SEALS]),
            digest=keccak(keccak(digest + COMMIT)),
        )

    def quorum(self, validators: int) -> int:
        """Two thirds, rounded up; of less than four all."""
        return validators if validators < 4 else -(-2 * validators // 3)  # noqa: PLR2004


def _parts(header: Header) -> list[Item]:
    extra = header.fields[EXTRA]
    if len(extra) < VANITY:
        raise malformed(header, "no extra data of polygon-edge")
    parts = decoded(header, extra[VANITY:])
    if not PARTS_MIN <= len(parts) <= PARTS_MAX:
        raise malformed(header, "no extra data of polygon-edge")
    return parts


IBFT = PolygonEdge("ibft")
