"""Which documents show what a party reached: for each metric, those of the party and of the bet's group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy.orm import Session

from erp.groups.public import find_by_code
from erp.kernel.log.model import Document
from erp.kernel.log.queries import by_number, by_sequences, select_documents
from erp.kernel.rows import Rows
from erp.ledger.queries import posting_documents
from erp.performance.asked import Asked, Span
from erp.performance.counts import deliveries, money, reviews, sales, stock
from erp.performance.counts.deliveries import place_of
from erp.performance.metrics import INDEX, VALUE
from erp.procurement.public import find_order

PAGE = 1_000
MAX_EVIDENCE = 4_096  # documents that one report lists
INSTEAD = frozenset({deliveries.RULING, deliveries.SILENCE})  # of what was inspected before

Finder = Callable[[Session, Asked], list[Document]]


# ---- deliveries to buyers -----------------------------------------------------------------------


def inspected(session: Session, asked: Asked) -> list[Document]:
    """Inspections and settled defects of the party's deliveries in the window, and what counts instead of the former."""
    types = INSTEAD | {deliveries.INSPECTION, deliveries.DEFECT}
    documents = [
        d
        for d in _told_of(session, asked, types)
        if d.type != deliveries.SILENCE or d.fields["instead_of"] is not None
    ]
    own = [d for d in documents if d.type not in INSTEAD and asked.window.holds(d.at)]
    return _with_later(documents, own, deliveries.INSPECTION)


def received(session: Session, asked: Asked) -> list[Document]:
    """Receipts of the party's deliveries in the window, what was ruled about them, and orders that are open at its end."""
    orders = frozenset({deliveries.ORDER, deliveries.AMENDMENT})
    types = orders | {deliveries.ATTESTATION, deliveries.RULING}
    documents = _told_of(session, asked, types)
    own = [
        d
        for d in documents
        if (d.type == deliveries.ATTESTATION and asked.window.holds(d.fields["received_at"]))
        or (d.type in orders and _is_open(session, d, documents, asked.window))
    ]
    return _with_later(documents, own, deliveries.ATTESTATION)


def _with_later(documents: list[Document], own: list[Document], about: str) -> list[Document]:
    """The own ones, and the rulings and claims among the documents that concern a delivery of theirs."""
    places = {place_of(d) for d in own if d.type == about}
    kept = {d.sequence for d in own}
    kept |= {d.sequence for d in documents if d.type in INSTEAD and place_of(d) in places}
    return [d for d in documents if d.sequence in kept]


def _told_of(session: Session, asked: Asked, types: frozenset[str]) -> list[Document]:
    """Documents of these types about orders that the party supplies, of the group where one is asked for, in sequence."""
    rows = Rows.of(session)
    after = 0 if deliveries.ORDER in types else asked.after
    return [
        d
        for d in _all(session, types, after)
        if d.fields.get("supplier_code") in asked.parties and _is_of(rows, asked, d)
    ]


def _is_of(rows: Rows, asked: Asked, document: Document) -> bool:
    if not asked.chain_group:
        return True
    order = find_order(rows, document.fields["order_id"])
    return order is not None and order.chain_group == asked.chain_group


def _is_open(session: Session, document: Document, known: list[Document], window: Span) -> bool:
    """Whether an order was promised before the window's end, and had not come whole by then."""
    order = find_order(Rows.of(session), document.fields["order_id"])
    if order is None or order.promised_at >= window.end:
        return False
    came: int = sum(
        d.fields["quantity"]
        for d in known
        if d.type == deliveries.ATTESTATION
        and d.fields["order_id"] == order.order_id
        and d.fields["received_at"] < window.end
    )
    return came < order.quantity


# ---- sales and stock ----------------------------------------------------------------------------


def stocked(session: Session, asked: Asked) -> list[Document]:
    """Every document until the window's end that moved what the party has of the group's things, whatever it names."""
    despatched: set[str] = set()
    moved: set[str] = set()
    found = []
    for document in _all(session, stock.MOVES, 0):
        f = document.fields
        if document.at >= asked.window.end:
            continue
        if document.type == sales.RETURNED:
            own = f["sales_order"] in despatched
        elif document.type == stock.REVERSAL:
            own = f["number"] in moved
        elif document.type == deliveries.CLOSE and not f["voided"]:
            own = False
        else:
            holders = {f.get(name) for name in ("entity", "buyer_code", "supplier_code")}
            own = f["item"] in asked.items and bool(holders & asked.parties)
        if own:
            found.append(document)
            moved.add(document.number)
            if document.type == stock.SALES_DESPATCH:
                despatched.add(f["sales_order"])
    return found


