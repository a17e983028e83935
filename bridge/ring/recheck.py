"""Before the bridge signs what a row of the OUTBOX asks, it makes the call again from its source.

Whoever can write to the database could otherwise have the bridge sign anything with any key it holds. The audit asks the
same before it believes that a document's call is on its way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bridge.capabilities import CALLS, OWN_CALLS, asked_by
from bridge.capabilities.model import Asks, CallContext, Place, Posts, numbers_in
from bridge.errors import (
    DoesNotFit,
    NoSupplierQualifies,
    NotAsApproved,
    TooManyCalls,
    UnknownReference,
    UnreadableEvent,
    reason_of,
)
from bridge.events.base import Event
from bridge.intents import ANCHORER, Call
from bridge.ports.port import Document, DocumentQuery, Port
from bridge.ring.acts import call_of
from bridge.ring.references import named_by, refs_of
from bridge.store import inbox
from bridge.store.store import Store
from bridge.store.tables import Outbox

FULL_BPS = 10_000  # credit that passes any screening
LATER_MAX = 10_000_000  # documents of one type after another

WRONG = (
    DoesNotFit, NoSupplierQualifies, NotAsApproved, TooManyCalls, UnknownReference, UnreadableEvent,
)  # fmt: skip

Recheck = Callable[[Outbox], str | None]
Asked = Callable[[Outbox], Call | str]


def asker(port: Port, store: Store, posts: Posts, place: Place) -> Asked:
    """A function that makes the call of a row again from its source, or tells why that asks for none.

    A call of the bridge itself has no such source: it is as its row says.
    """

    def ask(row: Outbox) -> Call | str:
        args = _args(row)
        if args is None:
            return "its arguments are no JSON list"
        if row.document_number is None:
            return _objection_to_own(row) or call_of(row)
        documents = list(port.documents(DocumentQuery(number=row.document_number, limit=1)))
        if not documents:
            return f"there is no document {row.document_number}"
        document = documents[0]
        asks = asked_by(row.key)
        if asks is None or asks not in CALLS.get(document.type, ()):
            return f"{document.number} is a {document.type}, which asks for no such call"
        try:
            published = _published(store, asks, document)
            papers = named_by(port, asks, document)
            context = CallContext(
                posts, published=published, refs=refs_of(papers), papers=papers, place=place
            )
            return (
                _taken_back(port, document, asks)
                or _ended(port, document, asks)
                or _made(row, args, document, asks, context)
            )
        except WRONG as error:
            return reason_of(error)

    return ask


def rechecker(ask: Asked) -> Recheck:
    """A function that tells the objection to signing a row, or None when its source asks exactly this."""

    def recheck(row: Outbox) -> str | None:
        asked = ask(row)
        if isinstance(asked, str):
            return asked
        asks = asked_by(row.key)
        if row.document_number is None or asks is None:
            return None
        if not _same(row, asked) or not _in_time(row, asked, bool(asks.later_by)):
            return f"{row.document_number} asks for another call"
        return None

    return recheck


def _args(row: Outbox) -> list[Any] | None:
    """The arguments of a row, or None when they are unreadable."""
    try:
        args = json.loads(row.args)
    except ValueError:
        return None
    return args if isinstance(args, list) else None


def _objection_to_own(row: Outbox) -> str | None:
    """Of a call of the bridge itself, by the kind in its key. What it anchors, the audit checks."""
    kind, colon, _ = row.key.partition(":")
    rule = OWN_CALLS.get(kind) if colon else None
    if rule is None or (row.contract, row.function) != (rule.contract, rule.function):
        return "no document asks for this call"
    return None if row.signer == ANCHORER else "the bridge's own calls are the anchorer's"


def _published(store: Store, asks: Asks, document: Document) -> Event | None:
    """The proved event whose values the call must bring along. Raises UnreadableEvent."""
    wanted = asks.published_in(document)
    if wanted is None:
        return None
    with store.view() as session:
        return inbox.first_event(session, *wanted, asks.is_meant(document))


def _taken_back(port: Port, document: Document, asks: Asks) -> str | None:
    """Which later document took this one back; None when none did."""
    names = {back.document: back.names for back in asks.taken_back}
    if not names:
        return None
    later = _later(port, document, names, document.number)
    return None if later is None else f"{later} took {document.number} back"


def _ended(port: Port, document: Document, asks: Asks) -> str | None:
    """Which later document ended what this one rests on; None when none did."""
    ended = asks.ended_by
    number = ended.of(document) if ended is not None else None
    if ended is None or number is None:
        return None
    later = _later(port, document, {ended.document: ended.names}, number)
    return None if later is None else f"{later} took {number} back"


def _later(port: Port, document: Document, names: Mapping[str, str], number: str) -> str | None:
    """The number of a later document that names another, in its type's field; None when there is none."""
    query = DocumentQuery(types=frozenset(names), after=document.sequence, limit=LATER_MAX)
    found = (
        later.number
        for later in port.documents(query)
        if number in numbers_in(later, names[later.type])
    )
    return next(found, None)


def _made(
    row: Outbox, args: list[Any], document: Document, asks: Asks, context: CallContext
) -> Call | str:
    """The call that has the row's key, or why there is none. Raises NoSupplierQualifies."""
    if asks.published is not None and context.published is None:
        return f"no {asks.published.__name__} for {document.number} stands in the inbox"
    if asks.screening is not None:
        records = asks.screening.as_asked(document, args, FULL_BPS)
        context = replace(context, records=records)
    calls = [call for call in asks.calls(document, context) if call.key == row.key]
    if not calls:
        return f"{document.number} asks for no such call"
    (call,) = calls
    return call


def _same(row: Outbox, call: Call) -> bool:
    names = ("key", "aggregate", "signer", "contract", "function", "edition_of", "after_sequence")
    asked, made = (tuple(getattr(each, name) for name in names) for each in (row, call))
    return asked == made and _args(row) == json.loads(json.dumps(call.args))


def _in_time(row: Outbox, call: Call, may_move: bool) -> bool:
    """True when the row waits as long as its document says, or longer where the chain may have asked for that."""
    return row.not_before == call.not_before or (may_move and row.not_before > call.not_before)
