"""Before the bridge signs what a row of the outbox asks, it makes the call again from its source.

Whoever can write to the database could otherwise have the bridge sign anything with any key it holds. The audit asks the
same before it believes that a document's call is on its way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bridge.calls import CALLS, Surroundings, candidates_of, tender_of
from bridge.errors import NoSupplierQualifies
from bridge.intents import ATTESTER, Call, SupplierRecord
from bridge.ports.port import Document, DocumentQuery, Port
from bridge.store.tables import Outbox

BPS = 10_000
# Calls of the bridge itself: key's beginning -> contract and function. What they anchor, the audit checks.
OWN_CALLS = {
    "stream:": ("DocumentRegistry", "openStream"),
    "anchor:": ("DocumentRegistry", "anchor"),
}

Vouch = Callable[[Outbox], str | None]


def voucher(port: Port, attester: str) -> Vouch:
    """A function that tells why a row must not be signed, or None when its source asks exactly this."""

    def vouch(row: Outbox) -> str | None:
        if _args(row) is None:
            return "its arguments are no JSON list"
        if row.document_number is None:
            return _doubt_own(row)
        documents = list(port.documents(DocumentQuery(number=row.document_number, limit=1)))
        if not documents:
            return f"there is no document {row.document_number}"
        return _doubt(row, documents[0], attester)

    return vouch


def _args(row: Outbox) -> list[Any] | None:
    """The arguments of a row, or None when they are unreadable."""
    try:
        args = json.loads(row.args)
    except ValueError:
        return None
    return args if isinstance(args, list) else None


def _doubt_own(row: Outbox) -> str | None:
    for beginning, call in OWN_CALLS.items():
        if row.key.startswith(beginning) and (row.contract, row.function) == call:
            return None if row.signer == ATTESTER else "the bridge's own calls are the attester's"
    return "no document asks for this call"


def _doubt(row: Outbox, document: Document, attester: str) -> str | None:
    maker = CALLS.get(document.type)
    if maker is None:
        return f"a document of type {document.type} asks for no call"
    try:
        records, terms = _as_screened(row, document), _as_published(row, document)
        call = maker(document, Surroundings(attester, records, terms))
    except NoSupplierQualifies as error:
        return str(error)
    if call is None:
        return f"{document.number} asks for no call"
    return None if _same(row, call) else f"{document.number} asks for another call"


def _as_screened(row: Outbox, document: Document) -> dict[str, SupplierRecord]:
    """Records under which exactly those are invited whom the row invites; the chain checks them again."""
    candidates = candidates_of(document)
    if not candidates:
        return {}
    args = _args(row)
    invited = args[-1] if args and isinstance(args[-1], list) else []
    return {account: SupplierRecord(account, account in invited, BPS) for account in candidates}


def _as_published(row: Outbox, document: Document) -> dict[str, Any]:
    """The terms that the row brings along; the chain holds them against the hash of what was published."""
    if tender_of(document) is None:
        return {}
    brought = (_args(row) or [None])[1:2]
    return brought[0] if brought and isinstance(brought[0], dict) else {}


def _same(row: Outbox, call: Call) -> bool:
    asked = (row.key, row.aggregate, row.signer, row.contract, row.function, row.not_before)
    made = (call.key, call.aggregate, call.signer, call.contract, call.function, call.not_before)
    return asked == made and _args(row) == json.loads(json.dumps(call.args))
