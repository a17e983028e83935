"""What must be looked at together: keys that an event or document shares with whatever the rules compare it with.

Two items that share a key belong together, and so does what belongs to either. A rule of the audit that looks from one item
to another needs a key here; tests/faults/test_audit_goes_on.py compares audits in steps with audits of everything.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.audit.material import none_for_nobody
from bridge.capabilities import MAIN, MONEY, OWN_TYPES, TAKES_BACK
from bridge.capabilities.model import Reported, aggregate_in, numbers_in
from bridge.events.base import Logged, values_of
from bridge.ports.port import Document

REPORTED: tuple[Reported, ...] = tuple(
    dict.fromkeys(asks.reported for asks in MAIN.values() if asks.reported is not None)
)
# Types of documents that others name by their number.
NAMED: frozenset[str] = frozenset(
    [kind for _, kind in OWN_TYPES.values()]
    + [kind for taken in TAKES_BACK.values() for kind, _, _ in taken]
)


def of_document(document: Document, root: bytes) -> set[str]:
    """The keys of a document; `root` is its commitment."""
    return {
        *_origin(document.origin),
        *_reports(document, root),
        *_names(document),
        *(f"money {found}" for found in _aggregates(document.fields)),
    }


def of_event(logged: Logged) -> set[str]:
    """The keys of an event."""
    event, values = logged.event, values_of(logged.event)
    keys = set(_origin(logged.origin))
    for place, reported in enumerate(REPORTED):
        if isinstance(event, reported.event):
            keys.add(f"ref {getattr(event, reported.ref)}")
        if isinstance(event, reported.overtaken_by):
            same = tuple(none_for_nobody(getattr(event, name)) for name in reported.same)
            keys.add(f"same {place} {same}")
    for money in MONEY:
        if type(event) in money.told:
            keys.add(f"money {money.aggregate.format(**values)}")
    return keys


def _origin(origin: str | None) -> Iterator[str]:
    if origin is not None:
        yield f"origin {origin}"


def _reports(document: Document, root: bytes) -> Iterator[str]:
    asks = MAIN.get(document.type)
    if asks is None or asks.reported is None:
        return
    yield f"ref 0x{root.hex()}"
    if asks.reported.overtaken_by:
        same = tuple(document.fields.get(name) for name in asks.reported.same)
        yield f"same {REPORTED.index(asks.reported)} {same}"


def _names(document: Document) -> Iterator[str]:
    """Its own number where others name it, and the numbers that it names."""
    if document.type in NAMED:
        yield f"number {document.number}"
    if document.type in OWN_TYPES:
        yield f"number {document.fields.get(OWN_TYPES[document.type][0])}"
    for _, _, names in TAKES_BACK.get(document.type, ()):
        yield from (f"number {number}" for number in numbers_in(document, names))


def _aggregates(fields: dict[str, object]) -> set[str]:
    found = (aggregate_in(money.aggregate, fields) for money in MONEY)
    return {aggregate for aggregate in found if aggregate is not None}
