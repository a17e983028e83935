"""Which transactions events belong to, where that matters: those of calls of ours, which such an event ends."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.chain.client import Client
from bridge.chain.scan import Window
from bridge.chain.transactions import UnknownKind, block_of, proved_hashes
from bridge.errors import NodeIncomplete
from bridge.events.base import Logged
from bridge.store import lanes
from bridge.store.store import Store


def prove_ours(store: Store, client: Client, window: Window) -> str | None:
    """Raises NodeIncomplete unless events name a transaction of a call of ours where they are of it, and nowhere else.

    Receipts prove their logs, and hold no hash: the transactions of such a block are held against its header as well. While
    calls are on their way so are those of every block with events, since one may be of a call of ours under another name.
    What cannot be proved, for an alarm: a block with a call of ours and a transaction of a kind that nobody here can write.
    """
    if not window.events:
        return None
    with store.view() as session:
        known = lanes.known_among(session, {each.tx_hash for each in window.events})
        under_way = lanes.is_any_under_way(session)
    doubted = [each for each in window.events if under_way or each.tx_hash in known]
    blocks = {each.block_number: each.block_hash for each in doubted}
    asked = [("eth_getBlockByNumber", [hex(number), True]) for number in blocks]
    unproved = None
    named: list[tuple[Logged, str]] = []  # events, with the hash that the transaction of each has
    for (number, block_hash), answer in zip(blocks.items(), client.batch_all(asked), strict=True):
        header, given = block_of(answer)
        client.consensus.check(header, None)
        if header.hash != block_hash:
            raise NodeIncomplete(f"block {number} is {header.hash}, {block_hash} was read just now")
        try:
            hashes = proved_hashes(header, given)
        except UnknownKind as kind:
            if any(each.tx_hash in known for each in doubted if each.block_number == number):
                unproved = (
                    f"block {number} has a transaction {kind}: which one is whose is a node's word"
                )
            continue
        named += [(each, _at(hashes, each)) for each in doubted if each.block_number == number]
    _check(store, named, known)
    return unproved


def _at(hashes: Sequence[str], event: Logged) -> str:
    return hashes[event.tx_index] if event.tx_index < len(hashes) else ""


def _check(store: Store, named: Sequence[tuple[Logged, str]], known: set[str]) -> None:
    """What a transaction of somebody else is called is nobody's business."""
    misnamed = [(event, real) for event, real in named if event.tx_hash != real]
    if not misnamed:
        return
    with store.view() as session:
        ours = known | lanes.known_among(session, {real for _, real in misnamed})
    for event, real in misnamed:
        if event.tx_hash in ours or real in ours:
            raise NodeIncomplete(
                f"the node named {event.tx_hash} at place {event.tx_index} of block {event.block_number}, where another "
                "transaction stands"
            )
