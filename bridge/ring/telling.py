"""What the bridge tells the ERP of a call that the contract refuses for good.

If it dies here: it tells again, and the ERP knows the origin. The row waits until `report` reads what the ERP made of it.
"""

from __future__ import annotations

import logging

from bridge.capabilities import asked_by
from bridge.capabilities.model import Over
from bridge.errors import CallRefused, PortRefused, Unforeseen, first_line, reason_of
from bridge.intents import OutboxStatus
from bridge.ports.port import DocumentQuery, Instruction, Port
from bridge.ring.bugs import is_of_one_row
from bridge.store import reorganising
from bridge.store.store import Store
from bridge.store.tables import Outbox

LATER_MAX = 10_000_000  # documents of one type after another

logger = logging.getLogger("interlock.bridge")


class Telling:
    """Tells the ERP which documents ask for what no contract does any more."""

    def __init__(self, store: Store, port: Port, joined: bool) -> None:
        """`joined`: the ERP stands in the bridge's database, so that both commit together."""
        self._store = store
        self._port = port
        self._joined = joined

    @staticmethod
    def is_over(row: Outbox, verdict: CallRefused) -> bool:
        """True when this refusal is for good."""
        return _over(row, verdict) is not None

    @staticmethod
    def is_so_by(row: Outbox, verdict: CallRefused, time: int) -> bool:
        """True when this refusal is for good since a time that is past by then; else the chain cannot have said it."""
        over = _over(row, verdict)
        return over is not None and (over.since is None or int(verdict.values[over.since]) <= time)

    def tell(self, row: Outbox, verdict: CallRefused) -> None:
        """Tells it, or refuses the row where a rule of the ERP says no, or a bug meets it. Raises PortBusy."""
        over = _over(row, verdict)
        if over is None:
            raise TypeError(f"{row.key} is not over by {verdict}")
        (document,) = self._port.documents(DocumentQuery(number=row.document_number, limit=1))
        with self._store.view() as session:
            read_to = self._store.cursor(session).block_time
        at = read_to if over.since is None else max(read_to, int(verdict.values[over.since]))
        origin = self._origin(row)
        told = Instruction(over.operation.__name__, over.fields(document), origin, at)
        try:
            if self._joined:
                with self._store.unit() as session:
                    self._port.apply([told], session)
            else:
                self._port.apply([told], None)
        except PortRefused as error:
            self._refuse(row, f"{verdict}; {reason_of(error)}")
        except Exception as bug:  # of this one row: the others go on
            if not is_of_one_row(bug):
                raise
            logger.exception("a bug refuses %s", row.key)
            self._refuse(row, f"{verdict}; {reason_of(Unforeseen(bug))}")

    def _origin(self, row: Outbox) -> str:
        """One for each time that it is told: an origin makes one document, also where that was voided since."""
        origin = f"over:{row.key}"
        with self._store.view() as session:
            if not reorganising.any_reversed(session):
                return origin
        asks = asked_by(row.key)
        types = frozenset(back.document for back in asks.taken_back) if asks is not None else None
        query = DocumentQuery(types=types, limit=LATER_MAX, voided=True)
        before = sum(
            each.voided_by is not None
            and each.origin is not None
            and (each.origin == origin or each.origin.startswith(f"{origin}:"))
            for each in self._port.documents(query)
        )
        return f"{origin}:{before}" if before else origin

    def _refuse(self, row: Outbox, reason: str) -> None:
        with self._store.unit() as session:
            merged = session.merge(row)
            merged.status, merged.reason, merged.try_at = OutboxStatus.REFUSED, reason, 0.0
            self._store.alarm(session, "refused", f"{row.key}: {first_line(reason)}")


def _over(row: Outbox, verdict: CallRefused) -> Over | None:
    asks = asked_by(row.key)
    return asks.over_on.get(verdict.error) if asks is not None else None
