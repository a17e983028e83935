"""How deep a block must lie before its events count as facts."""

from __future__ import annotations

# chain id -> blocks on top. Consensus with immediate finality (QBFT, IBFT) and single development nodes: 0.
FINALITY_DEPTHS: dict[int, int] = {
    31337: 0,  # Hardhat and Anvil: one node, no forks
    1337: 0,  # Ganache and private development chains
}
DEFAULT_DEPTH = 12  # proof-of-authority with forks (Clique): deeper than any fork of a healthy network of a few signers


def finality_depth(chain_id: int, configured: int | None = None) -> int:
    """Blocks that must follow before an event is dispatched; the operator's own figure comes first."""
    return configured if configured is not None else FINALITY_DEPTHS.get(chain_id, DEFAULT_DEPTH)
