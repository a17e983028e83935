"""Guarantees on a real chain: asked for, pledged, claimed, paid for defects, released by themselves; all books hold."""

from __future__ import annotations

import pytest

from erp.guarantees.schemas import ReportDefect, RequestGuarantee
from erp.kernel.errors import WrongStatus
from erp.procurement.schemas import RequestOrderClose
from tests.lives.guarantees import WARRANTY, guaranteed
from tests.world import BUYER, DAY, UNLIMITED, World

PLEDGES, LOSS, FORFEITS, WALLET = "1012.05", "6711.02", "6301.02", "1012.01"
SCRAP, STOCK = "6711.04", "1403"


def assert_books_hold(world: World) -> None:
    """Nothing waits, wallets are the tokens of the chain, the audit holds."""
    for who in (BUYER, "SUPPLIER"):
        assert world.account(who, WALLET) == world.balance(who), who
    stuck = world.status()["stuck"]
    assert [one["key"] for one in stuck if not one["key"].startswith("purchase_order:")] == []
    world.assert_audit_holds()


def delivered(world: World, accepted: int) -> tuple[str, int]:
    """An order of 100 for 1,000,000 with a guarantee of 200,000, of which a part is paid; order and delivery."""
    order = guaranteed(world, 200_000)
    delivery = world.ship("SUPPLIER", order, accepted)
    world.deliver(order, delivery, accepted, accepted, accepted * 10_000)
    return order.number, delivery


def test_an_order_is_funded_when_the_guarantee_that_its_buyer_asked_for_is_there(
    world: World,
) -> None:
    order = guaranteed(world, 200_000)
    assert world.last("guarantee_request").fields["order"] == order.number
    assert world.last("guarantee_pledge").fields["fund_minor"] == order.fields["deposit_minor"]
    funded = [d.fields["order"] for d in world.documents("escrow_deposit")]
    assert funded == [order.number]
    assert world.account("SUPPLIER", PLEDGES) == 200_000
    assert_books_hold(world)


def test_without_an_ask_of_the_buyer_a_pledge_of_the_suppliers_own_is_booked_too(
    world: World,
) -> None:
    world.transact(
        BUYER, "SettlementToken", "approve", world.deployment.address("PurchaseOrders"), 0
    )
    order = world.tender({"SUPPLIER": 1_000_000})
    spender = world.deployment.address("Guarantees")
    world.transact("SUPPLIER", "SettlementToken", "approve", spender, UNLIMITED)
    world.transact("SUPPLIER", "Guarantees", "pledge", order.fields["order_id"], 5_000, DAY)
    world.settle()
    assert world.account("SUPPLIER", PLEDGES) == 5_000
    assert world.last("guarantee_pledge").fields["fund_minor"] == 0
    (unfunded,) = [row for row in world.status()["stuck"] if order.number in row["key"]]
    world.assert_audit_names_only(f"{unfunded['key']} is refused and waits for a person")
    with pytest.raises(WrongStatus):
        world.erp(RequestGuarantee(order=order.number, amount_minor=1, warranty_seconds=1))


def test_what_was_never_delivered_is_paid_out_of_the_guarantee_and_the_rest_returns(
    world: World,
) -> None:
    order, _delivery = delivered(world, 60)
    before = world.balance(BUYER), world.balance("SUPPLIER")
    world.wait(100 * DAY)
    world.erp(RequestOrderClose(order=order))
    world.settle()
    share = world.last("guarantee_share").fields
    assert (share["undelivered_minor"], share["paid_minor"]) == (400_000, 80_000)
    assert world.account("SUPPLIER", LOSS) == 80_000
    assert world.account(BUYER, FORFEITS) == -80_000
    refund = world.last("order_close").fields["refunded_minor"]
    assert world.balance(BUYER) == before[0] + 80_000 + refund
    assert world.account("SUPPLIER", PLEDGES) == 120_000
    assert_books_hold(world)
    world.wait(WARRANTY)
    world.settle()
    assert world.last("guarantee_release").fields["amount_minor"] == 120_000
    assert world.account("SUPPLIER", PLEDGES) == 0
    assert world.balance("SUPPLIER") == before[1] + 120_000
    assert_books_hold(world)


