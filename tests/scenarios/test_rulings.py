"""rulings: what an arbiter decides about a delivery is paid, counted and valued in the books as on the chain."""

from __future__ import annotations

import pytest

from bridge.ports.port import Document
from tests.faults.test_tamper import unlock
from tests.world import BUYER, DAY, HOUR, World

AMOUNT = 1_000_003
SILENCE = 10 * DAY
RULING = 30 * DAY


def dispute(world: World, who: str, order: Document, delivery: int) -> Document:
    """Somebody disputes a delivery."""
    values = (order.fields["order_id"], delivery, world.reference())
    world.transact(who, "PurchaseOrders", "disputeDelivery", *values)
    world.settle()
    return world.last("delivery_dispute")


def rule(
    world: World, order: Document, delivery: int, received: int, accepted: int, at: int
) -> Document:
    """The arbiter decides."""
    values = (order.fields["order_id"], delivery, received, accepted, at, world.reference())
    world.transact("arbiter", "PurchaseOrders", "ruleDelivery", *values)
    world.settle()
    return world.last("delivery_ruling")


def stock(world: World) -> tuple[int, int, int]:
    """On hand, on order, worth."""
    (row,) = world.sql(
        "SELECT on_hand, on_order, value_minor FROM stock_level WHERE item = 'STEEL'"
    )
    return int(row[0]), int(row[1]), int(row[2])


