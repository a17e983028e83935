"""INBOX -> handler -> port. Each event becomes at most one document, in the transaction that marks it posted.

If it dies here: nothing was posted, or all of it. A refused event parks its aggregate; the others go on.
"""

from __future__ import annotations

from sqlmodel import Session

from bridge.errors import Rejected, UnknownReference
from bridge.handlers import HANDLERS, Context
from bridge.model import InboxStatus
from bridge.ports.port import Command, Port
from bridge.store.store import Store, logged_of
from bridge.store.tables import Inbox

DISPATCH_BATCH = 50  # events in one transaction
BATCHES_PER_PASS = 20


class Dispatch:
    """The second stage."""

    def __init__(self, store: Store, port: Port, chain_id: int, custodians: frozenset[str]) -> None:
        self._store = store
        self._port = port
        self._chain_id = chain_id
        self._custodians = custodians

    def run(self) -> int:
        """Events dealt with. Raises PortBusy when the ERP wants to be asked again."""
        done = 0
        for _ in range(BATCHES_PER_PASS):
            count = self._batch()
            done += count
            if count < DISPATCH_BATCH:
                break
        return done

    def _batch(self) -> int:
        parked: set[str] = set()
        with self._store.view() as session:
            if not self._store.next_events(session, 1):
                return 0
        with self._store.unit() as session:
            rows = self._store.next_events(session, DISPATCH_BATCH)
            context = Context(self._custodians, lambda ref: self._number_of(session, ref))
            for row in rows:
                if row.aggregate not in parked and not self._apply(session, row, context):
                    parked.add(row.aggregate)
        return len(rows)

    def _apply(self, session: Session, row: Inbox, context: Context) -> bool:
        logged = logged_of(row, self._chain_id)
        try:
            instruction = HANDLERS[logged.name](logged, context)
            if instruction is None:
                row.status = InboxStatus.IGNORED
                return True
            command = Command(instruction[0], instruction[1], logged.origin, logged.block_time)
            with session.begin_nested():
                (document,) = self._port.apply([command], session)
        except Rejected as error:
            row.status, row.reason = InboxStatus.QUARANTINED, f"{type(error).__name__}: {error}"
            self._store.alarm(session, "quarantined", f"{row.position} {row.event}: {error}")
            return False
        row.status, row.document_number = InboxStatus.POSTED, document.number
        return True

    def _number_of(self, session: Session, ref: str) -> str:
        number = self._store.number_of(session, ref)
        if number is None:
            raise UnknownReference(f"no document of this ERP has the commitment {ref}")
        return number