def test_a_defect_that_nobody_disputes_is_paid_and_the_bad_goods_leave_the_stock(
    world: World,
) -> None:
    order, delivery = delivered(world, 100)
    world.let_it_stand()
    stock, budget = world.account(BUYER, STOCK), world.available()
    world.erp(ReportDefect(order=order, delivery_id=delivery, quantity=7, reason="cracks"))
    world.settle()
    assert world.last("defect_attestation").fields["defect"] == world.last("defect_report").number
    world.wait(20 * DAY)
    world.settle()
    settled = world.last("defect_settlement").fields
    assert (settled["amount_minor"], settled["paid_minor"], settled["on_hand"]) == (
        70_000,
        70_000,
        7,
    )
    worth = stock - world.account(BUYER, STOCK)
    assert world.account(BUYER, SCRAP) == worth - 70_000
    assert world.available() == budget + 70_000
    assert world.account("SUPPLIER", PLEDGES) == 130_000
    assert_books_hold(world)


def test_a_ruling_says_how_much_is_defective_and_the_guarantee_pays_no_more_than_it_has(
    world: World,
) -> None:
    order, delivery = delivered(world, 100)
    world.let_it_stand()
    order_id = world.last("purchase_order").fields["order_id"]
    world.erp(ReportDefect(order=order, delivery_id=delivery, quantity=80, reason="cracks"))
    world.settle()
    place = order_id, delivery
    world.transact("SUPPLIER", "Guarantees", "disputeDefect", *place, world.reference())
    world.settle()
    world.transact("arbiter", "Guarantees", "ruleDefect", *place, 30, world.reference())
    world.settle()
    settled = world.last("defect_settlement").fields
    assert (settled["ruling"], settled["quantity"]) == (None, 30)
    assert (settled["amount_minor"], settled["paid_minor"]) == (300_000, 200_000)
    assert settled["uncovered_minor"] == 100_000
    assert world.account("SUPPLIER", LOSS) == 200_000
    assert_books_hold(world)


def test_a_defect_that_waits_holds_the_release_back_until_it_is_settled(world: World) -> None:
    order, delivery = delivered(world, 100)
    world.let_it_stand()
    end = world.last("guarantee_end").fields
    world.node.reach_time(end["release_at"] - DAY)
    world.erp(ReportDefect(order=order, delivery_id=delivery, quantity=1, reason="late cracks"))
    world.settle()
    world.wait(2 * DAY)
    world.settle()
    assert world.documents("guarantee_release") == []
    world.wait(20 * DAY)
    world.settle()
    assert world.last("defect_settlement").fields["paid_minor"] == 10_000
    assert world.last("guarantee_release").fields["amount_minor"] == 190_000
    assert_books_hold(world)


@pytest.mark.parametrize("released", [False, True], ids=["held", "released"])
def test_a_defect_that_the_bridge_brings_after_the_warranty_is_taken_back(
    world: World, released: bool
) -> None:
    """The bridge was away: nobody answers for the defect, and what the order asks for behind it goes on."""
    order, delivery = delivered(world, 100)
    world.let_it_stand()
    end = world.last("guarantee_end").fields
    world.node.reach_time(end["release_at"] - DAY)
    found = world.erp(
        ReportDefect(order=order, delivery_id=delivery, quantity=3, reason="late cracks")
    )
    world.wait(2 * DAY)
    if released:
        world.transact("RIVAL", "Guarantees", "release", end["order_id"])
    world.settle()
    void = world.last("defect_void").fields
    assert (void["defect"], void["delivery_id"]) == (found.number, delivery)
    assert world.documents("defect_attestation") == []
    assert world.sql("SELECT status FROM defect")[0][0] == "VOID"
    assert world.last("guarantee_release").fields["amount_minor"] == 200_000
    assert world.status()["stuck"] == []
    assert_books_hold(world)


def test_an_edited_guarantee_is_named_by_the_audit(world: World) -> None:
    guaranteed(world, 200_000)
    world.sql("UPDATE guarantee SET left_minor = left_minor - 1")
    report = world.audit()
    assert {i.id for i in report.invariants if not i.holds} >= {5}
