"""partial-and-reject: two deliveries, part rejected, part late: penalty, refund, exact cumulative payment, a ruling."""

from __future__ import annotations

from typing import Any

import pytest
from house import DAY, MONEY, NOTHING, SILENCE, House, reference, refuses
from signing import sign

QUANTITY, AMOUNT = 70, 1_000_003  # seventy does not divide it
RULING = 30 * DAY


def first_of_two(house: House) -> int:
    """Forty shipped in time and received, of which ten were rejected; the order."""
    order = house.funded_order(QUANTITY, AMOUNT, ceiling=AMOUNT)
    assert house.ship(order, 40) == 1
    house.receive(order, 1, 40)
    house.inspect(order, 1, 30)
    return order


def worth(accepted: int, before: int = 0) -> int:
    """What a part is worth: cumulative, rounded down."""
    return AMOUNT * accepted // QUANTITY - AMOUNT * before // QUANTITY


def test_what_is_rejected_is_not_paid_what_is_late_costs_and_the_rest_returns(
    house: House,
) -> None:
    order = first_of_two(house)
    first = house.accept(order, 1, worth(30)).events["PaymentReleased"]
    assert (first["penalty"], first["paid"]) == (0, worth(30))

    house.wait(32 * DAY)
    assert house.ship(order, 40) == 2  # with the ten again
    house.receive(order, 2, 40)
    house.inspect(order, 2, 35)
    late = house.orders.delivery(order, 2).dict()["daysLate"]
    assert late in (2, 3)
    second = house.accept(order, 2, worth(65, 30)).events["PaymentReleased"]
    assert second["penalty"] == worth(65, 30) * 100 * late // 10_000
    assert first["acceptedAmount"] + second["acceptedAmount"] == worth(65)

    house.wait(30 * DAY + SILENCE)
    refunded = house.orders.close(order, house.by("stranger")).events["OrderClosed"]["refunded"]
    paid = first["paid"] + second["paid"]
    assert refunded == AMOUNT - paid
    assert (house.money("supplier"), house.money("buyer")) == (MONEY + paid, MONEY - paid)
    assert house.held("PurchaseOrders") == 0


def test_parts_paid_one_by_one_make_the_whole_amount(house: House) -> None:
    order = house.funded_order(QUANTITY, AMOUNT, ceiling=AMOUNT)
    paid = [house.deliver(order, part) for part in (1, 9, 33, 27)]
    assert paid == [worth(1), worth(10, 1), worth(43, 10), worth(70, 43)]
    assert sum(paid) == AMOUNT


def test_a_rejection_is_disputed_while_what_is_good_is_paid_and_paid_up_as_the_arbiter_rules(
    house: House,
) -> None:
    order = first_of_two(house)
    house.orders.disputeDelivery(order, 1, reference(), house.by("supplier"))
    assert house.accept(order, 1, worth(30)).events["PaymentReleased"]["paid"] == worth(30)
    received_at = house.orders.delivery(order, 1).dict()["receivedAt"]
    ruling = (order, 1, 40, 38, received_at, reference())
    with refuses("Room_NotTheHolder"):
        house.orders.ruleDelivery(*ruling, house.by("buyer"))
    sent = house.orders.ruleDelivery(*ruling, house.by("arbiter"))
    assert sent.events["DeliveryRuled"]["acceptedAmount"] == worth(38)
    assert sent.events["SupplementPaid"]["paid"] == worth(38) - worth(30)
    assert house.money("supplier") == MONEY + worth(38)
    with refuses("Hearing_DisputedBefore"):
        house.orders.disputeDelivery(order, 1, reference(), house.by("supplier"))


def test_a_dispute_that_nobody_rules_lapses_and_the_report_stands(house: House) -> None:
    order = first_of_two(house)
    house.orders.disputeDelivery(order, 1, reference(), house.by("supplier"))
    with refuses("Hearing_RulingOpen"):
        house.orders.lapseDispute(order, 1, house.by("stranger"))
    house.wait(SILENCE + RULING)
    house.orders.lapseDispute(order, 1, house.by("stranger"))
    assert house.accept(order, 1, worth(30)).events["PaymentReleased"]["acceptedAmount"] == worth(
        30
    )


