"""What a row of OUTBOX stands for that is an act of a person: the document that asks for it, its answer, its call."""

from __future__ import annotations

import json

from bridge.capabilities import ANSWER, asked_by
from bridge.capabilities.act import Act
from bridge.capabilities.model import CallContext, Posts
from bridge.chain.gateway import Gateway
from bridge.intents import Call, OutboxStatus
from bridge.mailbox import Draw, draw_of, is_approved
from bridge.ports.port import Document, DocumentQuery, Port
from bridge.ring.references import named_by, refs_of
from bridge.store import inbox
from bridge.store.acts import APPROVAL
from bridge.store.store import Store
from bridge.store.tables import Outbox


class Acts:
    """Finds what belongs to an act of a person, of its row of OUTBOX."""

    def __init__(self, store: Store, port: Port, gateway: Gateway, posts: Posts) -> None:
        self._store = store
        self._port = port
        self._gateway = gateway
        self._posts = posts

    def document(self, row: Outbox) -> Document:
        """The document that asks for an act. Raises LookupError when it was voided."""
        found = self.standing(row)
        if found is None:
            raise LookupError(f"{row.document_number}, which asks for {row.key}, was voided")
        return found

    def standing(self, row: Outbox) -> Document | None:
        """The document that asks for an act; None when it was voided."""
        return next(self._port.documents(DocumentQuery(number=row.document_number, limit=1)), None)

    def act(self, row: Outbox) -> Act:
        """How its kind of act is made. Raises TypeError for a call of the house."""
        found = asked_by(row.key)
        if not isinstance(found, Act):
            raise TypeError(f"{row.key} is no act of a person")
        return found

    def answer(self, row: Outbox) -> Document | None:
        """The answer that the row names, if it answers this act: a row of the database alone proves nothing."""
        number = json.loads(row.note).get("answer")
        found = list(self._port.documents(DocumentQuery(number=number, limit=1))) if number else []
        same = [d for d in found if d.fields.get("request") == row.document_number]
        return same[0] if same and same[0].type == ANSWER else None

    def act_row(self, row: Outbox) -> Outbox:
        """The row itself, or of an approval that of the act behind it."""
        if not is_approval(row):
            return row
        with self._store.view() as session:
            found = self._store.call(session, act_key(row))
        return found or row

    def context(self, act: Act, document: Document) -> CallContext:
        """What making its call takes beside the document: an event that published its terms, papers, posts, addresses."""
        published, wanted = None, act.published_in(document)
        if wanted is not None:
            with self._store.view() as session:
                meant = act.is_meant(document)
                published = inbox.first_event(session, *wanted, meant)
        papers = named_by(self._port, act, document)
        place = self._gateway.deployment
        return CallContext(
            self._posts, published=published, refs=refs_of(papers), papers=papers, place=place
        )

    def missing(self, act: Act, document: Document, context: CallContext) -> Draw | None:
        """What the act draws, when its party has not approved so much yet. Raises CallRefused, BadConfiguration."""
        draw = draw_of(act, document, context, self._gateway)
        account = document.fields["account"]
        return None if draw is None or is_approved(draw, account, self._gateway) else draw

    def end(self, row: Outbox, status: OutboxStatus, reason: str) -> None:
        """Writes a status and its reason to the row of an act."""
        with self._store.unit() as session:
            merged = session.merge(row)
            merged.status, merged.reason = status, reason


def is_approval(row: Outbox) -> bool:
    """True for an approval of tokens that rides in front of an act."""
    return APPROVAL in row.key


def act_key(approval: Outbox) -> str:
    """Key of the act that an approval rides in front of."""
    return approval.key.partition(APPROVAL)[0]


def requests_of(document: Document) -> list[str]:
    """Numbers of the acts that end with a document: its own, and the other side's where two signed."""
    fields = document.fields
    found = (fields.get("request", document.number), fields.get("other_request"))
    return [number for number in found if number is not None]


def call_of(row: Outbox) -> Call:
    """The call in a row of OUTBOX."""
    args, edition_of = tuple(json.loads(row.args)), row.edition_of
    named = row.key, row.aggregate, row.signer, row.contract, row.function
    return Call(*named, args, edition_of=edition_of)
