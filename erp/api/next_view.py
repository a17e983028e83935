"""What comes next, as answers tell it: acts that wait for somebody, and moments at which time alone decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.shown import ClassedView
from erp.api.tokens import Principal
from erp.boards import steps, time
from erp.kernel.field_class import classed
from erp.kernel.log.queries import told_at
from erp.procurement.tables import Delivery, PurchaseOrder, SupplierInvoice


class TimeView(ClassedView):
    """A moment at which time decides, and what follows without anybody asking."""

    classes = classed("kind about path at name then then_zh passed")

    kind: str = Field(examples=["order"])
    about: str = Field(examples=["PO-2026-00001"])
    path: str
    at: int = Field(description="unix seconds")
    name: str = Field(examples=["promised_at"])
    then: str
    then_zh: str
    passed: bool = Field(description="it was, and what follows was not done yet")


class NextStepView(ClassedView):
    """An act that is to come next, and whose it is."""

    classes = classed("what by party delivery_id quantity since until yours")

    what: str = Field(examples=["receive"])
    by: str = Field(
        description="a role; `bridge`: it follows by itself; `arbiter`: a ruling on the chain",
        examples=["warehouse"],
    )
    party: str | None = Field(description="whose office it is", examples=["HEFEI"])
    delivery_id: int | None = Field(description="null: it is about the whole order")
    quantity: int | None
    since: int | None = Field(description="unix seconds; null: not kept")
    until: int | None = Field(description="unix seconds; null: without end")
    yours: bool = Field(description="whether you are the one")


def time_view(kind: str, about: str, path: str, one: time.Edge, now: int) -> TimeView:
    """The moment as it is shown."""
    return TimeView(
        kind=kind, about=about, path=path, at=one.at, name=one.name, then=one.then, then_zh=one.then_zh,
        passed=one.at <= now,
    )  # fmt: skip


def reports_of(session: Session, deliveries: Iterable[Delivery]) -> dict[str, int]:
    """When the receipt of each delivery was reported outside, unix seconds, by the number of that document."""
    return told_at(
        session, {each.receipt_attestation for each in deliveries if each.receipt_attestation}
    )


def times_of_order(
    order: PurchaseOrder, deliveries: Sequence[Delivery], reported: dict[str, int], now: int
) -> list[TimeView]:
    """What time will do of an order, the nearest first."""
    found = sorted(time.of_order(order, deliveries, reported), key=lambda one: one.at)
    path = f"/orders/{order.number}"
    return [time_view("order", order.number, path, one, now) for one in found]


def steps_of_order(
    caller: Principal,
    order: PurchaseOrder,
    deliveries: Sequence[Delivery],
    invoices: Sequence[SupplierInvoice],
    reported: dict[str, int],
) -> list[NextStepView]:
    """Who has to do what next of an order."""
    return [
        NextStepView(
            what=each.what, by=str(each.by), party=each.party, delivery_id=each.delivery_id, quantity=each.quantity,
            since=each.since, until=each.until, yours=is_for(caller, each),
        )
        for each in steps.of_order(order, deliveries, invoices, reported)
    ]  # fmt: skip


def is_for(caller: Principal, step: steps.NextStep) -> bool:
    """Whether an act waits for a caller: its role, and the party's office where the caller speaks for parties."""
    return step.by == caller.role and (caller.parties is None or step.party in caller.parties)
