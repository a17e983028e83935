"""The list of invited accounts as one root: what stands in a tender's or an auction's terms."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.commitments.merkle import MerkleTree, leaf_hash

INVITATION_TYPES = ("address",)


def invitation_tree(accounts: Sequence[str]) -> MerkleTree:
    """Tree over the accounts invited to a tender."""
    return MerkleTree([leaf_hash(INVITATION_TYPES, (account,)) for account in accounts])


def invitation_proof(accounts: Sequence[str], account: str) -> list[bytes]:
    """Proof that an account is invited. Raises KeyError when it is not on the list."""
    return invitation_tree(accounts).proof(leaf_hash(INVITATION_TYPES, (account.lower(),)))
