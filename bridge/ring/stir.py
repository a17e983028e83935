"""Whether there is something to read that was not read: one cheap question to the node, and two to the databases."""

from __future__ import annotations

from bridge.chain.client import Client
from bridge.ports.port import Port
from bridge.store.store import Store


def something_came(store: Store, port: Port, client: Client, depth: int) -> bool:
    """True when a block is final, or a document was written, that the ring has not read. Raises Retryable.

    `depth`: blocks that must follow before a block is final.
    """
    with store.view() as session:
        cursor = store.cursor(session)
        block, sequence = cursor.block_number, cursor.document_sequence
    return port.last_sequence() > sequence or client.height() - depth > block
