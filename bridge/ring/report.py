"""Document log -> commitments, anchors and intents in the OUTBOX.

If it dies here: it reads again from its cursor; commitments and intents have unique keys and commit with the cursor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bridge.beside.ahead import RootsAhead
from bridge.capabilities import ACT_TYPES, ANSWER, CALLS, TAKES_BACK, asked_by
from bridge.capabilities.documents import anchor, open_stream
from bridge.capabilities.model import Asks, CallContext, Posts, numbers_in
from bridge.chain.gateway import Gateway
from bridge.commitments.stream import ZERO_HEAD, log_tree, next_head
from bridge.errors import (
    BadConfiguration,
    DoesNotFit,
    NoSupplierQualifies,
    NotAsApproved,
    NotReadYet,
    Rejected,
    TooManyCalls,
    Unforeseen,
    UnknownReference,
    UnreadableEvent,
    reason_of,
)
from bridge.events.base import Event
from bridge.intents import ATTESTER, Call, InboxStatus, OutboxStatus
from bridge.mailbox import APPROVAL
from bridge.ports.port import Document, DocumentQuery, Port
from bridge.ring.bugs import is_of_one_row
from bridge.ring.references import named_by, refs_of
from bridge.store import committed, inbox, quarantine
from bridge.store.quarantine import Operator
from bridge.store.store import Store
from bridge.store.tables import Anchor, Commitment, Outbox

logger = logging.getLogger("interlock.bridge")

REPORT_BATCH = 200  # documents in one transaction
ANCHOR_BATCH_MAX = 256  # documents under one root
# What is wrong with one document, and is for whoever made it: its call is refused, and the others go on.
MADE_IMPOSSIBLE = (
    DoesNotFit,
    NoSupplierQualifies,
    NotAsApproved,
    TooManyCalls,
    UnknownReference,
    UnreadableEvent,
)


@dataclass(frozen=True, slots=True)
class AnchorPolicy:
    """When documents are anchored: a full batch at once, a smaller one when its oldest document has waited."""

    stream_id: str
    wait_seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that cannot be made, by its key, and why."""

    key: str
    error: Rejected


Made = Call | Refused  # what became of one thing that a document asks for


def _made(outcome: Made) -> Call:
    """The call. Raises Rejected where it cannot be made."""
    if isinstance(outcome, Refused):
        raise outcome.error
    return outcome


