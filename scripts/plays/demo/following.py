"""Follows each line through the ERP's document log: which requisition, tender, order and delivery became of it."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.ports.port import Document, Port

from ..stage.errors import Broken
from .plan import Day, Plan, PlannedLine

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Tendered:
    """Id of the tender that came of a line, the accounts invited to it, and when its windows end, unix seconds."""

    tender_id: int
    invited: tuple[str, ...]
    commit_end: int
    reveal_end: int


@dataclass(frozen=True, slots=True)
class Ordered:
    """Number, id, supplier and amount of the order that came of a line."""

    number: str
    order_id: int
    supplier: str  # account
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """Id and amount of the claim by which a line is paid later."""

    claim_id: int
    amount_minor: int


@dataclass(slots=True)
class LineState:
    """A planned line with the requisition, tender, order and delivery that came of it so far."""

    line: PlannedLine
    requisition: str | None = None
    tender: Tendered | None = None
    order: Ordered | None = None
    delivery_id: int | None = None
    paid: bool = False
    claim: Claimed | None = None  # where it is paid later
    collected: bool = False  # its claim was paid when due

    def claimed(self) -> Claimed:
        """Returns its claim. Raises Broken when there is none yet."""
        if self.claim is None:
            raise Broken(f"line {self.line.purchase.id} ({self.requisition}) has no claim yet")
        return self.claim

    @property
    def is_open(self) -> bool:
        """True while its supplier, or whoever holds its claim, has not been paid."""
        return not self.paid or bool(self.line.payment_days and not self.collected)

    def tendered(self) -> Tendered:
        """Returns its tender. Raises Broken when there is none yet."""
        if self.tender is None:
            raise Broken(f"line {self.line.purchase.id} ({self.requisition}) has no tender yet")
        return self.tender

    def ordered(self) -> Ordered:
        """Returns its order. Raises Broken when there is none yet."""
        if self.order is None:
            raise Broken(f"line {self.line.purchase.id} ({self.requisition}) has no order yet")
        return self.order

    def despatched(self) -> int:
        """Returns the id of its delivery. Raises Broken when nothing was despatched yet."""
        if self.delivery_id is None:
            raise Broken(
                f"line {self.line.purchase.id} ({self.requisition}) was not despatched yet"
            )
        return self.delivery_id


class Following:
    """The state of every line, kept up to date from the ERP's document log."""

    def __init__(self, plan: Plan, port: Port) -> None:
        self.states = [LineState(line) for line in plan.lines]
        self._port = port
        self._read_to = 0
        self._requisitions: dict[str, LineState] = {}
        self._orders: dict[int, LineState] = {}
        self.paid = 0

    def ready(self, day: Day) -> bool:
        """Returns True when the tenders, orders and deliveries that this day's acts need are known."""
        states = self.states
        return (
            all(states[i].tender for i in day.commits)
            and all(states[i].order for i in day.ships)
            and all(states[i].delivery_id for i in day.receives)
            and all(states[i].claim for i in day.sells)
        )

    def read(self) -> None:
        """Reads the document log from where it stopped and updates the states."""
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
                ends = fields["commit_end"], fields["reveal_end"]
                state.tender = Tendered(fields["tender_id"], tuple(fields["invited"]), *ends)
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
            case "receivable":
                claim = Claimed(fields["claim_id"], fields["amount_minor"])
                self._orders[fields["order_id"]].claim = claim
            case "receivable_payment":
                self._orders[fields["order_id"]].collected = True
            case _:
                pass
