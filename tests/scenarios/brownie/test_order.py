"""Orders with escrow, part deliveries and payment on acceptance, told as Brownie stories."""

from __future__ import annotations

import pytest
from house import DAY, GRACE, MONEY, SILENCE, House, reference, refuses


def test_good_goods_on_time_are_paid_when_accepted_and_the_rest_returns(house: House) -> None:
    order = house.funded_order(100, 1_000_000, tax_bps=1_300, tolerance_bps=100)
    (escrowed,) = house.order(order, "escrowed")
    assert house.money("buyer") == MONEY - escrowed
    delivery = house.ship(order, 100)
    house.receive(order, delivery, 100)
    house.inspect(order, delivery, 100)
    sent = house.accept(order, delivery, 1_000_000, tax=130_000)
    assert sent.events["PaymentReleased"]["paid"] == 1_130_000
    assert sent.events["OrderClosed"]["refunded"] == escrowed - 1_130_000
    assert house.money("supplier") == MONEY + 1_130_000
    assert house.money("buyer") == MONEY - 1_130_000
    assert house.token.balanceOf(house.orders) == 0
    assert house.score("supplier") > house.score("rival")


def test_three_parts_of_an_amount_that_three_does_not_divide_add_up(house: House) -> None:
    order = house.funded_order(quantity=3, amount=100)
    assert [house.deliver(order, 1) for _ in range(3)] == [33, 33, 34]
    assert house.order(order, "status", "acceptedAmount", "escrowed") == (3, 100, 0)
    assert house.money("supplier") == MONEY + 100


def test_a_late_part_is_paid_less_the_penalty_and_what_was_rejected_may_come_again(
    house: House,
) -> None:
    order = house.funded_order(100, 1_000_000)
    house.wait(32 * DAY)
    first = house.ship(order, 100)
    house.receive(order, first, 100)
    house.inspect(order, first, 60)
    sent = house.accept(order, first, 600_000)
    released, credited = sent.events["PaymentReleased"], sent.events["CreditRecorded"]
    days = house.orders.delivery(order, first).dict()["daysLate"]
    assert released["penalty"] == 600_000 * 100 * days // 10_000
    assert released["paid"] == 600_000 - released["penalty"]
    assert (credited["deliveryBps"], credited["qualityBps"]) == (10_000 - 200 * days, 6_000)
    with refuses("PurchaseOrders_OutOfBounds"):
        house.ship(order, 41)
    house.wait(20 * DAY)
    second = house.ship(order, 40)
    house.receive(order, second, 40)
    house.inspect(order, second, 40)
    capped = house.accept(order, second, 400_000).events["PaymentReleased"]
    assert capped["penalty"] == 400_000 * 500 // 10_000


@pytest.mark.parametrize(
    ("received", "accepted", "net", "error"),
    [
        (101, 0, 0, "PurchaseOrders_OutOfBounds"),
        (90, 91, 0, "PurchaseOrders_OutOfBounds"),
        (90, 90, 909_001, "PurchaseOrders_OutOfBounds"),
        (90, 90, 890_999, "PurchaseOrders_OutOfBounds"),
    ],
)
def test_more_than_there_was_is_refused(
    house: House, received: int, accepted: int, net: int, error: str
) -> None:
    order = house.funded_order(100, 1_000_000, tolerance_bps=100)
    delivery = house.ship(order, 100)
    with refuses(error):
        house.receive(order, delivery, received)
        house.inspect(order, delivery, accepted)
        house.accept(order, delivery, net)
    assert house.money("supplier") == MONEY


def test_the_same_report_is_refused_the_second_time(house: House) -> None:
    order = house.funded_order()
    ref, by = reference(), house.by("supplier")
    house.orders.ship(order, 1, 50, ref, by)
    with refuses("PurchaseOrders_OutOfBounds"):
        house.orders.ship(order, 1, 50, ref, by)
    house.receive(order, 1, 50)
    with refuses("PurchaseOrders_WrongDeliveryStatus"):
        house.receive(order, 1, 50)
    house.inspect(order, 1, 50)
    with refuses("PurchaseOrders_WrongDeliveryStatus"):
        house.inspect(order, 1, 50)
    house.accept(order, 1, 500_000)
    with refuses("PurchaseOrders_WrongDeliveryStatus"):
        house.accept(order, 1, 500_000)
    assert house.money("supplier") == MONEY + 500_000


def test_only_the_supplier_ships_and_only_the_attester_reports(house: House) -> None:
    order = house.funded_order()
    with refuses("PurchaseOrders_NotTheParty"):
        house.orders.ship(order, 1, 100, reference(), house.by("rival"))
    delivery = house.ship(order, 100)
    now = house.chain[-1].timestamp
    for role in ("supplier", "buyer"):
        with refuses("Room_NotTheHolder"):
            house.orders.receiveDelivery(order, delivery, 100, now, reference(), house.by(role))


def test_an_attester_that_falls_silent_cannot_keep_the_supplier_from_its_money(
    house: House,
) -> None:
    order = house.funded_order(100, 1_000_000)
    delivery = house.ship(order, 100)
    house.receive(order, delivery, 100)
    with refuses("Room_TooEarly"):
        house.orders.claim(order, delivery, house.by("stranger"))
    house.wait(SILENCE)
    sent = house.orders.claim(order, delivery, house.by("stranger"))
    assert sent.events["PaymentReleased"]["paid"] == 1_000_000
    assert house.money("supplier") == MONEY + 1_000_000


def test_a_supplier_that_never_delivers_loses_credit_and_the_escrow_returns(house: House) -> None:
    order = house.funded_order(100, 1_000_000)
    with refuses("Room_TooEarly"):
        house.orders.close(order, house.by("stranger"))
    house.wait(30 * DAY + GRACE + SILENCE)
    house.orders.close(order, house.by("stranger"))
    assert house.money("buyer") == MONEY
    assert house.score("supplier") < house.score("rival")


def test_an_order_that_is_not_funded_in_time_is_anybodys_to_cancel(house: House) -> None:
    sent = house.play(house.open_tender(), {"supplier": 1_000_000})
    order = sent.events["TenderAwarded"]["orderId"]
    with refuses("Room_TooEarly"):
        house.orders.cancel(order, house.by("stranger"))
    house.wait(DAY)
    with refuses("Room_TooLate"):
        house.fund(order)
    house.orders.cancel(order, house.by("stranger"))
    assert house.order(order, "status") == (4,)
    assert house.score("supplier") == house.score("rival")
