"""What happened to each order, to the escrow and to each supplier's credit, read back from the document log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bridge.ports.port import Document, DocumentQuery, Port
from bridge.ports.vocabulary import AccountRole

DOCUMENTS_MAX = 10_000_000


@dataclass(slots=True)
class OrderStory:
    """When an order came so far, unix seconds; None: it did not."""

    number: str
    supplier: str  # code
    amount_minor: int
    promised_at: int
    opened_at: int
    shipped_at: int | None = None
    received_at: int | None = None
    paid_at: int | None = None
    days_late: int = 0


@dataclass(slots=True)
class Story:
    """Orders in the order of their opening, the escrow after each change, and the scores of each supplier."""

    orders: list[OrderStory] = field(default_factory=list)
    escrow: list[tuple[int, int]] = field(default_factory=list)  # unix seconds, minor units
    credit: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # code -> (time, bps)


def read_story(port: Port) -> Story:
    """The story of a play from its ERP."""
    documents = port.documents(DocumentQuery(limit=DOCUMENTS_MAX))
    custody = {a for a, role in port.roles().items() if role is AccountRole.ESCROW}
    return story_of(documents, custody)


def story_of(documents: Iterable[Document], custody: set[str]) -> Story:
    """The story that documents tell; `custody` are the accounts of money in escrow."""
    story, known, held = Story(), dict[str, OrderStory](), 0
    for document in documents:
        fields = document.fields
        if document.type == "purchase_order":
            order = OrderStory(
                document.number, str(fields["supplier_code"]), int(fields["amount_minor"]),
                int(fields["promised_at"]), document.at,
            )  # fmt: skip
            known[document.number] = order
            story.orders.append(order)
        elif (found := known.get(str(fields.get("order")))) is not None:
            _go_on(found, document)
        if document.type == "credit_outcome":
            scores = story.credit.setdefault(str(fields["supplier_code"]), [])
            scores.append((document.at, int(fields["score_bps"])))
        moved = _moved(document, custody)
        if moved:
            held += moved
            story.escrow.append((document.at, held))
    return story


def _go_on(order: OrderStory, document: Document) -> None:
    fields: Mapping[str, object] = document.fields
    if document.type == "despatch":
        order.shipped_at = document.at
    elif document.type == "goods_receipt":
        order.received_at = int(str(fields["received_at"]))
        order.days_late = max(order.days_late, int(str(fields["days_late"])))
    elif document.type == "payment":
        order.paid_at = document.at


def _moved(document: Document, custody: set[str]) -> int:
    """Money that came into escrow with a document, less what left it."""
    return sum(
        line["debit"] - line["credit"]
        for entry in document.entries
        for line in entry["lines"]
        if line["account"] in custody
    )
