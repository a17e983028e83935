"""Which transactions events belong to, where that matters: those of calls of ours, which such an event ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.raw import bytes_at
from bridge.chain.scan import Window
from bridge.chain.transactions import UnknownKind, are_of, block_of, hashes_of, proved_hashes
from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete
from bridge.events.base import Logged
from bridge.store import lanes
from bridge.store.store import Store

Places = Mapping[int, str]  # number of a block -> its hash


def prove_ours(store: Store, client: Client, window: Window) -> str | None:
    """Raises NodeIncomplete unless events name a transaction of a call of ours where they are of it, and nowhere else.

    Receipts prove their logs, and hold no hash: the transactions of such a block are held against its header as well. While
    calls are on their way so are those of every block with events, since one may be of a call of ours under another name.
    What cannot be proved, for an alarm: a block with a transaction of a kind that nobody here can write, and that no node
    gives the bytes of. Then most nodes say which transactions it has.
    """
    if not window.events:
        return None
    with store.view() as session:
        known = lanes.known_among(session, {each.tx_hash for each in window.events})
        under_way = lanes.is_any_under_way(session)
    doubted = [each for each in window.events if under_way or each.tx_hash in known]
    blocks = {each.block_number: each.block_hash for each in doubted}
    strange = {each.block_number for each in doubted if each.tx_hash not in known}
    ours = {number: block for number, block in blocks.items() if number not in strange}
    proved = _by_our_bytes(store, client, ours)
    rest = {number: block for number, block in blocks.items() if number not in proved}
    unproved = None
    answers = _blocks(client, rest, whole=True)
    for number, answer in zip(rest, answers, strict=True):
        header, given = block_of(answer)
        _check_header(client, header, number, rest)
        try:
            proved[number] = proved_hashes(header, given, partial(bytes_at, client, number))
        except UnknownKind as kind:
            _check_agreed(client, header)
            unproved = f"block {number} has a transaction {kind}: which one is whose is the word of most nodes"
    named = [
        (each, _at(proved[each.block_number], each))
        for each in doubted
        if each.block_number in proved
    ]
    _check(store, named, known)
    return unproved


def _by_our_bytes(store: Store, client: Client, blocks: Places) -> dict[int, list[str]]:
    """Hashes of the transactions of those of these blocks that hold calls of ours alone, by the bytes that were signed here.

    They hash to the root that the header holds, so that no node has to give them: for each that it gives it may recover
    who signed it first, which takes it longer than all else that it is asked of a call.
    """
    headers: list[Header] = []
    for number, answer in zip(blocks, _blocks(client, blocks, whole=False), strict=True):
        header = wire.header(answer)
        _check_header(client, header, number, blocks)
        headers.append(header)
    if not headers:
        return {}
    with store.view() as session:
        signed = lanes.bytes_of(
            session, {each for header in headers for each in header.transactions}
        )
    proved = {}
    for header in headers:
        if not all(each in signed for each in header.transactions):
            continue
        found = [signed[each] for each in header.transactions]
        if are_of(header, found):
            proved[header.number] = hashes_of(found)
    return proved


def _check_agreed(client: Client, header: Header) -> None:
    """Raises NodeIncomplete unless more than half of the nodes that answer say that the block has these transactions."""
    same = asked = 1
    for _, answer in client.call_elsewhere("eth_getBlockByNumber", hex(header.number), False):
        with suppress(NodeIncomplete):
            asked += 1
            same += wire.header(answer).transactions == header.transactions
    if same * 2 <= asked:
        raise NodeIncomplete(
            f"{client.url} names other transactions of block {header.number} than other nodes, and one of a strange kind"
        )


def _blocks(client: Client, blocks: Places, *, whole: bool) -> list[Any]:
    """What the node gives as these blocks. `whole`: with their transactions, not only the hashes of these."""
    return client.batch_all([("eth_getBlockByNumber", [hex(number), whole]) for number in blocks])


def _check_header(client: Client, header: Header, number: int, blocks: Places) -> None:
    """Raises NodeIncomplete unless it is the header of the block that was read."""
    client.consensus.check(header, None)
    if header.hash != blocks[number]:
        raise NodeIncomplete(f"block {number} is {header.hash}, {blocks[number]} was read just now")


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
