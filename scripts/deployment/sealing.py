"""Seals of what stays secret until its reveal: bids, ratings, role plans. Made here and not by asking the contract.

A call of `Tenders.sealBid` would tell the price and the salt to whoever runs the node. Each function returns what the
contract's own view returns for the same values.
"""

from __future__ import annotations

from collections.abc import Sequence

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bridge.chain.deployment import Deployment

Place = tuple[int, str]  # chain id and the contract's address: part of every seal
Rating = tuple[str, int, bytes]  # account, basis points, commitment to the reason
PLACE = ("uint256", "address")
BID = (*PLACE, "uint256", "address", "uint128", "uint16", "bytes32")
RATINGS = (*PLACE, "uint256", "address", "(address,uint16,bytes32)[]", "bytes32")
PLAN = (*PLACE, "uint256", "uint256", "address", "bytes32", "bytes32")


def place(deployment: Deployment, contract: str) -> Place:
    """Returns where a deployed contract is: what its seals begin with."""
    return deployment.chain_id, deployment.address(contract)


def seal_bid(
    tenders: Place, tender_id: int, bidder: str, amount_minor: int, offered_days: int, salt: bytes
) -> bytes:
    """Returns the commitment of a bid, as `Tenders.sealBid` does. Amount in minor units."""
    return keccak(encode(BID, (*tenders, tender_id, bidder, amount_minor, offered_days, salt)))


def seal_ratings(
    peer_ratings: Place, group_id: int, rater: str, ratings: Sequence[Rating], salt: bytes
) -> bytes:
    """Returns the commitment of a member's ratings of the others, as `PeerRatings.sealRatings` does."""
    return keccak(encode(RATINGS, (*peer_ratings, group_id, rater, list(ratings), salt)))


def seal_plan(
    chain_groups: Place, group_id: int, role_id: int, node: str, plan_hash: bytes, salt: bytes
) -> bytes:
    """Returns the commitment of a candidate's plan for a role, as `GroupLens.sealPlan` does."""
    return keccak(encode(PLAN, (*chain_groups, group_id, role_id, node, plan_hash, salt)))
