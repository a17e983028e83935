"""partial-and-reject: two deliveries, part rejected, part late: penalty, refund, exact cumulative payment."""

from __future__ import annotations

from tests.world import BUYER, DAY, HOUR, World

AMOUNT = 1_000_003
BOUGHT = 10_000_000


def test_two_deliveries_part_rejected_part_late_are_paid_to_the_last_minor_unit(
    world: World,
) -> None:
    free = world.available()
    order = world.tender({"SUPPLIER": AMOUNT, "RIVAL": AMOUNT + 1})
    assert world.available() == free - AMOUNT
    before = world.balance("SUPPLIER")

    first = world.ship("SUPPLIER", order, 60)
    world.wait(DAY)
    world.deliver(order, first, received=60, accepted=50, net=500_001, number="INV-1")
    payment = world.last("payment").fields
    assert (payment["accepted_amount_minor"], payment["penalty_minor"]) == (500_001, 0)
    assert world.balance("SUPPLIER") - before == 500_001
    second = world.ship("SUPPLIER", order, 50)
    world.node.reach_time(order.fields["promised_at"] + 2 * DAY + HOUR)  # the third day has begun
    world.deliver(order, second, received=50, accepted=40, net=400_001, number="INV-2")
    payment = world.last("payment").fields
    assert payment["days_late"] == 3
    assert payment["accepted_amount_minor"] == 900_002 - 500_001
    assert payment["penalty_minor"] == 400_001 * 150 // 10_000 == 6_000
    assert world.balance("SUPPLIER") - before == 500_001 + 400_001 - 6_000
    outcome = world.last("credit_outcome").fields
    assert (outcome["delivery_bps"], outcome["quality_bps"]) == (10_000 - 3 * 200, 8_000)

    assert world.documents("order_close") == []
    score = world.score("SUPPLIER")
    world.transact("SUPPLIER", "PurchaseOrders", "close", order.fields["order_id"])
    world.settle()
    close = world.last("order_close").fields
    assert close["refunded_minor"] == AMOUNT - 894_002
    assert close["released_minor"] == AMOUNT - 900_002
    assert world.balance(BUYER) == BOUGHT - 894_002
    assert world.available() == free - 900_002
    assert world.score("SUPPLIER") < score  # ten units never came
    stock = world.sql("SELECT on_hand, on_order, value_minor FROM stock_level WHERE item = 'STEEL'")
    assert tuple(stock[0]) == (9 + 90, 0, 90_000 + 900_002 - 6_000)  # the penalty makes it cheaper
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_delivery_of_which_nothing_is_accepted_costs_nothing_and_may_come_again(
    world: World,
) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    before = world.balance("SUPPLIER")
    first = world.ship("SUPPLIER", order, 100)
    world.deliver(order, first, received=100, accepted=0, net=0)
    assert world.documents("match") == []
    assert world.balance("SUPPLIER") == before
    second = world.ship("SUPPLIER", order, 100)
    world.deliver(order, second, received=100, accepted=100, net=AMOUNT)
    assert world.balance("SUPPLIER") == before + AMOUNT
    assert world.documents("order_close") == []  # the rejection may still be disputed
    world.let_it_stand()
    assert world.last("order_close").fields["refunded_minor"] == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_ruling_after_the_payment_pays_five_of_ten_rejected_units_and_puts_them_into_the_stock(
    world: World,
) -> None:
    """Figures of the design: 10,000.03 for 100, of which 95 are accepted in the end, at a penalty of 60.00."""
    free = world.available()
    order = world.tender({"SUPPLIER": AMOUNT})
    before = world.balance("SUPPLIER")
    first = world.ship("SUPPLIER", order, 60)
    world.wait(DAY)
    world.deliver(order, first, received=60, accepted=50, net=500_001, number="INV-1")
    order_id, reason, ruling = order.fields["order_id"], world.reference(), world.reference()
    world.transact("SUPPLIER", "PurchaseOrders", "disputeDelivery", order_id, first, reason)
    world.settle()
    dispute = world.last("delivery_dispute")
    assert (dispute.fields["disputant_code"], dispute.fields["reason"]) == ("SUPPLIER", None)
    second = world.ship("SUPPLIER", order, 50)
    world.node.reach_time(order.fields["promised_at"] + 2 * DAY + HOUR)  # the third day has begun
    world.deliver(order, second, received=50, accepted=40, net=400_001, number="INV-2")
    assert world.last("payment").fields["penalty_minor"] == 6_000
    world.assert_audit_holds()

    arrived = world.documents("goods_receipt")[0].fields["received_at"]
    world.transact(
        "arbiter", "PurchaseOrders", "ruleDelivery", order_id, first, 60, 55, arrived, ruling
    )
    world.settle()
    ruled = world.last("delivery_ruling").fields
    assert (ruled["added_minor"], ruled["net_minor"], ruled["settled_before"]) == (
        50_000,
        50_000,
        True,
    )
    assert ruled["dispute"] == dispute.number
    assert world.last("supplement").fields["paid_minor"] == 50_000
    assert world.balance("SUPPLIER") - before == 944_002
    stock = world.sql("SELECT on_hand, on_order, value_minor FROM stock_level WHERE item = 'STEEL'")
    assert tuple(stock[0]) == (9 + 95, 5, 90_000 + 950_002 - 6_000)
    world.assert_audit_holds()

    world.transact("SUPPLIER", "PurchaseOrders", "close", order_id)
    world.settle()
    close = world.last("order_close").fields
    assert (close["accepted_amount_minor"], close["refunded_minor"]) == (950_002, 56_001)
    assert close["released_minor"] == 50_001
    assert world.available() == free - 950_002
    assert world.balance(BUYER) == BOUGHT - 944_002
    world.assert_nothing_waits()
    world.assert_audit_holds()
