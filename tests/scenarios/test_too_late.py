"""Goods that arrive when their order is lost: no side takes the receipt, and nothing waits behind one that crossed."""

from __future__ import annotations

import pytest

from bridge.ports.port import Document
from erp.procurement.errors import ReceiptTooLate
from erp.procurement.schemas import RequestOrderClose
from tests.amendments import amend
from tests.scenarios.test_rulings import dispute, stock
from tests.scenarios.test_silence import AMOUNT, GRACE, SILENCE
from tests.world import BUYER, DAY, World


def lost_at(order: Document) -> int:
    """From here on the contract takes no receipt of the order."""
    return int(order.fields["promised_at"]) + GRACE + 2 * SILENCE


def assert_whole(world: World) -> None:
    """Nothing waits, and chain and books are the same."""
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize("booked", ["received", "rejected", "inspected", "matched"])
def test_a_receipt_that_the_bridge_brings_too_late_is_taken_back_and_nothing_waits_behind_it(
    world: World, booked: str
) -> None:
    """The bridge was away: what the clerks booked of it is undone, and the other delivery is paid and ends the order."""
    order = world.tender({"SUPPLIER": AMOUNT})
    before, free = world.balance("SUPPLIER"), world.available()
    first, second = (world.ship("SUPPLIER", order, quantity) for quantity in (40, 30))
    other = world.receive(order, second, 30)
    world.settle()
    world.node.reach_time(lost_at(order) - 1)
    late = world.receive(order, first, 35)
    if booked != "received":
        world.inspect(late, 0 if booked == "rejected" else 33)
    if booked == "matched":
        world.invoice(order, first, 33, 330_000, "INV-1")
    world.inspect(other, 30)
    world.invoice(order, second, 30, 300_000, "INV-2")
    world.wait(DAY)
    world.settle()
    void = world.last("receipt_void").fields
    assert (void["receipt"], void["delivery_id"]) == (late.number, first)
    assert void["voided"][0] == late.number
    paid = world.last("payment").fields
    assert (paid["delivery_id"], paid["net_minor"]) == (second, 300_000)
    assert world.balance("SUPPLIER") == before + paid["paid_minor"]
    assert stock(world)[:2] == (9 + 30, 70)
    assert_whole(world)

    world.wait(SILENCE)
    world.erp(RequestOrderClose(order=order.number))
    world.settle()
    assert world.last("order_close").fields["lost"] == [first]
    assert world.last("order_close").fields["voided"] == []
    assert stock(world) == (9 + 30, 0, 90_000 + 300_000)
    assert world.available() == free + AMOUNT - 300_000
    assert_whole(world)


@pytest.mark.parametrize("booked", ["received", "inspected", "matched"])
def test_the_end_of_an_order_takes_back_what_was_received_here_alone(
    world: World, booked: str
) -> None:
    """Somebody ended the order before the bridge came to report anything of it."""
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.settle()
    world.node.reach_time(lost_at(order) - 1)
    late = world.receive(order, delivery, 95)
    if booked != "received":
        world.inspect(late, 90)
    if booked == "matched":
        world.invoice(order, delivery, 90, 900_002)
    world.wait(DAY)
    world.transact("RIVAL", "PurchaseOrders", "close", order.fields["order_id"])
    world.settle()
    close = world.last("order_close").fields
    assert (close["lost"], close["voided"][0]) == ([delivery], late.number)
    assert len(close["voided"]) == {"received": 1, "inspected": 2, "matched": 3}[booked]
    assert stock(world) == (9, 0, 90_000)
    assert world.balance(BUYER) == 10_000_000
    assert world.documents("receipt_void") == []
    assert_whole(world)


def test_a_receipt_is_refused_here_as_there_until_both_sides_promise_anew(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.settle()
    world.node.reach_time(lost_at(order) - 1)
    late = world.receive(order, delivery, 100)
    world.wait(DAY)
    world.settle()
    assert world.last("receipt_void").fields["voided"] == [late.number]
    with pytest.raises(ReceiptTooLate):
        world.receive(order, delivery, 100)
    amend(world, order, promisedAt=world.now + 5 * DAY)
    world.settle()
    again = world.receive(order, delivery, 100)
    world.settle()
    assert world.last("receipt_attestation").fields["receipt"] == again.number
    world.inspect(again, 100)
    world.invoice(order, delivery, 100, AMOUNT)
    world.settle()
    assert world.last("order_close").fields["refunded_minor"] == 0
    assert_whole(world)


def test_while_its_supplier_disputes_the_silence_a_late_receipt_is_taken(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.settle()
    world.node.reach_time(lost_at(order) - DAY)
    dispute(world, "SUPPLIER", order, delivery)
    world.wait(2 * DAY)
    receipt = world.receive(order, delivery, 100)
    world.settle()
    assert world.last("receipt_attestation").fields["receipt"] == receipt.number
    assert world.documents("receipt_void") == []
    assert_whole(world)
