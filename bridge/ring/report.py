"""Document log -> commitments, anchors and intents in the OUTBOX.

If it dies here: it reads again from its cursor; commitments and intents have unique keys and commit with the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.calls import CALLS, Surroundings, candidates_of, tender_of
from bridge.chain.gateway import Gateway
from bridge.commitments.documents import document_root
from bridge.commitments.stream import log_tree, next_head
from bridge.errors import BadConfiguration, NoSupplierQualifies
from bridge.intents import ATTESTER, STUCK_STATUSES, Call, OutboxStatus
from bridge.ports.port import Document, DocumentQuery, Port
from bridge.store.store import Store
from bridge.store.tables import Anchor, Commitment, Outbox

REPORT_BATCH = 200  # documents in one transaction
ANCHOR_BATCH_MAX = 256  # documents under one root
ZERO_HEAD = "0x" + "00" * 32


@dataclass(frozen=True, slots=True)
class AnchorPolicy:
    """When documents are anchored: a full batch at once, a smaller one when its oldest document has waited."""

    stream_id: str
    wait_seconds: float


class Report:
    """The third stage."""

    def __init__(
        self,
        store: Store,
        port: Port,
        gateway: Gateway,
        attester: str,
        policy: AnchorPolicy,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._port = port
        self._gateway = gateway
        self._attester = attester
        self._policy = policy
        self._clock = clock

    def run(self) -> int:
        """Documents and anchors dealt with."""
        return self._documents() + self._anchor()

    def _documents(self) -> int:
        with self._store.view() as session:
            after = self._store.cursor(session).document_sequence
        documents = self._port.changes(after, REPORT_BATCH)
        if not documents:
            return 0
        made = [self._make(document) for document in documents]
        roots = [document_root(document) for document in documents]
        now = int(self._clock())
        with self._store.unit() as session:
            for document, root, outcome in zip(documents, roots, made, strict=True):
                session.add(
                    Commitment(
                        sequence=document.sequence,
                        number=document.number,
                        root="0x" + root.hex(),
                        committed_at=now,
                    )
                )
                self._write(session, document, outcome)
            self._store.cursor(session).document_sequence = documents[-1].sequence
        return len(documents)

    def _make(self, document: Document) -> Call | NoSupplierQualifies | None:
        maker = CALLS.get(document.type)
        if maker is None:
            return None
        candidates = candidates_of(document)
        records = self._gateway.supplier_records(candidates) if candidates else {}
        tender = tender_of(document)
        terms = self._gateway.published_terms(tender) if tender is not None else {}
        try:
            return maker(document, Surroundings(self._attester, records, terms))
        except NoSupplierQualifies as error:
            return error

    def _write(
        self, session: Session, document: Document, outcome: Call | NoSupplierQualifies | None
    ) -> None:
        if isinstance(outcome, Call):
            self._store.add_call(session, outcome, document.number)
        elif outcome is not None:
            call = Call(
                key=f"{document.type}:{document.number}",
                aggregate=f"{document.type}:{document.number}",
                signer=self._attester,
                contract="",
                function="",
                args=(),
            )
            row = self._store.add_call(session, call, document.number)
            row.status, row.reason = OutboxStatus.REFUSED, str(outcome)
            self._store.alarm(session, "refused", f"{call.key}: {outcome}")

    # ---- anchors ------------------------------------------------------------------------------

    def _anchor(self) -> int:
        with self._store.view() as session:
            waiting = self._store.unanchored(session, ANCHOR_BATCH_MAX)
        if not waiting or not self._is_due(waiting):
            return 0
        with self._store.unit() as session:
            waiting = [session.merge(commitment) for commitment in waiting]
            last = self._store.last_anchor(session)
            if last is None:
                self._store.add_call(session, self._open_stream(), None)
            self._add_anchor(session, waiting, last)
            return len(waiting)

    def _is_due(self, waiting: Sequence[Commitment]) -> bool:
        full = len(waiting) == ANCHOR_BATCH_MAX
        return full or self._clock() - waiting[0].committed_at >= self._policy.wait_seconds

    def _add_anchor(
        self, session: Session, batch: Sequence[Commitment], last: Anchor | None
    ) -> None:
        index = last.index + 1 if last else 1
        previous = last.head if last else ZERO_HEAD
        first, end = batch[0].sequence, batch[-1].sequence
        root = log_tree([(c.sequence, bytes.fromhex(c.root[2:])) for c in batch]).root
        head = next_head(bytes.fromhex(previous[2:]), root, first, end)
        for commitment in batch:
            commitment.anchor = index
        session.add(
            Anchor(
                index=index,
                first_sequence=first,
                last_sequence=end,
                root="0x" + root.hex(),
                head="0x" + head.hex(),
            )
        )
        call = Call(
            key=f"anchor:{index}",
            aggregate="stream",
            signer=ATTESTER,
            contract="DocumentRegistry",
            function="anchor",
            args=(self._policy.stream_id, previous, first, end, "0x" + root.hex()),
            note={"documents": len(batch)},
        )
        self._store.add_call(session, call, None)

    def _open_stream(self) -> Call:
        return Call(
            key="stream:open",
            aggregate="stream",
            signer=ATTESTER,
            contract="DocumentRegistry",
            function="openStream",
            args=(self._policy.stream_id,),
            settled_by=frozenset({"DocumentRegistry_StreamExists"}),
        )

    # ---- by hand ------------------------------------------------------------------------------

    def remake(self, key: str) -> str:
        """Makes the call of a refused document anew from today's chain records; its new status.

        Raises BadConfiguration when nothing refused has this key, NoSupplierQualifies when it is refused again.
        """
        with self._store.unit() as session:
            row = session.scalar(select(Outbox).where(col(Outbox.key) == key))
            if row is None or row.status not in STUCK_STATUSES or row.document_number is None:
                raise BadConfiguration(f"no refused call of a document has the key {key!r}")
            (document,) = self._port.documents(DocumentQuery(number=row.document_number, limit=1))
            outcome = self._make(document)
            if isinstance(outcome, NoSupplierQualifies):
                raise outcome
            if outcome is not None:
                self._store.renew_call(row, outcome)
        return OutboxStatus.PENDING
