"""silence: whoever falls silent holds nobody's money for ever; the ERP has the documents all the same."""

from __future__ import annotations

import pytest

from bridge.errors import CallRefused
from erp.procurement.errors import NotYetClosable
from erp.procurement.schemas import RequestOrderClose
from tests.scenarios.test_rulings import stock
from tests.world import BUYER, DAY, World

AMOUNT = 1_000_003
COPPER = "COPPER"
SILENCE = 10 * DAY
GRACE = 60 * DAY


def test_a_silent_attester_is_overtaken_by_a_claim_that_anybody_makes(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    before = world.balance("SUPPLIER")
    delivery = world.ship("SUPPLIER", order, 100)
    world.receive(order, delivery, 100)
    world.settle()
    with pytest.raises(CallRefused, match="Room_TooEarly"):
        world.transact("RIVAL", "PurchaseOrders", "claim", order.fields["order_id"], delivery)
    world.wait(SILENCE)
    world.transact("RIVAL", "PurchaseOrders", "claim", order.fields["order_id"], delivery)
    world.settle()
    claim = world.last("silent_acceptance").fields
    assert (claim["accepted"], claim["net_minor"]) == (100, AMOUNT)
    assert claim["stands_for_inspection"] is True
    assert world.last("payment").fields["paid_minor"] == AMOUNT
    assert world.last("payment").fields["match"] is None
    assert world.balance("SUPPLIER") == before + AMOUNT
    assert world.last("order_close").fields["refunded_minor"] == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize("matched", [False, True], ids=["inspected", "matched"])
def test_a_claim_that_overtakes_what_the_clerks_booked_is_reconciled(
    world: World, matched: bool
) -> None:
    """The bridge was away: inspection and perhaps match stand in the ERP, never reported, when the claim is made."""
    order = world.tender({"SUPPLIER": AMOUNT})
    first = world.ship("SUPPLIER", order, 40)
    before = world.balance("SUPPLIER")
    receipt = world.receive(order, first, 40)
    world.settle()
    world.wait(SILENCE)
    world.inspect(receipt, 40)
    if matched:
        world.invoice(order, first, 40, 400_001)
    world.transact("SUPPLIER", "PurchaseOrders", "claim", order.fields["order_id"], first)
    world.settle()
    assert world.balance("SUPPLIER") == before + 400_001
    assert world.last("silent_acceptance").fields["stands_for_inspection"] is False
    world.assert_nothing_waits()
    world.assert_audit_holds()

    second = world.ship("SUPPLIER", order, 60)  # the order goes on
    world.deliver(order, second, received=60, accepted=60, net=600_002, number="INV-2")
    assert world.balance("SUPPLIER") == before + AMOUNT
    assert world.last("order_close").fields["refunded_minor"] == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize(
    ("good", "net"), [(25, 0), (0, 0), (25, 250_001)], ids=["part", "nothing", "part and matched"]
)
def test_a_claim_counts_instead_of_an_inspection_that_it_overtakes(
    world: World, good: int, net: int
) -> None:
    """Two deliveries are inspected and not reported when one of them is claimed, which the contract values first."""
    order = world.tender({"SUPPLIER": AMOUNT})
    first, second = (world.ship("SUPPLIER", order, quantity) for quantity in (40, 30))
    before = world.balance("SUPPLIER")
    one, two = world.receive(order, first, 40), world.receive(order, second, 30)
    world.settle()
    world.wait(SILENCE)
    world.inspect(two, 30)
    overtaken = world.inspect(one, good)
    if net:
        world.invoice(order, first, good, net)
        assert world.last("match").fields["status"] == "MATCHED"
    world.transact("RIVAL", "PurchaseOrders", "claim", order.fields["order_id"], first)
    world.settle()
    claim = world.last("silent_acceptance")
    assert (claim.fields["accepted"], claim.fields["net_minor"]) == (40, 400_001)
    assert claim.fields["instead_of"] == overtaken.number
    assert [remark.row for remark in world.audit().remarks] == [claim.number]
    assert world.balance("SUPPLIER") == before + 400_001
    assert stock(world) == (9 + 70, 30, 90_000 + 700_002)
    assert (world.account(BUYER, "2202.01"), world.account(BUYER, "2202.02")) == (0, -300_001)
    world.assert_nothing_waits()
    world.assert_audit_holds()

    world.invoice(order, second, 30, 300_001, "INV-2")  # the order goes on
    third = world.ship("SUPPLIER", order, 30)
    world.deliver(order, third, received=30, accepted=30, net=300_001, number="INV-3")
    assert world.balance("SUPPLIER") == before + AMOUNT
    assert world.last("order_close").fields["refunded_minor"] == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_claim_after_the_inspection_counts_instead_of_a_match_at_another_price(
    world: World,
) -> None:
    """The contract knows what passed and not what was invoiced; the price of the order is paid."""
    free = world.available()
    world.stock_item(COPPER, tax_bps=1_300, tolerance_bps=100)
    order = world.tender({"SUPPLIER": AMOUNT}, COPPER)
    delivery = world.ship("SUPPLIER", order, 100)
    before = world.balance("SUPPLIER")
    receipt = world.receive(order, delivery, 90)
    world.inspect(receipt, 80)
    world.settle()
    world.wait(SILENCE)
    world.invoice(order, delivery, 80, 805_000)
    assert world.last("match").fields["variance"] == 805_000 - 800_002
    world.transact("SUPPLIER", "PurchaseOrders", "claim", order.fields["order_id"], delivery)
    world.settle()
    claim = world.last("silent_acceptance").fields
    assert (claim["net_minor"], claim["tax_minor"]) == (800_002, 104_000)
    assert (claim["stands_for_inspection"], claim["instead_of"]) == (False, None)
    assert world.balance("SUPPLIER") == before + 904_002
    assert world.sql("SELECT status FROM supplier_invoice")[0][0] == "BLOCKED"
    assert world.account(BUYER, "9004") == -800_002
    assert world.available() == free - AMOUNT
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_order_never_shipped_is_closed_on_request_when_its_time_is_over(world: World) -> None:
    free = world.available()
    order = world.tender({"SUPPLIER": AMOUNT})
    score = world.score("SUPPLIER")
    with pytest.raises(NotYetClosable):
        world.erp(RequestOrderClose(order=order.number))
    assert world.documents("order_close_request") == []
    world.node.reach_time(order.fields["promised_at"] + GRACE + SILENCE)
    world.erp(RequestOrderClose(order=order.number))
    world.settle()
    close = world.last("order_close").fields
    assert (close["refunded_minor"], close["released_minor"]) == (AMOUNT, AMOUNT)
    assert world.balance(BUYER) == 10_000_000
    assert world.available() == free
    assert world.score("SUPPLIER") < score
    outcome = world.last("credit_outcome").fields
    assert (outcome["value_minor"], outcome["delivery_bps"]) == (AMOUNT, 0)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_goods_that_never_arrive_are_lost_with_the_close(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.node.reach_time(order.fields["promised_at"] + GRACE + SILENCE)
    with pytest.raises(
        NotYetClosable
    ):  # the supplier may still dispute that nobody reports its goods
        world.erp(RequestOrderClose(order=order.number))
    world.node.reach_time(order.fields["promised_at"] + GRACE + 2 * SILENCE)
    world.erp(RequestOrderClose(order=order.number))
    world.settle()
    assert world.last("order_close").fields["lost"] == [delivery]
    assert world.balance(BUYER) == 10_000_000
    world.assert_nothing_waits()
    world.assert_audit_holds()
