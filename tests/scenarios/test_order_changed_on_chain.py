"""An order that its parties change while it runs: the books follow, to the last minor unit."""

from __future__ import annotations

from tests.amendments import amend
from tests.faults.test_tamper import unlock
from tests.world import BUYER, DAY, World

AMOUNT = 1_000_003
BOUGHT = 10_000_000


def test_a_part_given_up_after_a_delivery_leaves_the_order_with_its_part_of_the_money(
    world: World,
) -> None:
    free = world.available()
    order = world.tender({"SUPPLIER": AMOUNT})
    first = world.ship("SUPPLIER", order, 30)
    world.deliver(order, first, received=30, accepted=30, net=300_000)
    world.transact("SUPPLIER", "PurchaseOrders", "cancelPart", order.fields["order_id"], 20)
    world.settle()
    given_up = world.last("order_part_cancel").fields
    lost = 700_003 - 700_003 * 50 // 70
    assert (given_up["quantity"], given_up["amount_minor"], given_up["refunded_minor"]) == (
        20,
        lost,
        lost,
    )
    assert world.balance(BUYER) == BOUGHT - AMOUNT + lost
    assert world.available() == free - AMOUNT + lost
    world.assert_audit_holds()

    second = world.ship("SUPPLIER", order, 50)
    world.deliver(order, second, received=50, accepted=50, net=500_002, number="INV-2")
    assert world.last("payment").fields["accepted_amount_minor"] == AMOUNT - 300_000 - lost
    assert world.last("order_close").fields["refunded_minor"] == 0
    stock = world.sql("SELECT on_hand, on_order FROM stock_level WHERE item = 'STEEL'")
    assert tuple(stock[0]) == (9 + 80, 0)
    assert world.account(BUYER, "9001") == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_amendment_prices_the_rest_anew_and_tops_up_or_refunds_the_deposit(world: World) -> None:
    free = world.available()
    order = world.tender({"SUPPLIER": AMOUNT})
    first = world.ship("SUPPLIER", order, 30)
    world.deliver(order, first, received=30, accepted=30, net=300_000)
    later = order.fields["promised_at"] + 5 * DAY
    amend(world, order, quantity=120, amount=1_300_000, promisedAt=later)
    world.settle()
    amended = world.last("order_amendment").fields
    assert (amended["topped_up_minor"], amended["refunded_minor"]) == (1_300_000 - AMOUNT, 0)
    assert (amended["promised_at"], amended["unbudgeted_minor"]) == (later, 0)
    assert world.balance(BUYER) == BOUGHT - 1_300_000
    assert world.available() == free - 1_300_000
    world.assert_audit_holds()

    second = world.ship("SUPPLIER", order, 45)  # half of the rest, for half of its price
    world.deliver(order, second, received=45, accepted=45, net=500_000, number="INV-2")
    assert world.last("payment").fields["paid_minor"] == 500_000
    amend(world, order, quantity=75, amount=800_000)
    world.settle()
    assert world.last("order_amendment").fields["refunded_minor"] == 500_000
    assert world.last("order_close").fields["refunded_minor"] == 0
    assert world.balance(BUYER) == BOUGHT - 800_000
    assert world.available() == free - 800_000
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_amendment_over_budget_is_booked_and_marked_and_the_rest_of_the_order_goes_on(
    world: World,
) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    amend(world, order, amount=8_000_003)  # 4,000.00 of budget are left
    world.settle()
    assert world.last("order_amendment").fields["unbudgeted_minor"] == 7_000_000 - (
        5_000_000 - AMOUNT
    )
    assert world.available() == 0
    first = world.ship("SUPPLIER", order, 100)
    world.deliver(order, first, received=100, accepted=100, net=8_000_003)
    assert world.last("payment").fields["paid_minor"] == 8_000_003
    assert (world.account(BUYER, "9001"), -world.account(BUYER, "9004")) == (0, 5_000_000)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_goods_inspected_before_and_reported_after_an_amendment_are_worth_what_the_chain_says(
    world: World,
) -> None:
    """The bridge was away while quality booked its inspection and both sides gave the rest another price."""
    order = world.tender({"SUPPLIER": AMOUNT})
    first = world.ship("SUPPLIER", order, 40)
    receipt = world.receive(order, first, 40)
    world.settle()
    world.inspect(receipt, 40)
    assert world.last("inspection").fields["accepted_amount_minor"] == 400_001
    amend(world, order, amount=1_100_000)
    world.settle()
    assert world.last("inspection_attestation").fields["accepted_amount_minor"] == 440_000
    world.invoice(order, first, 40, 440_000)
    world.settle()
    assert world.last("payment").fields["paid_minor"] == 440_000
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_changed_amount_of_an_amendment_in_the_books_is_seen_by_the_audit(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    amend(world, order, amount=1_100_000)
    world.settle()
    world.assert_audit_holds()
    unlock(world)
    world.sql(
        "UPDATE document_log SET payload = replace(payload, :old, :new) WHERE type = 'order_amendment'",
        old='"topped_up_minor":99997',
        new='"topped_up_minor":99998',
    )
    report = world.audit()
    assert not report.holds
    order_id = order.fields["order_id"]
    named = {found.aggregate for each in report.invariants for found in each.differences}
    assert f"order:{order_id}" in named


def test_known_a_match_that_a_change_of_price_overtakes_waits_for_the_operator(
    world: World,
) -> None:
    """Goods were accepted and matched here alone when both sides signed another price: the match is below the new floor."""
    order = world.tender({"SUPPLIER": 1_000_003})
    delivery = world.ship("SUPPLIER", order, 40)
    receipt = world.receive(order, delivery, 40)
    world.settle()
    world.inspect(receipt, 40)
    world.invoice(order, delivery, 40, 400_001)
    match = world.last("match")
    amend(world, order, amount=1_100_003)
    world.settle()
    assert world.last("inspection_attestation").fields["accepted_amount_minor"] == 440_001
    (stuck,) = world.status()["stuck"]
    assert match.number in stuck["key"]
    assert stuck["reason"].startswith("PurchaseOrders_OutOfBounds")

    place = order.fields["order_id"], delivery
    world.transact(
        "SUPPLIER", "PurchaseOrders", "grantDiscount", *place, 400_001, world.reference()
    )
    world.settle()
    world.retry(stuck["key"])
    world.settle()
    assert world.last("payment").fields["net_minor"] == 400_001
    world.assert_nothing_waits()
    world.assert_audit_holds()
