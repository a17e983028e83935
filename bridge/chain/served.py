"""The chain that the nodes of a deployment have to serve."""

from __future__ import annotations

from bridge.chain.client import Chain
from bridge.chain.deployment import Deployment


def chain_of(deployment: Deployment) -> Chain:
    """The chain of a deployment; what proves its headers begins anew."""
    return Chain(
        deployment.chain_id, deployment.genesis_hash, deployment.network, deployment.proving()
    )
