"""Reads a range of blocks and proves that nothing of ours is missing from it. Used by ingest and by the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.decode import EventDecoder
from bridge.chain.deployment import Deployment
from bridge.chain.proofs import bloom_may_hold, check_header, check_receipts
from bridge.chain.wire import Header, Log, Receipt
from bridge.errors import NodeIncomplete
from bridge.events.base import Logged

SCAN_WINDOW_BLOCKS = 200  # headers asked for at once


@dataclass(frozen=True, slots=True)
class Window:
    """The events of a range of blocks, proved, and the header of its last block."""

    events: list[Logged]
    last: Header
    blocks: int


class Scanner:
    """Turns blocks into events: of the followed contracts (name -> events) of one deployment, in all their editions."""

    def __init__(
        self, client: Client, deployment: Deployment, followed: Mapping[str, Collection[str]]
    ) -> None:
        self.client = client
        self.deployment = deployment
        self._decoder = EventDecoder(followed)
        self._names = deployment.names(followed)

    def windows(self, first: int, last: int, parent_hash: str | None) -> Iterator[Window]:
        """Windows from block `first` to `last`, each proved and linked to the one before it.

        Raises NodeIncomplete when the node's answer does not prove itself, NodeUnavailable when there is none.
        """
        while first <= last:
            end = min(first + SCAN_WINDOW_BLOCKS - 1, last)
            window = self.window(first, end, parent_hash)
            yield window
            first, parent_hash = end + 1, window.last.hash

    def window(self, first: int, last: int, parent_hash: str | None) -> Window:
        """One window: headers checked and linked, blooms tried, receipts of blocks that may hold our events proved."""
        headers = self._headers(first, last)
        for header in headers:
            check_header(header, parent_hash)
            parent_hash = header.hash
        relevant = [h for h in headers if bloom_may_hold(h, self._names)]
        requests = [("eth_getTransactionReceipt", [tx]) for h in relevant for tx in h.transactions]
        answers = self.client.batch_all(requests)
        receipts = iter([wire.optional(wire.receipt, answer) for answer in answers])
        events: list[Logged] = []
        for header in relevant:
            own = [next(receipts) for _ in header.transactions]
            events.extend(self._events(header, check_receipts(header, own)))
        return Window(events, headers[-1], len(headers))

    def _headers(self, first: int, last: int) -> list[Header]:
        requests = [("eth_getBlockByNumber", [hex(n), False]) for n in range(first, last + 1)]
        headers = []
        for number, answer in zip(
            range(first, last + 1), self.client.batch_all(requests), strict=True
        ):
            header = wire.optional(wire.header, answer)
            if header is None or header.number != number:
                raise NodeIncomplete(f"the node did not give block {number}")
            headers.append(header)
        return headers

    def _events(self, header: Header, receipts: Sequence[Receipt]) -> Iterator[Logged]:
        log_index = 0
        for tx_index, receipt in enumerate(receipts):
            for log in receipt.logs:
                logged = self._logged(header, receipt, tx_index, log_index, log)
                log_index += 1
                if logged is not None:
                    yield logged

    def _logged(
        self,
        header: Header,
        receipt: Receipt,
        tx_index: int,
        log_index: int,
        log: Log,
    ) -> Logged | None:
        contract = self._names.get(log.address)
        event = self._decoder.decode(contract, log) if contract and log.topics else None
        if contract is None or event is None:
            return None
        return Logged(
            event=event,
            contract=contract,
            block_number=header.number,
            block_hash=header.hash,
            block_time=header.timestamp,
            tx_hash=receipt.tx_hash,
            tx_index=tx_index,
            log_index=log_index,
            chain_id=self.deployment.chain_id,
        )
