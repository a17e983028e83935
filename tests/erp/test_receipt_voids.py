"""Receipts that came too late for the outside: entries, goods, budget and invoices go back, and what is refused."""

from __future__ import annotations

import pytest

from erp.kernel.errors import Disagrees, WrongStatus
from erp.kernel.log.model import Document
from erp.procurement.errors import AlreadyAttested, NotLostYet, ReceiptTooLate
from erp.procurement.rules import DeliveryStatus, InvoiceStatus
from erp.procurement.schemas import AttestReceipt, RecordReceiptVoid
from erp.procurement.tables import Delivery, PurchaseOrder, SupplierInvoice
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock
from tests.erp.test_order_changes import reported
from tests.erp.test_rulings import check, dispute, ruling
from tests.erp.test_worked_case import booked
from tests.erp.world import DAY, World

PRICE = 11_500  # a unit
TAX = 1_495
GRACE, SILENCE = 10 * DAY, 3 * DAY
ORDERED = 1_150_000


def lose(world: World) -> None:
    """Time passes until the order takes no receipt any more."""
    world.now = world.promised_at(1) + GRACE + 2 * SILENCE


def void(receipt: str, delivery_id: int = 1) -> RecordReceiptVoid:
    """The outside took no receipt."""
    return RecordReceiptVoid(order_id=1, delivery_id=delivery_id, receipt=receipt)


def attested(receipt: Document) -> AttestReceipt:
    """The receipt stands outside."""
    f = receipt.fields
    return AttestReceipt(
        order_id=1, delivery_id=f["delivery_id"], receipt=receipt.number, quantity=f["quantity"],
        received_at=f["received_at"], days_late=f["days_late"],
    )  # fmt: skip


def test_what_was_inspected_and_matched_goes_back_to_where_it_was_before_the_receipt(
    house: World,
) -> None:
    """Of 90 sent 85 came and 60 passed; of the goods 65 are known here, 6,500.00, of which 5 were sent back."""
    order = house.funded()
    house.despatch(90)
    receipt = house.receive(order, 85).number
    house.invoice(order, 60, 690_000, 89_700)
    inspection = house.inspect(receipt, 60, 25)
    lose(house)
    voided = house.do(void(receipt))
    match = house.last("match").number
    assert voided.fields["voided"] == [receipt, inspection.number, match]
    back = 60 * PRICE
    assert booked(voided) == [
        ("buyer", "GL", {"2202.01": back + 60 * TAX}, {"2202.02": back, "2221.05": 60 * TAX}),
        ("supplier", "GL", {"1122.02": back, "2221.01.06": 60 * TAX}, {"1122.01": back + 60 * TAX}),
        ("buyer", "GL", {"2202.02": back}, {"1403": back}),
        ("supplier", "GL", {"6001": back}, {"1122.02": back}),
        ("supplier", "GL", {"1406": 600_000}, {"6401": 600_000}),
        ("supplier", "GL", {"1406": 50_000}, {"1405": 50_000}),
        ("buyer", "BUD", {"9004": back}, {"9001": back}),
    ]
    delivery = house.rows_of(Delivery, 1, 1)
    assert (delivery.status, delivery.receipt, delivery.received) == (
        DeliveryStatus.SHIPPED,
        None,
        0,
    )
    assert (delivery.goods, delivery.goods_cost_minor) == (65, 650_000)
    assert house.rows_of(SupplierInvoice, "SI-2026-00001").status == InvoiceStatus.OPEN
    check(house)


def test_what_was_missing_travels_again(house: World) -> None:
    order = house.funded()
    house.despatch(90)
    receipt = house.receive(order, 30).number
    lose(house)
    assert booked(house.do(void(receipt))) == [
        ("supplier", "GL", {"1406": 350_000}, {"1901": 350_000})
    ]
    check(house)


def test_what_was_issued_meanwhile_costs_nothing_and_the_others_are_valued_without_it(
    world: World,
) -> None:
    order = world.funded()
    for delivery, quantity in ((1, 30), (2, 40)):
        world.despatch(quantity, delivery)
    late, other = (world.receive(order, n, d) for d, n in ((1, 30), (2, 40)))
    world.do(attested(other))
    world.inspect(late.number, 30)
    inspection = world.inspect(other.number, 40)
    world.do(IssueStock(entity="buyer", item="bolt", quantity=50, purpose=Purpose.PRODUCTION))
    lose(world)
    world.do(void(late.number))
    check(world)
    reported(world, inspection)
    check(world)


def test_the_end_of_an_order_takes_back_what_the_outside_never_took(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    receipt = world.receive(order, 90).number
    inspection = world.inspect(receipt, 90)
    end = world.closing(0, 0, world.rows_of(PurchaseOrder, 1).escrowed_minor)
    with pytest.raises(Disagrees):  # in time it would have been reported
        world.do(end)
    lose(world)
    closed = world.do(end)
    assert closed.fields["voided"] == [receipt, inspection.number]
    assert (closed.fields["lost"], closed.fields["released_minor"]) == ([1], ORDERED)
    check(world)


def test_nothing_is_received_of_what_is_lost_unless_its_supplier_disputes_that(
    world: World,
) -> None:
    order = world.funded()
    world.despatch(90)
    world.now = world.promised_at(1) + GRACE + 2 * SILENCE - 1
    receipt = world.receive(order, 90).number
    with pytest.raises(NotLostYet):
        world.do(void(receipt))
    lose(world)
    world.do(void(receipt))
    with pytest.raises(ReceiptTooLate):
        world.receive(order, 90)
    world.do(dispute())
    again = world.receive(order, 90).number
    with pytest.raises(NotLostYet):
        world.do(void(again))
    check(world)


def test_a_receipt_that_the_outside_has_or_that_was_settled_is_not_taken_back(
    world: World,
) -> None:
    order = world.funded()
    world.despatch(40)
    world.despatch(50, 2)
    known, other = (world.receive(order, n, d) for d, n in ((1, 40), (2, 50)))
    world.do(attested(known))
    world.do(ruling(50, 50 * PRICE, delivery_id=2, received=50))
    lose(world)
    for receipt, delivery in ((known, 1), (other, 2)):
        with pytest.raises(AlreadyAttested):
            world.do(void(receipt.number, delivery))
    check(world)


def test_only_the_receipt_that_stands_is_taken_back_and_only_while_there_is_room(
    world: World,
) -> None:
    order = world.funded()
    world.despatch(90)
    with pytest.raises(Disagrees, match="receipt"):
        world.do(void("GR-2026-00009"))
    receipt = world.receive(order, 50).number
    world.despatch(50, 2)  # no chain says so: there all 90 are under way
    lose(world)
    with pytest.raises(Disagrees, match="within_the_order"):
        world.do(void(receipt))
    check(world)


def test_of_an_order_that_is_over_no_receipt_is_taken_back(world: World) -> None:
    order = world.funded()
    world.despatch(90)
    receipt = world.receive(order, 90).number
    lose(world)
    world.do(world.closing(0, 0, world.rows_of(PurchaseOrder, 1).escrowed_minor))
    with pytest.raises(WrongStatus):
        world.do(void(receipt))
    check(world)
