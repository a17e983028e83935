"""Blocks of a development chain that hold more than one transaction."""

from __future__ import annotations

from tests.world import World


def two_in_one_block(world: World) -> list[str]:
    """The hashes of two transactions of one block, each with an event."""
    world.node.rpc("evm_setAutomine", [False])
    try:
        for who in ("SUPPLIER", "RIVAL"):
            to = world.people["BUYER"].address
            world.people[who].enqueue(world.deployment, "SettlementToken", "transfer", to, 5)
        world.node.mine()
    finally:
        world.node.rpc("evm_setAutomine", [True])
    return list(world.node.rpc("eth_getBlockByNumber", ["latest", False])["transactions"])
