"""Reads a range of blocks and proves that nothing of ours is missing from it. Used by ingest and by the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.decode import EventDecoder
from bridge.chain.deployment import Deployment
from bridge.chain.proofs import check_bloom, check_receipts, may_hold
from bridge.chain.rpc import RpcError
from bridge.chain.wire import Header, Log, Receipt
from bridge.errors import NodeIncomplete
from bridge.events.base import Logged

HEADERS_AT_ONCE = 100  # asked for together
# Receipts of one window, or those of one block where that has more.
WINDOW_RECEIPTS = 500
BOOKED_RECEIPTS = (
    1_000  # of one that is booked: a window is a transaction, and each costs the same once more
)


@dataclass(frozen=True, slots=True)
class Window:
    """The events of a range of blocks, proved, and the header of its last block."""

    events: list[Logged]
    last: Header
    blocks: int


class Scanner:
    """Turns blocks into events: of the followed contracts (name -> events) of one deployment, in all their editions."""

    def __init__(
        self,
        client: Client,
        deployment: Deployment,
        followed: Mapping[str, Collection[str]],
        receipts: int = WINDOW_RECEIPTS,
    ) -> None:
        """`receipts`: of one window at most, or those of one block where that has more."""
        self.client = client
        self.deployment = deployment
        self._receipts_at_once = receipts
        self._decoder = EventDecoder(followed)
        self._by_block = True  # until the node says that it gives receipts one by one alone
        self._names = deployment.names(followed)

    def windows(
        self, first: int, last: int, parent_hash: str | None, *, ends_proved: bool = False
    ) -> Iterator[Window]:
        """Windows from block `first` (1 or more) to `last`, each proved and linked to the one before it.

        `parent_hash`: of the block before, which was proved; None: the pinned validators sealed that one. `ends_proved`: who
        asks holds the last block against one that was proved before, so that no seals are looked at.
        Raises NodeIncomplete when the node's answer does not prove itself, NodeUnavailable when there is none.
        """
        consensus = self.client.consensus
        while first <= last:
            up_to = min(first + HEADERS_AT_ONCE - 1, last)
            if ends_proved or consensus.knows(parent_hash):
                headers = self._headers(first, up_to)
            else:
                before, *headers = self._headers(first - 1, up_to)
                consensus.begin(before, parent_hash)
                parent_hash = before.hash
            for header in headers:
                consensus.check(header, parent_hash)
                parent_hash = header.hash
            if not ends_proved:
                consensus.prove(headers)
            for part in self._parts(headers):
                yield self._window(part)
            first = headers[-1].number + 1

    def _parts(self, headers: Sequence[Header]) -> Iterator[list[Header]]:
        """The headers in runs that need no more receipts than a window takes, or one block each."""
        part: list[Header] = []
        receipts = 0
        for header in headers:
            needed = len(header.transactions) if self._may_hold(header) else 0
            if part and receipts + needed > self._receipts_at_once:
                yield part
                part, receipts = [], 0
            part.append(header)
            receipts += needed
        yield part

    def _may_hold(self, header: Header) -> bool:
        return may_hold(header, self._names, by_bloom=self.client.consensus.rules.keeps_blooms)

    def _window(self, headers: Sequence[Header]) -> Window:
        """The window of these blocks: receipts of those that may hold our events are proved."""
        relevant = [header for header in headers if self._may_hold(header)]
        events: list[Logged] = []
        for header, receipts in zip(relevant, self._receipts(relevant), strict=True):
            proved = check_receipts(header, receipts)
            if self.client.consensus.rules.keeps_blooms:
                check_bloom(header, proved)
            events.extend(self._events(header, proved))
        return Window(events, headers[-1], len(headers))

    def _receipts(self, headers: Sequence[Header]) -> Iterator[list[Receipt | None]]:
        """What the node has as receipts of each of these blocks."""
        if self._by_block:
            whole = self.client.batch([("eth_getBlockReceipts", [hex(h.number)]) for h in headers])
            refusals = [answer for answer in whole if isinstance(answer, RpcError)]
            if not refusals:
                for answer in whole:
                    yield [wire.receipt(one) for one in wire.listed(answer, "receipts of a block")]
                return
            self._by_block = not any(refusal.is_unknown_method for refusal in refusals)
        requests = [("eth_getTransactionReceipt", [tx]) for h in headers for tx in h.transactions]
        answers = iter(self.client.batch_all(requests))
        for header in headers:
            yield [wire.optional(wire.receipt, next(answers)) for _ in header.transactions]

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
