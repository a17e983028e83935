"""Follows each line through the ERP's document log: which requisition, tender, order and delivery became of it."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.ports.port import Document, Port

from .errors import Broken
from .plan import Day, Plan, PlannedLine

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Tendered:
    """The tender of a line."""

    tender_id: int
    invited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """The order of a line."""

    number: str
    order_id: int
    supplier: str  # account
    amount_minor: int


@dataclass(slots=True)
class LineState:
    """How far a line has come."""

    line: PlannedLine
    requisition: str | None = None
    tender: Tendered | None = None
    order: Ordered | None = None
    delivery_id: int | None = None
    paid: bool = False

    def tendered(self) -> Tendered:
        """Its tender. Raises Broken when there is none yet."""
        if self.tender is None:
            raise Broken(f"line {self.line.purchase.id} ({self.requisition}) has no tender yet")
        return self.tender

    def ordered(self) -> Ordered:
        """Its order. Raises Broken when there is none yet."""
        if self.order is None:
            raise Broken(f"line {self.line.purchase.id} ({self.requisition}) has no order yet")
        return self.order

    def despatched(self) -> int:
        """Its delivery. Raises Broken when nothing is on its way yet."""
        if self.delivery_id is None:
            raise Broken(
                f"line {self.line.purchase.id} ({self.requisition}) was not despatched yet"
            )
        return self.delivery_id


class Following:
    """All lines, kept up to date from the document log."""

    def __init__(self, plan: Plan, port: Port) -> None:
        self.states = [LineState(line) for line in plan.lines]
        self._port = port
        self._read_to = 0
        self._requisitions: dict[str, LineState] = {}
        self._orders: dict[int, LineState] = {}
        self.paid = 0

    def ready(self, day: Day) -> bool:
        """True when all that today's acts rest on is known."""
        states = self.states
        return (
            all(states[i].tender for i in day.commits)
            and all(states[i].order for i in day.ships)
            and all(states[i].delivery_id for i in day.receives)
        )

    def read(self) -> None:
        """What was logged since the last time is taken in."""
        for state in self.states:
            if state.requisition is not None:
                self._requisitions.setdefault(state.requisition, state)
        while documents := self._port.changes(self._read_to, PAGE):
            for document in documents:
                self._take(document)
            self._read_to = documents[-1].sequence

    def _take(self, document: Document) -> None:
        fields = document.fields
        match document.type:
            case "tender":
                state = self._requisitions[fields["requisition"]]
                state.tender = Tendered(fields["tender_id"], tuple(fields["invited"]))
            case "purchase_order":
                state = self._requisitions[fields["requisition"]]
                state.order = Ordered(
                    document.number, fields["order_id"], fields["supplier"], fields["amount_minor"]
                )
                self._orders[fields["order_id"]] = state
            case "despatch":
                self._orders[fields["order_id"]].delivery_id = fields["delivery_id"]
            case "payment":
                self._orders[fields["order_id"]].paid = True
                self.paid += 1
            case _:
                pass
