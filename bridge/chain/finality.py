"""How deep a block must lie before its events count as facts."""

from __future__ import annotations

from bridge.chain.deployment import Deployment


def finality_depth(deployment: Deployment, configured: int | None = None) -> int:
    """Blocks that must follow before an event is dispatched; the operator's own figure comes first."""
    return configured if configured is not None else deployment.finality
