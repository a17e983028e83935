"""Before the bridge signs what a row of the OUTBOX asks, it makes the call again from its source.

Whoever can write to the database could otherwise have the bridge sign anything with any key it holds. The audit asks the
same before it believes that a document's call is on its way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bridge.capabilities import CALLS, OWN_CALLS, asked_by
from bridge.capabilities.model import Asks, CallContext, Posts
from bridge.errors import NoSupplierQualifies, TooManyCalls, UnknownReference, UnreadableEvent
from bridge.events.base import Event
from bridge.intents import ATTESTER, Call
from bridge.ports.port import Document, DocumentQuery, Port
from bridge.ring.references import refs_of
from bridge.store.store import Store
from bridge.store.tables import Outbox

FULL_BPS = 10_000  # credit that passes any screening
LATER_MAX = 10_000_000  # documents of one type after another

Recheck = Callable[[Outbox], str | None]


def rechecker(port: Port, store: Store, posts: Posts) -> Recheck:
    """A function that tells the objection to signing a row, or None when its source asks exactly this."""

    def recheck(row: Outbox) -> str | None:
        args = _args(row)
        if args is None:
            return "its arguments are no JSON list"
        if row.document_number is None:
            return _objection_to_own(row)
        documents = list(port.documents(DocumentQuery(number=row.document_number, limit=1)))
        if not documents:
            return f"there is no document {row.document_number}"
        document = documents[0]
        asks = asked_by(row.key)
        if asks is None or asks not in CALLS.get(document.type, ()):
            return f"{document.number} is a {document.type}, which asks for no such call"
        try:
            published = _published(store, asks, document)
            refs = refs_of(port, asks, document)
            context = CallContext(posts, published=published, refs=refs)
            return _taken_back(port, document, asks) or _objection(
                row, args, document, asks, context
            )
        except (NoSupplierQualifies, TooManyCalls, UnknownReference, UnreadableEvent) as error:
            return str(error)

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
    return None if row.signer == ATTESTER else "the bridge's own calls are the attester's"


def _published(store: Store, asks: Asks, document: Document) -> Event | None:
    """The proved event whose values the call must bring along. Raises UnreadableEvent."""
    wanted = asks.published_in(document)
    if wanted is None:
        return None
    with store.view() as session:
        return store.first_event(session, *wanted)


def _taken_back(port: Port, document: Document, asks: Asks) -> str | None:
    """Which later document took this one back; None when none did."""
    names = {back.document: back.names for back in asks.taken_back}
    if not names:
        return None
    query = DocumentQuery(types=frozenset(names), after=document.sequence, limit=LATER_MAX)
    for later in port.documents(query):
        if later.fields[names[later.type]] == document.number:
            return f"{later.number} took {document.number} back"
    return None


def _objection(
    row: Outbox, args: list[Any], document: Document, asks: Asks, context: CallContext
) -> str | None:
    """Raises NoSupplierQualifies."""
    if asks.published is not None and context.published is None:
        return f"no {asks.published.__name__} for {document.number} stands in the inbox"
    if asks.screening is not None:
        records = asks.screening.as_asked(document, args, FULL_BPS)
        context = replace(context, records=records)
    calls = [call for call in asks.calls(document, context) if call.key == row.key]
    if not calls:
        return f"{document.number} asks for no such call"
    (call,) = calls
    if not _same(row, args, call) or not _in_time(row, call, bool(asks.later_by)):
        return f"{document.number} asks for another call"
    return None


def _same(row: Outbox, args: list[Any], call: Call) -> bool:
    asked = (row.key, row.aggregate, row.signer, row.contract, row.function, row.after_sequence)
    made = (
        *(call.key, call.aggregate, call.signer, call.contract, call.function),
        call.after_sequence,
    )
    return asked == made and args == json.loads(json.dumps(call.args))


def _in_time(row: Outbox, call: Call, may_move: bool) -> bool:
    """True when the row waits as long as its document says, or longer where the chain may have asked for that."""
    return row.not_before == call.not_before or (may_move and row.not_before > call.not_before)