class Report:
    """Commits to each new row of the document log and writes the call it asks for, and anchors, as intents to OUTBOX."""

    def __init__(
        self,
        store: Store,
        port: Port,
        gateway: Gateway,
        posts: Posts,
        policy: AnchorPolicy,
        clock: Callable[[], float],
        commitments: RootsAhead,
    ) -> None:
        self._commitments = commitments
        self._store = store
        self._port = port
        self._gateway = gateway
        self._posts = posts
        self._policy = policy
        self._clock = clock

    def run(self) -> int:
        """Runs the stage once; returns how many documents were read and anchors made."""
        return self._documents() + self._anchor()

    def _documents(self) -> int:
        with self._store.view() as session:
            after = self._store.cursor(session).document_sequence
        documents = self._port.changes(after, REPORT_BATCH)
        if not documents:
            return 0
        made = [self._make(document) for document in documents]
        roots = self._commitments.roots(documents)
        if len(documents) == REPORT_BATCH and self._commitments.would_help():
            self._commitments.ask(self._port.changes(documents[-1].sequence, REPORT_BATCH))
        now = int(self._clock())
        with self._store.unit() as session:
            committed.add(
                session,
                [(d.sequence, d.number, root) for d, root in zip(documents, roots, strict=True)],
                now,
            )
            for document, outcome in zip(documents, made, strict=True):
                self._write(session, document, outcome)
            self._store.cursor(session).document_sequence = documents[-1].sequence
        return len(documents)

    def _make(self, document: Document) -> list[Made]:
        """What a document asks for, call by call, or why one cannot be made. Raises NodeUnavailable, NotReadYet."""
        made: list[Made] = []
        if document.voided_by is not None:
            return made  # it was voided before it was read: it asks for nothing any more
        for asks in CALLS.get(document.type, ()):
            made += self._calls(asks, document)
        return made

    def _calls(self, asks: Asks, document: Document) -> Sequence[Made]:
        if not asks.is_asked(document):
            return ()
        screening = asks.screening
        try:
            records = (
                screening.today(document, self._gateway.views) if screening is not None else {}
            )
            published, papers = (
                self._published(asks, document),
                named_by(self._port, asks, document),
            )
            context = CallContext(
                self._posts, records, published, refs=refs_of(papers), papers=papers,
                place=self._gateway.deployment,
            )  # fmt: skip
            calls = asks.calls(document, context)
            self._gateway.check_fit(calls)  # what fits no argument can be neither tried nor signed
        except MADE_IMPOSSIBLE as error:
            return (Refused(asks.key_of(document.number, document.type), error),)
        except Exception as bug:  # of one document: the others go on
            if not is_of_one_row(bug):
                raise
            logger.exception("a bug refuses what %s asks for", document.number)
            return (Refused(asks.key_of(document.number, document.type), Unforeseen(bug)),)
        return calls

    def _published(self, asks: Asks, document: Document) -> Event | None:
        """The event whose values the call brings along, proved, from INBOX. Raises NotReadYet, UnreadableEvent."""
        wanted = asks.published_in(document)
        if wanted is None:
            return None
        with self._store.view() as session:
            event = inbox.first_event(session, *wanted, asks.is_meant(document))
        # Anybody may name anything in an act: nobody else waits for it.
        if event is None and document.type in ACT_TYPES:
            raise UnknownReference(f"no {wanted[0].__name__} of {wanted[1]} is known here")
        if event is None:
            raise NotReadYet(f"{document.number} waits for {wanted[0].__name__} of {wanted[1]}")
        return event

    def _write(self, session: Session, document: Document, made: Sequence[Made]) -> None:
        for each in made:
            if isinstance(each, Call):
                self._store.add_call(session, each, document.number)
            else:
                self._refuse(session, document, each)
        if document.voided_by is not None:
            return
        for kind, asks, names in TAKES_BACK.get(document.type, ()):
            for number in numbers_in(document, names):
                why = f"{document.number} took {number} back"
                self._store.take_back(session, asks.key_of(number, kind), why)
        if document.type == ANSWER:
            asked, approves = document.fields["request"], document.fields.get("step") == APPROVAL
            self._store.answer_act(session, asked, document.number, approves=approves)

    def _refuse(self, session: Session, document: Document, refused: Refused) -> None:
        call = Call(
            key=refused.key,
            aggregate=refused.key,
            signer=ATTESTER,
            contract="",
            function="",
            args=(),
            is_told=document.type in ACT_TYPES,
        )
        row = self._store.add_call(session, call, document.number)
        row.status, row.reason = OutboxStatus.REFUSED, reason_of(refused.error)
        self._store.alarm(session, "refused", f"{refused.key}: {refused.error}")

    # ---- anchors ------------------------------------------------------------------------------

    def _anchor(self) -> int:
        with self._store.view() as session:
            count, since = committed.waiting_for_anchor(session, ANCHOR_BATCH_MAX)
        if not count or not self._is_due(count, since):
            return 0
        with self._store.unit() as session:
            waiting = committed.unanchored(session, ANCHOR_BATCH_MAX)
            last = committed.last_anchor(session)
            if last is None:
                self._store.add_call(session, open_stream(self._policy.stream_id), None)
            self._add_anchor(session, waiting, last)
            return len(waiting)

    def _is_due(self, count: int, since: int) -> bool:
        waited = self._clock() - since
        # less than nothing: the clock went back since
        return count == ANCHOR_BATCH_MAX or waited < 0 or waited >= self._policy.wait_seconds

    def _add_anchor(
        self, session: Session, batch: Sequence[Commitment], last: Anchor | None
    ) -> None:
        index = last.index + 1 if last else 1
        previous = last.head if last else None
        head = bytes.fromhex(previous[2:]) if previous else ZERO_HEAD
        first, end = batch[0].sequence, batch[-1].sequence
        root = log_tree([(c.sequence, bytes.fromhex(c.root[2:])) for c in batch]).root
        for commitment in batch:
            commitment.anchor = index
        session.add(
            Anchor(
                index=index,
                first_sequence=first,
                last_sequence=end,
                root="0x" + root.hex(),
                head="0x" + next_head(head, root, first, end).hex(),
            )
        )
        stream = self._policy.stream_id
        call = anchor(stream, index, previous, (first, end), "0x" + root.hex())
        self._store.add_call(session, call, None)

    # ---- operator -----------------------------------------------------------------------------

    def retry(self, key: str, by: Operator) -> str:
        """Puts a stuck call (by key) or a quarantined event (by position) back in line; its new status.

        What a document asks for is made anew from it, from today's records of the chain and published events. Raises
        BadConfiguration when nothing stuck has the key, Rejected when the call cannot be made.
        """
        asks = asked_by(key)
        if asks is not None and not asks.by_person:
            return self.remake(key, by)
        with self._store.unit() as session:
            if quarantine.retry_events(self._store, session, [key], by):
                return InboxStatus.FINAL
            by_person = asks is not None and asks.by_person
            again = OutboxStatus.ASKED if by_person else OutboxStatus.PENDING
            quarantine.retry_own_call(self._store, session, key, by, again)
            return again

    def remake(self, key: str, by: Operator) -> str:
        """Makes a stuck call of a document anew from today's chain records; its new status.

        Raises BadConfiguration when nothing stuck has this key or its document does not ask for it any more, Rejected when
        it cannot be made.
        """
        with self._store.view() as session:
            number = self._refused(session, key)[1]
        document = next(iter(self._port.documents(DocumentQuery(number=number, limit=1))), None)
        if document is None:  # the chain left what it stood on: its call ends with it
            raise quarantine.nothing_parked(key)
        asks = asked_by(key)
        made = (
            self._calls(asks, document) if asks is not None else ()
        )  # asks the node: no transaction is open
        calls = [_made(each) for each in made]
        with self._store.unit() as session:
            row = self._refused(session, key, claim=True)[0]
            quarantine.note_remade(self._store, session, row, by)
            for call in calls:
                if call.key == key:
                    self._store.renew_call(row, call)
                    return OutboxStatus.PENDING
            if calls and all(call.key.startswith(f"{key}:") for call in calls):
                # they were refused together, before it was known how many there are
                for call in calls:
                    self._store.add_call(session, call, number)
                row.status, row.reason = OutboxStatus.MOOT, "made anew, call by call"
                return OutboxStatus.PENDING
            raise BadConfiguration(  # and what was noted is undone with it
                f"{number} does not ask for {key!r} any more: resolve it instead"
            )

    def _refused(self, session: Session, key: str, *, claim: bool = False) -> tuple[Outbox, str]:
        """The stuck call with a key, and the number of its document. Raises BadConfiguration when there is none."""
        row = self._store.stuck_call(session, key, claim=claim)
        if row is None or row.document_number is None:
            raise quarantine.nothing_parked(key)
        return row, row.document_number
