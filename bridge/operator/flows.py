"""`interlock order show` and its like: goods, cash and information of one thing on one time line (三流合一).

Each step names its document, its transaction and its anchor. What is missing is a row of its own, where it is missing: an
event without a document, a call that waits or was refused, a document without an anchor.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from bridge.capabilities import CUSTODY
from bridge.errors import BadConfiguration
from bridge.ports.port import Document, DocumentQuery
from bridge.ports.subjects import FIRST, FOUND_BY, QUANTITIES, SUBJECTS, Subject
from bridge.ports.vocabulary import AccountRole
from bridge.witness import Gap, Story, testify

if TYPE_CHECKING:
    from bridge.bootstrap import Bridge

DOCUMENTS_MAX = 10_000_000


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


def flows_of(bridge: Bridge, noun: str, name: str) -> Flows:
    """The time line of a thing, by its id or the number of a document of it. Raises BadConfiguration when there is none."""
    subject = SUBJECTS[noun]
    every = list(bridge.port.documents(DocumentQuery(limit=DOCUMENTS_MAX)))
    found = _id(subject, every, name)
    documents = _documents(subject, every, found)
    story = testify(bridge.store, bridge.port.roles(), subject.aggregate.format(found), documents)
    if not documents and not story.events:
        raise BadConfiguration(f"nothing is known of {noun} {name}")
    steps = sorted(_steps(bridge, documents, story), key=lambda step: (step.at, step.anchor or 0))
    return Flows(
        noun,
        found,
        tuple(_running(steps, subject)),
        booked=not any(gap.needs_a_person for gap in story.gaps),
        cash_agrees=not story.differences,
        anchored=all(seen.anchor is not None for seen in story.places.values()),
        differences=story.differences,
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


def _steps(bridge: Bridge, documents: Sequence[Document], story: Story) -> Iterator[Step]:
    roles = bridge.port.roles()
    for document in documents:
        seen = story.places[document.number]
        yield Step(
            at=document.at,
            what=document.type,
            document=document.number,
            actor=document.actor,
            goods={n: document.fields[n] for n in QUANTITIES if _is_count(document.fields.get(n))},
            cash=tuple(_cash(roles, document)),
            held_minor=None,
            transaction=seen.transaction,
            block=seen.block,
            anchor=seen.anchor,
            gap=None if seen.anchor is not None else "no anchor yet",
        )
    yield from (_gap(gap) for gap in story.gaps)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _cash(roles: Mapping[str, AccountRole], document: Document) -> Iterator[Movement]:
    shown = {AccountRole.WALLET, *CUSTODY.values()}
    moved: Counter[tuple[str, str]] = Counter()
    for entry in document.entries:
        for line in entry["lines"]:
            role = roles.get(line["account"])
            if role in shown and role is not None:
                moved[entry["entity"], role.value] += line["debit"] - line["credit"]
    for (entity, name), amount in moved.items():
        if amount:
            yield Movement(entity, name, amount)


def _gap(gap: Gap) -> Step:
    why = f": {gap.reason}" if gap.reason else ""
    return Step(
        at=gap.at,
        what=gap.what,
        document=gap.document,
        actor=gap.actor,
        goods={},
        cash=(),
        held_minor=None,
        transaction=gap.transaction,
        block=gap.block,
        anchor=None,
        gap=f"{gap.status}{why}",
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


def as_json(flows: Flows, **more: Any) -> str:
    """The time line as JSON, with what else is shown of the thing."""
    told = {
        "noun": flows.noun,
        "id": flows.id,
        "booked": flows.booked,
        "cash_agrees": flows.cash_agrees,
        "anchored": flows.anchored,
        "differences": list(flows.differences),
        "steps": [_plain(step) for step in flows.steps],
        **more,
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _plain(step: Step) -> dict[str, Any]:
    return asdict(step)
