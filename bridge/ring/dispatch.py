"""INBOX -> handler -> port. Each event becomes at most one document, in the transaction that marks it posted.

If it dies here: nothing was posted, or all of it. A refused event parks its aggregate; the others go on.
"""

from __future__ import annotations

from sqlmodel import Session

from bridge.errors import Rejected, UnknownReference
from bridge.events import Logged
from bridge.handlers import HANDLERS, Context
from bridge.intents import InboxStatus
from bridge.ports.port import Command, Port
from bridge.store.store import Outcome, Store, logged_of

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
        with self._store.view() as session:
            rows = self._store.next_events(session, DISPATCH_BATCH)
        if not rows:
            return 0
        outcomes: list[Outcome] = []
        parked: set[str] = set()
        with self._store.unit() as session:
            context = Context(self._custodians, lambda ref: self._number_of(session, ref))
            for row in rows:
                if row.aggregate in parked:
                    continue
                outcome = self._apply(session, logged_of(row, self._chain_id), context)
                if outcome.status == InboxStatus.QUARANTINED:
                    parked.add(row.aggregate)
                outcomes.append(outcome)
            self._store.mark_events(session, outcomes)
        return len(rows)

    def _apply(self, session: Session, logged: Logged, context: Context) -> Outcome:
        try:
            instruction = HANDLERS[logged.name](logged, context)
            if instruction is None:
                return Outcome(logged.position, InboxStatus.IGNORED)
            command = Command(instruction[0], instruction[1], logged.origin, logged.block_time)
            with session.begin_nested():
                (document,) = self._port.apply([command], session)
        except Rejected as error:
            self._store.alarm(session, "quarantined", f"{logged.position} {logged.name}: {error}")
            reason = f"{type(error).__name__}: {error}"
            return Outcome(logged.position, InboxStatus.QUARANTINED, reason)
        return Outcome(logged.position, InboxStatus.POSTED, document_number=document.number)

    def _number_of(self, session: Session, ref: str) -> str:
        number = self._store.number_of(session, ref)
        if number is None:
            raise UnknownReference(f"no document of this ERP has the commitment {ref}")
        return number