def sold(session: Session, asked: Asked) -> list[Document]:
    """Deliveries to customers in the window, and returns in it."""
    return [
        d
        for d in _of_sales(session, asked, {sales.DELIVERED, sales.RETURNED})
        if asked.window.holds(d.fields.get("delivered_at", d.at))
    ]


def answered(session: Session, asked: Asked) -> list[Document]:
    """Deliveries to customers in the window, and their orders."""
    documents = _of_sales(session, asked, {sales.ORDERED, sales.DELIVERED})
    own = [
        d
        for d in documents
        if d.type == sales.DELIVERED and asked.window.holds(d.fields["delivered_at"])
    ]
    kept = {d.number for d in own} | {d.fields["sales_order"] for d in own}
    return [d for d in documents if d.number in kept]


def served(session: Session, asked: Asked) -> list[Document]:
    """All deliveries, until the window's end, to customers that had one in the window."""
    documents = [
        d
        for d in _of_sales(session, asked, {sales.DELIVERED})
        if d.fields["delivered_at"] < asked.window.end
    ]
    whose = {
        d.fields["customer"] for d in documents if d.fields["delivered_at"] >= asked.window.start
    }
    return [d for d in documents if d.fields["customer"] in whose]


def _of_sales(session: Session, asked: Asked, types: Iterable[str]) -> list[Document]:
    return [
        d
        for d in _all(session, types, 0)
        if asked.is_of(d.fields["entity"], d.fields["chain_group"] or "")
    ]


def ordered(session: Session, asked: Asked) -> list[Document]:
    """Orders of the group's things in the window, of anybody's customers, and their cancellations before its end."""
    found, numbers = [], set()
    for document in _all(session, {sales.ORDERED, sales.CANCELLED}, 0):
        if document.at >= asked.window.end:
            continue
        if document.type == sales.CANCELLED:
            own = document.fields["sales_order"] in numbers
        else:
            own = document.fields["item"] in asked.items and asked.window.holds(document.at)
            numbers |= {document.number} if own else set()
        found += [document] if own else []
    return found


def said(session: Session, asked: Asked) -> list[Document]:
    """What customers said of the party in the window."""
    return [
        d
        for d in _all(session, {reviews.REVIEW}, 0)
        if asked.is_of(d.fields["party"], d.fields["chain_group"] or "")
        and asked.window.holds(d.at)
    ]


# ---- money --------------------------------------------------------------------------------------


def paid_for(session: Session, asked: Asked) -> list[Document]:
    """Documents that posted to sales accounts of the party in the window."""
    return _posting(session, asked, money.SALES_ACCOUNTS)


def earned(session: Session, asked: Asked) -> list[Document]:
    """Documents that posted to margin accounts of the asked in the window."""
    return _posting(session, asked, money.MARGIN_ACCOUNTS)


def added(session: Session, asked: Asked) -> list[Document]:
    """The proposal on which the group was approved, which names the base; and what posted to margin accounts."""
    group = find_by_code(Rows.of(session), asked.chain_group)
    proposal = by_number(session, group.proposal) if group is not None and group.proposal else None
    base = [proposal] if proposal is not None else []
    return sorted(base + earned(session, asked), key=lambda d: d.sequence)


def _posting(session: Session, asked: Asked, accounts: frozenset[str]) -> list[Document]:
    sequences = posting_documents(
        session,
        entities=asked.parties,
        accounts=accounts,
        chain_group=asked.chain_group,
        start=asked.window.start,
        end=asked.window.end,
        limit=MAX_EVIDENCE + 1,
    )
    return by_sequences(session, sequences)


def _all(session: Session, types: Iterable[str], after: int) -> Iterable[Document]:
    """All documents of these types after a sequence, in sequence."""
    while page := select_documents(session, types=types, after=after, limit=PAGE):
        yield from page
        after = page[-1].sequence


EVIDENCE: Mapping[int, Finder] = {
    101: inspected,
    102: received,
    103: stocked,
    104: sold,
    105: paid_for,
    106: said,
    108: earned,
    110: answered,
    111: served,
    112: served,
    INDEX: ordered,
    VALUE: added,
}
