"""clerk-mistakes: a wrong figure is refused where the clerk is, with both figures named, and nothing is half-done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from erp.kernel.errors import Rejected
from erp.procurement.errors import (
    AlreadyInvoiced,
    AlreadyReceived,
    DuplicateInvoiceNumber,
    OverReceipt,
    UnknownOrder,
)
from erp.procurement.schemas import RecordGoodsReceipt
from erp.quality.errors import InspectionIncomplete
from erp.quality.schemas import RecordInspection
from tests.world import DAY, World

AMOUNT = 1_000_003


def refused(world: World, kind: type[Rejected], *words: str, by: Callable[[], object]) -> None:
    """The act is refused with these words, and neither books nor ring have moved."""
    before = world.bridge.port.last_sequence(), world.sql("SELECT * FROM ledger_balance")
    with pytest.raises(kind) as told:
        by()
    for word in words:
        assert word in str(told.value)
    assert (world.bridge.port.last_sequence(), world.sql("SELECT * FROM ledger_balance")) == before


def test_every_wrong_figure_is_refused_and_the_right_one_still_goes_through(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    before = world.balance("SUPPLIER")
    delivery = world.ship("SUPPLIER", order, 100)
    world.wait(DAY)
    refused(world, OverReceipt, "101", "100", by=lambda: world.receive(order, delivery, 101))
    receipt = world.receive(order, delivery, 100)
    refused(world, AlreadyReceived, by=lambda: world.receive(order, delivery, 100))
    for accepted, rejected in ((101, 0), (60, 39), (100, 1)):
        wrong = RecordInspection(
            receipt=receipt.number, accepted=accepted, rejected=rejected, reason="damaged"
        )
        refused(world, InspectionIncomplete, "100", by=lambda wrong=wrong: world.erp(wrong))
    world.inspect(receipt, 100)
    world.invoice(order, delivery, 100, AMOUNT)
    for number, kind in (("INV-1", DuplicateInvoiceNumber), ("INV-2", AlreadyInvoiced)):
        refused(
            world,
            kind,
            by=lambda number=number: world.invoice(order, delivery, 100, AMOUNT, number),
        )
    world.settle()
    assert world.balance("SUPPLIER") == before + AMOUNT
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize(
    ("quantity", "net", "reason"),
    [
        (100, AMOUNT + 1, f"net amount {AMOUNT + 1} is over tolerance, {AMOUNT} is allowed"),
        (99, AMOUNT, "quantity 99 is invoiced, 100 was accepted"),
    ],
    ids=["price", "quantity"],
)
def test_a_wrong_invoice_is_blocked_and_a_corrected_one_is_paid(
    world: World, quantity: int, net: int, reason: str
) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    before = world.balance("SUPPLIER")
    delivery = world.ship("SUPPLIER", order, 100)
    world.inspect(world.receive(order, delivery, 100), 100)
    world.invoice(order, delivery, quantity, net, "INV-1")
    world.settle()
    match = world.last("match").fields
    assert (match["status"], match["reason"]) == ("BLOCKED", reason)
    assert world.last("match").entries == []
    assert world.balance("SUPPLIER") == before
    world.assert_nothing_waits()
    world.assert_audit_holds()

    world.invoice(order, delivery, 100, AMOUNT, "INV-2")
    world.settle()
    assert world.balance("SUPPLIER") == before + AMOUNT
    assert world.last("order_close").fields["refunded_minor"] == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_order_that_does_not_exist_is_named(world: World) -> None:
    command = RecordGoodsReceipt(
        order="PO-2006-00042", delivery_id=1, quantity=1, received_at=world.now
    )
    refused(world, UnknownOrder, "PO-2006-00042", by=lambda: world.erp(command))
