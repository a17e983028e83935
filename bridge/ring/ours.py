"""Which transactions events belong to, where that matters: those of calls of ours, which such an event ends."""

from __future__ import annotations

from bridge.chain.client import Client
from bridge.chain.scan import Window
from bridge.chain.transactions import UnknownKind, block_of, check_transactions
from bridge.errors import NodeIncomplete
from bridge.store import lanes
from bridge.store.store import Store


def prove_ours(store: Store, client: Client, window: Window) -> str | None:
    """Raises NodeIncomplete unless the events that name a transaction of a call of ours are of that transaction.

    Receipts prove their logs, and hold no hash: the transactions of such a block are held against its header as well. What
    cannot be proved, for an alarm: a block with a transaction of a kind that nobody here can write.
    """
    if not window.events:
        return None
    with store.view() as session:
        known = lanes.known_among(session, {each.tx_hash for each in window.events})
    ours = [each for each in window.events if each.tx_hash in known]
    blocks = {each.block_number: each.block_hash for each in ours}
    asked = [("eth_getBlockByNumber", [hex(number), True]) for number in blocks]
    unproved = None
    for (number, block_hash), answer in zip(blocks.items(), client.batch_all(asked), strict=True):
        header, given = block_of(answer)
        client.consensus.check(header, None)
        if header.hash != block_hash:
            raise NodeIncomplete(f"block {number} is {header.hash}, {block_hash} was read just now")
        wanted = {each.tx_index: each.tx_hash for each in ours if each.block_number == number}
        try:
            check_transactions(header, given, wanted)
        except UnknownKind as kind:
            unproved = (
                f"block {number} has a transaction {kind}: which one is whose is a node's word"
            )
    return unproved
