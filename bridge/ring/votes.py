"""What the other nodes say of a window that was read."""

from __future__ import annotations

from bridge.chain.client import Client
from bridge.chain.scan import Window
from bridge.errors import NodeIncomplete, NodesDisagree


def outvoted(client: Client, window: Window, read: tuple[int, str]) -> str | None:
    """What a minority of the nodes says otherwise, for an alarm; it sits on the bench. None when nobody does.

    `read`: number and hash of the newest block that was read before. Whoever lacks that has no vote on what follows it.
    Raises NodeIncomplete when most nodes have another last block than the window, NodesDisagree when as many have it as not.
    """
    last = window.last
    votes = client.votes(last, read)
    dissenting = (*votes.other, *votes.astray)
    if not dissenting:
        return None
    said = f"block {last.number} is {last.hash} at {', '.join(votes.same)}, and another at {', '.join(dissenting)}"
    if len(votes.same) < len(votes.other):
        raise NodeIncomplete(f"{said}: most of them say otherwise")
    if len(votes.same) == len(votes.other):
        raise NodesDisagree(f"{said}: one of them lies or is on a fork")
    client.bench(dissenting)
    return f"{said}: they are outvoted"
