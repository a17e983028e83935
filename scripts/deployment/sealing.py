"""The commitment of a sealed bid, made away from the contract: nobody is asked, so nobody hears the price."""

from __future__ import annotations

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bridge.chain.deployment import Deployment

SEAL_TYPES = ("uint256", "address", "uint256", "address", "uint128", "uint16", "bytes32")


def seal(
    deployment: Deployment,
    tender_id: int,
    bidder: str,
    amount_minor: int,
    offered_days: int,
    salt: bytes,
) -> bytes:
    """keccak-256 of chain, contract, tender, bidder, amount, days and salt: what `Tenders.sealBid` gives."""
    values = (
        deployment.chain_id,
        deployment.address("Tenders"),
        tender_id,
        bidder,
        amount_minor,
        offered_days,
        salt,
    )
    return keccak(encode(SEAL_TYPES, values))