def test_goods_that_the_buyer_keeps_silent_about_are_ruled_paid_and_in_its_stock(
    world: World,
) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    shipped = world.now
    world.wait(SILENCE)
    dispute(world, "SUPPLIER", order, delivery)
    ruled = rule(world, order, delivery, 100, 100, shipped + DAY).fields
    assert (ruled["net_minor"], ruled["settled_before"]) == (AMOUNT, False)
    payment = world.last("payment").fields
    assert (payment["match"], payment["delivery_match"]) == (
        None,
        world.last("delivery_ruling").number,
    )
    assert world.last("order_close").fields["refunded_minor"] == 0
    assert stock(world) == (109, 0, 90_000 + AMOUNT)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_goods_ruled_lost_cost_nothing_and_may_be_sent_again(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.wait(SILENCE)
    dispute(world, "SUPPLIER", order, delivery)
    assert rule(world, order, delivery, 0, 0, world.now).fields["net_minor"] == 0
    assert world.documents("payment") == []
    again = world.ship("SUPPLIER", order, 100)
    world.deliver(order, again, received=100, accepted=100, net=AMOUNT)
    assert world.last("payment").fields["paid_minor"] == AMOUNT
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_less_than_was_inspected_leaves_the_stock_and_the_rest_keeps_its_price(
    world: World,
) -> None:
    """The buyer found hidden faults: of thirty that were accepted ten are good. Another delivery stands on top of it."""
    free = world.available()
    order = world.tender({"SUPPLIER": AMOUNT})
    first = world.ship("SUPPLIER", order, 30)
    world.deliver(
        order, first, received=30, accepted=0 + 30, net=299_999
    )  # below the price: blocked
    second = world.ship("SUPPLIER", order, 20)
    world.deliver(order, second, received=20, accepted=20, net=200_001, number="INV-2")
    assert world.last("payment").fields["accepted_amount_minor"] == 200_001
    dispute(world, BUYER, order, first)
    arrived = world.documents("goods_receipt")[0].fields["received_at"]
    ruled = rule(world, order, first, 30, 10, arrived).fields
    assert (ruled["accepted_amount_minor"], ruled["net_minor"]) == (100_000, 100_000)
    assert world.last("payment").fields["paid_minor"] == 100_000
    assert stock(world) == (9 + 30, 70, 90_000 + 300_001)
    world.assert_audit_holds()
    third = world.ship("SUPPLIER", order, 70)
    world.deliver(order, third, received=70, accepted=70, net=700_002, number="INV-3")
    assert world.last("payment").fields["accepted_amount_minor"] == AMOUNT - 300_001
    world.let_it_stand()
    assert world.last("order_close").fields["refunded_minor"] == 0
    assert world.available() == free - AMOUNT
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_lateness_ruled_shorter_returns_its_part_of_the_penalty(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    before = world.balance("SUPPLIER")
    delivery = world.ship("SUPPLIER", order, 100)
    promised = order.fields["promised_at"]
    world.node.reach_time(promised + 2 * DAY + HOUR)
    world.deliver(order, delivery, received=100, accepted=100, net=AMOUNT)
    assert world.last("payment").fields["penalty_minor"] == AMOUNT * 150 // 10_000 == 15_000
    dispute(world, "SUPPLIER", order, delivery)
    rule(world, order, delivery, 100, 100, promised + HOUR)
    supplement = world.last("supplement").fields
    assert (supplement["penalty_returned_minor"], supplement["paid_minor"]) == (10_000, 10_000)
    assert world.balance("SUPPLIER") == before + AMOUNT - 5_000
    assert stock(world)[2] == 90_000 + AMOUNT - 5_000
    world.let_it_stand()
    assert world.last("order_close").fields["refunded_minor"] == 5_000
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize("matched", [False, True], ids=["inspected", "matched"])
def test_a_ruling_that_overtakes_what_the_clerks_booked_counts_instead_of_it(
    world: World, matched: bool
) -> None:
    """The bridge was away: inspection and perhaps match stand in the ERP, never reported, when the arbiter decides."""
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 60)
    before = world.balance("SUPPLIER")
    receipt = world.receive(order, delivery, 50)
    world.settle()
    values = (order.fields["order_id"], delivery, world.reference())
    world.transact("SUPPLIER", "PurchaseOrders", "disputeDelivery", *values)
    world.inspect(receipt, 40)
    if matched:
        world.invoice(order, delivery, 40, 400_001)
    arrived = receipt.fields["received_at"]
    world.transact(
        "arbiter", "PurchaseOrders", "ruleDelivery", *values[:2], 55, 45, arrived, values[2]
    )
    world.settle()
    assert world.last("delivery_ruling").fields["net_minor"] == 450_001
    assert world.balance("SUPPLIER") == before + 450_001
    assert stock(world) == (9 + 45, 55, 90_000 + 450_001)
    assert world.account(BUYER, "2202.01") == world.account(BUYER, "2202.02") == 0
    if matched:
        assert world.sql("SELECT status FROM supplier_invoice")[0][0] == "BLOCKED"
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_order_that_a_ruling_completes_ends_when_nothing_of_it_may_be_disputed_any_more(
    world: World,
) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=0, net=0)
    dispute(world, "SUPPLIER", order, delivery)
    arrived = world.last("goods_receipt").fields["received_at"]
    ruled = rule(world, order, delivery, 100, 100, arrived)
    assert world.last("supplement").fields["paid_minor"] == AMOUNT
    assert world.documents("order_close") == []
    world.node.reach_time(ruled.fields["closable_at"])
    world.settle()
    assert world.last("order_close").fields["refunded_minor"] == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_dispute_that_nobody_rules_is_lapsed_by_the_bridge_when_its_time_is_over(
    world: World,
) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=90, net=900_002)
    disputed = dispute(world, "SUPPLIER", order, delivery)
    world.node.reach_time(disputed.fields["rule_by"])
    world.settle()
    assert world.last("dispute_lapse").fields["dispute"] == disputed.number
    assert world.sql("SELECT dispute FROM delivery")[0][0] is None
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_dispute_of_the_supplier_goes_on_over_later_reports_and_lapses_once(
    world: World,
) -> None:
    """Ten of the hundred are said to be missing; inspection and payment give the arbiter its whole time again."""
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    receipt = world.receive(order, delivery, 90)
    world.settle()
    disputed = dispute(world, "SUPPLIER", order, delivery)
    world.wait(DAY)
    world.inspect(receipt, 90)
    world.settle()
    world.wait(DAY)
    world.invoice(order, delivery, 90, 900_002)
    world.settle()
    held = ("PurchaseOrders", "disputeOf", (order.fields["order_id"], delivery))
    (case,) = world.bridge.gateway.records([held])
    (row,) = world.sql("SELECT dispute, rule_by FROM delivery")
    assert tuple(row) == (disputed.number, case["ruleBy"])
    assert case["ruleBy"] > disputed.fields["rule_by"]
    world.node.reach_time(disputed.fields["rule_by"])
    world.settle()  # too early by now
    assert world.documents("dispute_lapse") == []
    world.node.reach_time(case["ruleBy"])
    world.settle()
    assert len(world.documents("dispute_lapse")) == 1
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_dispute_taken_back_leaves_the_delivery_as_it_was_reported(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=90, net=900_002)
    disputed = dispute(world, "SUPPLIER", order, delivery)
    order_id = order.fields["order_id"]
    world.transact("SUPPLIER", "PurchaseOrders", "withdrawDispute", order_id, delivery)
    world.settle()
    assert world.last("dispute_withdrawal").fields["dispute"] == disputed.number
    world.node.reach_time(disputed.fields["rule_by"])
    world.settle()  # the call that would lapse it is no longer wanted
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_inspection_waits_while_the_buyer_disputes_the_receipt(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    receipt = world.receive(order, delivery, 100)
    world.settle()
    dispute(world, BUYER, order, delivery)
    world.inspect(receipt, 100)
    world.settle()
    assert world.documents("inspection_attestation") == []
    world.wait(SILENCE)
    world.settle()
    assert world.documents("inspection_attestation") != []
    world.invoice(order, delivery, 100, AMOUNT)
    world.settle()
    assert world.last("order_close").fields["accepted"] == 100
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_supplement_changed_in_the_books_is_seen_by_the_audit(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=90, net=900_002)
    dispute(world, "SUPPLIER", order, delivery)
    arrived = world.documents("goods_receipt")[0].fields["received_at"]
    rule(world, order, delivery, 100, 95, arrived)
    world.assert_audit_holds()
    unlock(world)
    world.sql(
        "UPDATE document_log SET payload = replace(payload, :old, :new) WHERE type = 'supplement'",
        old='"paid_minor":50000',
        new='"paid_minor":50001',
    )
    report = world.audit()
    assert not report.holds
    named = {found.aggregate for each in report.invariants for found in each.differences}
    assert f"order:{order.fields['order_id']}" in named
