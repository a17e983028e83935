"""The seal of a plan: what a grab commits to, and what opening it shows (IGroupLens.sealPlan)."""

from __future__ import annotations

from bridge.commitments.keccak import keccak

WORD = 32
NO_SALT = "0x" + "00" * WORD  # of a plan kept here: the root of its document hides it already


def plan_seal(
    chain_id: int,
    groups: str,
    place: tuple[int, int],
    node: str,
    plan_hash: str,
    salt: str = NO_SALT,
) -> str:
    """keccak-256 of chain id, address of the groups' contract, group and role, node, plan hash and salt."""
    words = (
        chain_id.to_bytes(WORD, "big"),
        _word(groups),
        *(number.to_bytes(WORD, "big") for number in place),
        _word(node),
        _word(plan_hash),
        _word(salt),
    )
    return "0x" + keccak(b"".join(words)).hex()


def _word(text: str) -> bytes:
    return bytes.fromhex(text[2:]).rjust(WORD, b"\0")