def test_a_dispute_is_taken_back_and_nobody_waits_for_an_arbiter(house: House) -> None:
    order = first_of_two(house)
    house.orders.disputeDelivery(order, 1, reference(), house.by("supplier"))
    house.orders.withdrawDispute(order, 1, house.by("supplier"))
    with refuses("Hearing_NotDisputed"):
        house.orders.lapseDispute(order, 1, house.by("stranger"))
    house.accept(order, 1, worth(30))


def amendment(house: House, order: int, quantity: int, amount: int) -> tuple[Any, ...]:
    """The rest of an order at another quantity and amount."""
    terms, revision = house.order(order, "terms", "revision")
    deadline = house.chain[-1].timestamp + DAY
    return (order, revision + 1, quantity, amount, terms["promisedAt"], NOTHING, deadline)


def test_both_signatures_change_the_rest_of_an_order_exactly(house: House) -> None:
    order = first_of_two(house)
    house.accept(order, 1, worth(30))
    wanted = amendment(house, order, 50, 800_000)
    signed = [
        sign(house, r, "PurchaseOrders", "OrderAmendment", wanted) for r in ("buyer", "supplier")
    ]
    with refuses("OrderRules_NotSigned"):
        house.orders.amend(wanted, signed[0], signed[0], house.by("stranger"))
    sent = house.orders.amend(wanted, *signed, house.by("stranger"))
    assert sent.events["OrderAmended"]["refunded"] == AMOUNT - 800_000
    with refuses("PurchaseOrders_OutOfBounds"):
        house.orders.amend(wanted, *signed, house.by("stranger"))
    house.deliver(order, 20)
    assert house.money("supplier") == MONEY + 800_000
    assert house.held("PurchaseOrders") == 0


@pytest.mark.parametrize(("defective", "paid"), [(7, 100_000), (70, 200_000)])
def test_a_defect_within_the_warranty_is_paid_from_the_guarantee_and_never_more(
    house: House, defective: int, paid: int
) -> None:
    guarantees = house.contracts["Guarantees"]
    won = house.play(house.open_tender(QUANTITY), {"supplier": 1_000_000})
    order = won.events["TenderAwarded"]["orderId"]
    guarantees.requestGuarantee(order, 200_000, 60 * DAY, house.by("buyer"))
    guarantees.pledge(order, 200_000, 60 * DAY, house.by("supplier"))
    house.fund(order)
    house.deliver(order, QUANTITY)
    guarantees.reportDefect(order, 1, defective, reference(), house.by("attester"))
    house.wait(SILENCE)
    sent = guarantees.settleDefect(order, 1, house.by("stranger"))
    assert sent.events["DefectSettled"]["paid"] == paid
    with refuses("Guarantees_WarrantyRunning"):
        guarantees.release(order, house.by("stranger"))
    house.wait(60 * DAY)
    guarantees.release(order, house.by("stranger"))
    assert house.held("Guarantees") == 0
    assert house.money("supplier") == MONEY + 1_000_000 - paid


def test_a_warranty_outlives_the_key_that_reports_and_each_defect_is_heard(house: House) -> None:
    guarantees = house.contracts["Guarantees"]
    won = house.play(house.open_tender(QUANTITY), {"supplier": 1_000_000})
    order = won.events["TenderAwarded"]["orderId"]
    guarantees.pledge(order, 200_000, 60 * DAY, house.by("supplier"))
    house.fund(order)
    house.deliver(order, QUANTITY)
    house.participants.offerPost(1, house["stranger"], house.by("attester"))
    house.participants.takePost(1, house.by("stranger"))
    with refuses("Room_NotTheHolder"):
        guarantees.reportDefect(order, 1, 7, reference(), house.by("attester"))
    for _ in range(2):  # the second report has a hearing of its own
        guarantees.reportDefect(order, 1, 7, reference(), house.by("stranger"))
        guarantees.disputeDefect(order, 1, reference(), house.by("supplier"))
        guarantees.ruleDefect(order, 1, 0, reference(), house.by("arbiter"))
    guarantees.reportDefect(order, 1, 7, reference(), house.by("stranger"))
    guarantees.disputeDefect(order, 1, reference(), house.by("supplier"))
    guarantees.withdrawDefectDispute(order, 1, house.by("supplier"))
    house.wait(SILENCE)
    sent = guarantees.settleDefect(order, 1, house.by("rival"))
    assert sent.events["DefectSettled"]["paid"] == 100_000
