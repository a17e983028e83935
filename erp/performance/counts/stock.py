"""Metric 103: how much lies in stock on average, from every document that ever moved it (零库存)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from erp.kernel.log.model import Document
from erp.performance.asked import Asked
from erp.performance.counts.deliveries import (
    CLOSE,
    DEFECT,
    INSPECTION,
    RULING,
    SILENCE,
    VOID,
    Place,
    place_of,
    voided_by,
)
from erp.performance.counts.sales import RETURNED

OPENING, ISSUE, REVERSAL = "stock_opening", "goods_issue", "reversal"
SALES_DESPATCH = "sales_despatch"
DESPATCH, RECEIPT = "despatch", "goods_receipt"
OF_DELIVERIES = frozenset({DESPATCH, RECEIPT, INSPECTION, SILENCE, RULING, DEFECT, VOID, CLOSE})
OF_STOCK = frozenset({OPENING, ISSUE, SALES_DESPATCH})
MOVES = OF_DELIVERIES | OF_STOCK | {RETURNED, REVERSAL}


def average_up(documents: Sequence[Document], asked: Asked) -> int:
    """Units of the asked items on hand on average of the window, by time, rounded up."""
    window, unit_seconds = asked.window, 0
    since, level = window.start, 0
    for at, after in levels(documents, asked):
        until = min(max(at, window.start), window.end)
        unit_seconds += level * (until - since)
        since, level = until, after
    unit_seconds += level * (window.end - since)
    return -(-unit_seconds // window.seconds) if window.seconds else level


def levels(documents: Sequence[Document], asked: Asked) -> Iterator[tuple[int, int]]:
    """When each document moved what the asked parties have of the asked items, and how much there was then in all."""
    books = _Books(asked)
    for document in documents:
        books.move(document)
        yield document.at, sum(books.on_hand.values())


@dataclass
class _Delivery:
    """A delivery of a purchase, as far as stocks are concerned."""

    sent: int = 0  # units that left a stock that is known here
    received: int = 0
    accepted: int = 0
    inspected: bool = False

    @property
    def back(self) -> int:
        """Units that the supplier has again."""
        arrived = min(self.sent, self.received)
        return arrived - min(self.accepted, arrived) if self.inspected else 0


Shelf = tuple[str, str]  # entity and item


@dataclass
class _Books:
    """What lies on each shelf of the asked parties, moved by one document after the other as the books were."""

    asked: Asked
    on_hand: dict[Shelf, int] = field(default_factory=lambda: defaultdict(int))
    deliveries: dict[Place, _Delivery] = field(default_factory=lambda: defaultdict(_Delivery))
    moved: dict[str, tuple[Shelf, int]] = field(default_factory=dict)  # by number: what is undone
    sales: dict[str, str] = field(default_factory=dict)  # sales order -> item

    def move(self, document: Document) -> None:
        """Moves what the document moved."""
        f, type_ = document.fields, document.type
        if type_ in OF_STOCK:
            shelf = (f["entity"], f["item"])
            quantity = f["quantity"] if type_ == OPENING else -f["quantity"]
            self.moved[document.number] = (shelf, quantity)
            self._put(shelf, quantity)
            if type_ == SALES_DESPATCH:
                self.sales[f["sales_order"]] = f["item"]
        elif type_ == RETURNED and f["sales_order"] in self.sales:
            self._put((f["entity"], self.sales[f["sales_order"]]), f["good"])
        elif type_ == REVERSAL and f["number"] in self.moved:
            shelf, quantity = self.moved[f["number"]]
            self._put(shelf, -quantity)
        elif type_ in OF_DELIVERIES:
            self._deliver(document)

    def _deliver(self, document: Document) -> None:
        f, type_ = document.fields, document.type
        buyer, supplier = (f["buyer_code"], f["item"]), (f["supplier_code"], f["item"])
        if type_ == DEFECT:
            self._put(buyer, -f["on_hand"])
            return
        if type_ in (VOID, CLOSE):
            for place in voided_by(document):
                found = self.deliveries[place]
                self._put(buyer, -found.accepted)
                self._put(supplier, -found.back)
                self.deliveries[place] = _Delivery(sent=found.sent)
            return
        found = self.deliveries[place_of(document)]
        accepted, back = found.accepted, found.back
        if type_ == DESPATCH:
            found.sent = f["quantity"] - f["cost_unknown"]
            self._put(supplier, -found.sent)
        elif type_ == RECEIPT:
            found.received = f["quantity"]
        elif type_ != SILENCE or f["stands_for_inspection"]:
            found.accepted, found.inspected = f["accepted"], True
            found.received = f["received"] if type_ == RULING else found.received
            self._put(buyer, found.accepted - accepted)
            self._put(supplier, found.back - back)

    def _put(self, shelf: Shelf, quantity: int) -> None:
        """Adds units to a shelf of the asked; takes no more than lies there."""
        if shelf[0] in self.asked.parties and shelf[1] in self.asked.items:
            self.on_hand[shelf] = max(self.on_hand[shelf] + quantity, 0)
