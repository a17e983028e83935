"""The call-offs of an order as one root: what stands in its terms when each delivery has a promise of its own (分批要货)."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.commitments.merkle import MerkleTree, leaf_hash

SCHEDULE_TYPES = ("uint256", "uint128", "uint40")

CallOff = tuple[int, int, int]  # number of the delivery, quantity, promised at (unix seconds)


def schedule_root(rows: Sequence[CallOff]) -> bytes:
    """Root over the call-offs of an order, as `PurchaseOrders.shipScheduled` proves them."""
    return _tree(rows).root


def schedule_proof(rows: Sequence[CallOff], row: CallOff) -> list[bytes]:
    """Proof that a call-off stands in a schedule. Raises KeyError when it does not."""
    return _tree(rows).proof(leaf_hash(SCHEDULE_TYPES, row))


def _tree(rows: Sequence[CallOff]) -> MerkleTree:
    return MerkleTree([leaf_hash(SCHEDULE_TYPES, row) for row in rows])
