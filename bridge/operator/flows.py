"""`interlock order show` and its like: goods, cash and information of one thing on one time line (三流合一).

Each step names its document, its transaction and its anchor. What is missing is a row of its own, where it is missing: an
event without a document, a call that waits or was refused, a document without an anchor.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bridge.audit.material import Material
from bridge.audit.money import unequal
from bridge.capabilities import CUSTODY, MONEY, TOLD_TYPES
from bridge.errors import BadConfiguration, Rejected
from bridge.events.base import Logged
from bridge.intents import OPEN_STATUSES, STUCK_STATUSES, InboxStatus, OutboxStatus
from bridge.ports.port import Document, DocumentQuery
from bridge.ports.subjects import FIRST, FOUND_BY, QUANTITIES, SUBJECTS, Subject
from bridge.ports.vocabulary import AccountRole
from bridge.store.store import logged_of

if TYPE_CHECKING:
    from bridge.bootstrap import Bridge
    from bridge.store.tables import Inbox, Outbox

DOCUMENTS_MAX = 10_000_000
WORDS = {InboxStatus.QUARANTINED: "refused by the ERP", InboxStatus.FINAL: "not booked yet"}


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that a document moved in one account: debits less credits, minor units."""

    entity: str
    role: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the time line."""

    at: int  # unix seconds
    what: str  # type of the document, or name of an event or call without one
    document: str | None
    actor: str | None
    goods: Mapping[str, int]  # quantities that the document tells
    cash: tuple[Movement, ...]
    held_minor: int | None  # in custody after it
    transaction: str | None  # hash
    block: int | None
    anchor: int | None
    gap: str | None  # what is missing here


@dataclass(frozen=True, slots=True)
class Flows:
    """The time line of one thing, and whether its three flows are whole."""

    noun: str
    id: str
    steps: tuple[Step, ...]
    booked: bool  # every event of it has its document, and no call is stuck
    cash_agrees: bool  # chain and ledger say the same of its money
    anchored: bool  # every document of it stands under an anchor
    differences: tuple[str, ...] = ()

    @property
    def gaps(self) -> int:
        """How many rows miss something."""
        return sum(step.gap is not None for step in self.steps)


@dataclass(slots=True)
class _Story:
    """What was gathered of one thing."""

    documents: list[Document]
    events: list[Inbox]
    calls: list[Outbox]
    sent: Mapping[int, str]  # call -> hash of its newest transaction
    anchors: Mapping[int, int]  # sequence -> index of its anchor
    roles: Mapping[str, AccountRole]
    now: int  # chain time of the newest block read, unix seconds
    by_document: dict[str, Inbox] = field(default_factory=dict)


def flows_of(bridge: Bridge, noun: str, name: str) -> Flows:
    """The time line of a thing, by its id or the number of a document of it. Raises BadConfiguration when there is none."""
    subject = SUBJECTS[noun]
    every = list(bridge.port.documents(DocumentQuery(limit=DOCUMENTS_MAX)))
    found = _id(subject, every, name)
    documents = _documents(subject, every, found)
    story = _gathered(bridge, subject, found, documents)
    if not documents and not story.events:
        raise BadConfiguration(f"nothing is known of {noun} {name}")
    steps = sorted(_steps(story), key=lambda step: (step.at, step.anchor or 0))
    differences = _differences(bridge, story, subject.aggregate.format(found))
    return Flows(
        noun,
        found,
        tuple(_running(steps, subject)),
        booked=not any(s.gap for s in steps if s.document is None),
        cash_agrees=not differences,
        anchored=all(document.sequence in story.anchors for document in documents),
        differences=tuple(differences),
    )


def _id(subject: Subject, documents: Sequence[Document], name: str) -> str:
    if name.isascii() and name.isdigit():
        return name
    for document in documents:
        if document.number == name and document.fields.get(subject.field) is not None:
            return str(document.fields[subject.field])
    raise BadConfiguration(f"{name} is no number of a document of any {subject.noun}, and no id")


def _documents(subject: Subject, every: Sequence[Document], found: str) -> list[Document]:
    own = [d for d in every if str(d.fields.get(subject.field)) == found]
    asked = {d.fields[FIRST] for d in own if FIRST in d.fields}
    if not asked:
        return own
    before = [d for d in every if d.number in asked or d.fields.get(FIRST) in asked]
    places = {
        (name, d.fields[name])
        for d in before
        if d not in own
        for name in FOUND_BY
        if d.fields.get(name) is not None
    }
    before += [d for d in every if any((n, d.fields.get(n)) in places for n in FOUND_BY)]
    known = {document.sequence: document for document in (*own, *before)}
    return [known[sequence] for sequence in sorted(known)]


def _gathered(
    bridge: Bridge, subject: Subject, found: str, documents: Sequence[Document]
) -> _Story:
    numbers = [document.number for document in documents]
    with bridge.store.view() as session:
        now = bridge.store.cursor(session).block_time
        events = bridge.store.events_of(session, subject.aggregate.format(found), numbers)
        calls = bridge.store.calls_of(session, numbers)
        sent = bridge.store.newest_attempts(session, [row.id or 0 for row in calls])
        anchors = bridge.store.anchors_of(session, [d.sequence for d in documents])
    story = _Story(list(documents), events, calls, sent, anchors, bridge.port.roles(), now)
    story.by_document = {row.document_number: row for row in events if row.document_number}
    return story


def _steps(story: _Story) -> Iterator[Step]:
    for document in story.documents:
        event = story.by_document.get(document.number)
        anchor = story.anchors.get(document.sequence)
        calls = [c for c in story.calls if c.document_number == document.number]
        done = next((story.sent.get(c.id or 0) for c in calls if c.id in story.sent), None)
        yield Step(
            at=document.at,
            what=document.type,
            document=document.number,
            actor=document.actor,
            goods={n: document.fields[n] for n in QUANTITIES if _is_count(document.fields.get(n))},
            cash=tuple(_cash(story, document)),
            held_minor=None,
            transaction=event.tx_hash if event is not None else done,
            block=event.block_number if event is not None else None,
            anchor=anchor,
            gap=None if anchor is not None else "no anchor yet",
        )
        yield from (_open_call(document, call, story) for call in calls if _is_due(call, story))
    yield from (_unbooked(row) for row in story.events if row.status in WORDS)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _cash(story: _Story, document: Document) -> Iterator[Movement]:
    shown = {AccountRole.WALLET, *CUSTODY.values()}
    moved: Counter[tuple[str, str]] = Counter()
    for entry in document.entries:
        for line in entry["lines"]:
            role = story.roles.get(line["account"])
            if role in shown and role is not None:
                moved[entry["entity"], role.value] += line["debit"] - line["credit"]
    for (entity, name), amount in moved.items():
        if amount:
            yield Movement(entity, name, amount)


def _is_open(call: Outbox) -> bool:
    return call.status in (*OPEN_STATUSES, *STUCK_STATUSES, OutboxStatus.GIVEN_UP)


def _is_due(call: Outbox, story: _Story) -> bool:
    """False for what is done, and for what only waits for its time: nothing is missing yet."""
    waits = call.status == OutboxStatus.PENDING and call.not_before > story.now
    return _is_open(call) and not waits


def _open_call(document: Document, call: Outbox, story: _Story) -> Step:
    """A call that a document asks for and that has not been made: there the chain knows less than the ERP."""
    why = f": {call.reason}" if call.reason else ""
    when = max(document.at, call.not_before)
    return Step(
        at=when,
        what=f"{call.contract}.{call.function}" if call.contract else call.key,
        document=None if call.status in STUCK_STATUSES else document.number,
        actor=call.signer,
        goods={},
        cash=(),
        held_minor=None,
        transaction=story.sent.get(call.id or 0),
        block=None,
        anchor=None,
        gap=f"{call.status}{why}",
    )


def _unbooked(row: Inbox) -> Step:
    """An event without a document: there the ERP knows less than the chain."""
    why = f": {row.reason}" if row.reason else ""
    return Step(
        at=row.block_time,
        what=row.event,
        document=None,
        actor=None,
        goods={},
        cash=(),
        held_minor=None,
        transaction=row.tx_hash,
        block=row.block_number,
        anchor=None,
        gap=f"{WORDS[InboxStatus(row.status)]}{why}",
    )


def _running(steps: Iterable[Step], subject: Subject) -> Iterator[Step]:
    """The steps with what is in custody after each that moves it."""
    held = 0
    for step in steps:
        moved = [m.amount_minor for m in step.cash if m.role == subject.held]
        if moved:
            held += sum(moved)
            yield replace(step, held_minor=held)
        else:
            yield step


def _differences(bridge: Bridge, story: _Story, aggregate: str) -> list[str]:
    """What chain and ledger say otherwise of its money, as invariant 2 of the audit would tell it."""
    events: list[Logged] = []
    for row in story.events:
        try:
            events.append(logged_of(row, bridge.deployment.chain_id))
        except (Rejected, KeyError, TypeError, ValueError) as error:
            return [f"event {row.position} cannot be read: {error}"]
    waiting = frozenset(c.document_number for c in story.calls if c.document_number and _is_open(c))
    own = {d.number for d in story.documents if d.type not in TOLD_TYPES}
    material = Material(
        0, 0, events, story.documents, waiting & own, {}, TOLD_TYPES, "", {}, story.roles
    )
    return [told for money in MONEY for told in unequal(material, money, aggregate)]


def as_json(flows: Flows) -> str:
    """The time line as JSON."""
    told = {
        "noun": flows.noun,
        "id": flows.id,
        "booked": flows.booked,
        "cash_agrees": flows.cash_agrees,
        "anchored": flows.anchored,
        "differences": list(flows.differences),
        "steps": [_plain(step) for step in flows.steps],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _plain(step: Step) -> dict[str, Any]:
    return asdict(step)
