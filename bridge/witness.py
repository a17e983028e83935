"""What the bridge's own tables know of a thing's documents: transactions, anchors, and what is missing on either side.

`interlock order show` and its like tell it, and the ERP's API through the witness that whoever serves it connects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.audit.material import Material
from bridge.audit.money import unequal
from bridge.capabilities import MONEY, TOLD_TYPES
from bridge.errors import BadConfiguration, Rejected, first_line
from bridge.events.base import Logged
from bridge.intents import OPEN_STATUSES, STUCK_STATUSES, InboxStatus, OutboxStatus
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.store import committed, inbox
from bridge.store.inbox import logged_of
from bridge.store.store import Store
from bridge.store.tables import Inbox, Outbox

UNBOOKED = {
    InboxStatus.QUARANTINED: "refused by the ERP",
    InboxStatus.WAITING: "waits behind a refused event",
    InboxStatus.FINAL: "not booked yet",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands on chain."""

    transaction: str | None  # hash
    block: int | None
    anchor: int | None  # index


@dataclass(frozen=True, slots=True)
class Gap:
    """An event without a document, or a call that has not been made: there one side knows less than the other."""

    at: int  # unix seconds
    what: str  # name of the event, or the call's contract and function
    document: str | None  # number of the document that asks for the call; None: an event
    actor: str | None  # who is to sign the call
    transaction: str | None
    block: int | None
    status: str
    reason: str | None
    needs_a_person: bool  # False: it is on its way


@dataclass(frozen=True, slots=True)
class Story:
    """All that the bridge knows of a thing and its documents."""

    places: Mapping[str, Place]  # by number of the document
    gaps: tuple[Gap, ...]
    differences: tuple[str, ...]  # what chain and ledger say otherwise of its money
    events: int  # how many of its own were read


@dataclass(frozen=True, slots=True)
class _Rows:
    """What was read for it, of one snapshot."""

    events: Sequence[Inbox]
    calls: Sequence[Outbox]
    sent: Mapping[int, str]  # call -> hash of its newest transaction
    anchors: Mapping[int, int]  # sequence -> index of its anchor
    now: int  # chain time of the newest block read, unix seconds
    chain_id: int


def testify(
    store: Store, roles: Mapping[str, AccountRole], aggregate: str, documents: Sequence[Document]
) -> Story:
    """What is known of these documents, which are all of the thing whose events are `aggregate`'s.

    Raises BadConfiguration when no bridge ever used the database, StoreBusy.
    """
    rows = _read(store, aggregate, documents)
    return Story(
        {document.number: seen for document, seen in _places(rows, documents)},
        (*_uncalled(rows, documents), *_unbooked(rows)),
        tuple(_differences(rows, roles, aggregate, documents)),
        len(rows.events),
    )


def _read(store: Store, aggregate: str, documents: Sequence[Document]) -> _Rows:
    numbers = [document.number for document in documents]
    with store.view() as session:
        bound = store.binding(session)
        if bound is None:
            raise BadConfiguration("this database is not bound to a deployment yet")
        calls = store.calls_of(session, numbers)
        return _Rows(
            inbox.events_of(session, aggregate, numbers),
            calls,
            store.newest_attempts(session, [row.id or 0 for row in calls]),
            committed.anchors_of(session, [document.sequence for document in documents]),
            store.cursor(session).block_time,
            bound.chain_id,
        )


def _places(rows: _Rows, documents: Sequence[Document]) -> Iterator[tuple[Document, Place]]:
    booked = {row.document_number: row for row in rows.events}
    sent: dict[str | None, str] = {}
    for call in rows.calls:
        if (transaction := rows.sent.get(call.id or 0)) is not None:
            sent.setdefault(call.document_number, transaction)
    for document in documents:
        event, anchor = booked.get(document.number), rows.anchors.get(document.sequence)
        if event is not None:
            yield document, Place(event.tx_hash, event.block_number, anchor)
        else:
            yield document, Place(sent.get(document.number), None, anchor)


def _is_open(call: Outbox) -> bool:
    return call.status in (*OPEN_STATUSES, *STUCK_STATUSES, OutboxStatus.GIVEN_UP)


def _is_due(call: Outbox, now: int) -> bool:
    """False for what is done, and for what only waits for its time: nothing is missing yet."""
    waits = call.status == OutboxStatus.PENDING and call.not_before > now
    return _is_open(call) and not waits


def _uncalled(rows: _Rows, documents: Sequence[Document]) -> Iterator[Gap]:
    """Calls that documents ask for and that have not been made: there the chain knows less than the ERP."""
    at = {document.number: document.at for document in documents}
    for call in rows.calls:
        if _is_due(call, rows.now):
            yield Gap(
                at=max(at[call.document_number or ""], call.not_before),
                what=f"{call.contract}.{call.function}" if call.contract else call.key,
                document=call.document_number,
                actor=call.signer,
                transaction=rows.sent.get(call.id or 0),
                block=None,
                status=call.status,
                reason=first_line(call.reason) if call.reason else None,
                needs_a_person=call.status in STUCK_STATUSES,
            )


def _unbooked(rows: _Rows) -> Iterator[Gap]:
    """Events without a document: there the ERP knows less than the chain."""
    for row in rows.events:
        if row.status in UNBOOKED:
            yield Gap(
                at=row.block_time,
                what=row.event,
                document=None,
                actor=None,
                transaction=row.tx_hash,
                block=row.block_number,
                status=UNBOOKED[InboxStatus(row.status)],
                reason=first_line(row.reason) if row.reason else None,
                needs_a_person=True,
            )


def _differences(
    rows: _Rows,
    roles: Mapping[str, AccountRole],
    aggregate: str,
    documents: Sequence[Document],
) -> list[str]:
    """What chain and ledger say otherwise of its money, as invariant 2 of the audit would tell it."""
    events: list[Logged] = []
    for row in rows.events:
        try:
            events.append(logged_of(row, rows.chain_id))
        except (Rejected, KeyError, TypeError, ValueError) as error:
            return [f"event {row.position} cannot be read: {error}"]
    waiting = frozenset(c.document_number for c in rows.calls if c.document_number and _is_open(c))
    own = {d.number for d in documents if d.type not in TOLD_TYPES}
    material = Material(0, 0, events, list(documents), waiting & own, {}, TOLD_TYPES, "", {}, roles)
    return [told for money in MONEY for told in unequal(material, money, aggregate)]
