"""Anchoring: one root for a batch of documents."""

from __future__ import annotations

from bridge.commitments.stream import log_tree, next_head

from .world import World

BATCH = 256
STREAM = b"\x11" * 32


def anchor(world: World) -> int:
    """Returns the gas of one DocumentRegistry.anchor of 256 documents, when another anchor stands before it."""
    world.call(world.anchorer, "DocumentRegistry", "openStream", STREAM)
    head, gas = bytes(32), 0
    for batch in range(2):
        first, last = batch * BATCH + 1, (batch + 1) * BATCH
        root = log_tree([(n, world.reference()) for n in range(first, last + 1)]).root
        args = (STREAM, head, first, last, root)
        gas = world.call(world.anchorer, "DocumentRegistry", "anchor", *args)
        head = next_head(head, root, first, last)
    return gas
