"""An order that its parties change while it runs: the books follow, to the last minor unit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bridge.chain.gateway import Tried
from bridge.ports.port import Document
from erp.procurement.schemas import WithdrawInvoice
from tests.amendments import amend
from tests.faults.test_refused_for_good import Verdicts
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


def overtaken(world: World) -> tuple[Document, int, Document]:
    """Goods were accepted and matched here alone when both sides signed another price; order, delivery, match."""
    order = world.tender({"SUPPLIER": 1_000_003})
    delivery = world.ship("SUPPLIER", order, 40)
    receipt = world.receive(order, delivery, 40)
    world.settle()
    world.inspect(receipt, 40)
    world.invoice(order, delivery, 40, 400_001)
    match = world.last("match")
    amend(world, order, amount=1_100_003)
    return order, delivery, match


def test_a_match_that_a_change_of_price_overtakes_is_taken_back_and_nothing_waits_behind_it(
    world: World,
) -> None:
    """It is below the new floor: its invoice is blocked, and paid when the supplier grants the price of before."""
    order, delivery, match = overtaken(world)
    free = world.available()
    world.settle()
    assert world.last("inspection_attestation").fields["accepted_amount_minor"] == 440_001
    void = world.last("match_void").fields
    assert (void["match"], void["delivery_id"], void["net_minor"]) == (
        match.number,
        delivery,
        400_001,
    )
    assert void["reason"].startswith("net amount 400001 is under the floor")
    assert world.sql("SELECT status FROM supplier_invoice")[0][0] == "BLOCKED"
    assert (world.account(BUYER, "2202.01"), world.account(BUYER, "2202.02")) == (0, -440_001)
    assert world.account(BUYER, "1403") == 90_000 + 440_001
    assert world.available() == free - 100_000
    world.assert_nothing_waits()
    world.assert_audit_holds()

    place = order.fields["order_id"], delivery
    world.transact(
        "SUPPLIER", "PurchaseOrders", "grantDiscount", *place, 400_001, world.reference()
    )
    world.settle()
    paid = world.last("payment").fields
    assert (paid["net_minor"], paid["match"] != match.number) == (400_001, True)
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize("dearer", [True, False], ids=["dearer", "cheaper"])
def test_an_overtaken_match_follows_an_invoice_of_the_new_price(world: World, dearer: bool) -> None:
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    receipt = world.receive(order, delivery, 100)
    world.settle()
    world.inspect(receipt, 100)
    world.invoice(order, delivery, 100, AMOUNT)
    amount = AMOUNT + 100_000 if dearer else AMOUNT - 100_000
    amend(world, order, amount=amount)
    world.settle()
    assert len(world.documents("match_void")) == 1
    (blocked,) = world.sql("SELECT number FROM supplier_invoice")[0]
    world.erp(WithdrawInvoice(invoice=blocked, reason="the price changed"))
    world.invoice(order, delivery, 100, amount, "INV-2")
    world.settle()
    assert world.last("payment").fields["paid_minor"] == amount
    assert world.last("order_close").fields["refunded_minor"] == 0
    assert world.balance(BUYER) == BOUGHT - amount
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_match_within_the_new_price_is_paid_and_not_taken_back(world: World) -> None:
    order, _delivery, match = overtaken(world)
    amend(world, order, amount=1_000_003)
    world.settle()
    assert world.last("payment").fields["match"] == match.number
    assert world.documents("match_void") == []
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_what_the_bridge_has_not_read_yet_takes_no_match_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contract refuses by a change in a block that the ERP knows nothing of: the call waits until it does."""
    order, _delivery, match = overtaken(world)
    world.settle_passes(1)  # all but the match is on its way
    gateway, blocks = world.bridge.gateway, list[str]()
    static_calls = gateway.static_calls

    def as_before(calls: Sequence[Tried], block: str = "latest") -> Verdicts:
        verdicts, mined = static_calls(calls, block)
        if block.startswith("0x") and not blocks:
            blocks.append(block)
            verdicts = [None for _ in verdicts]
        return verdicts, mined

    monkeypatch.setattr(gateway, "static_calls", as_before)
    for _ in range(6):
        world.settle_passes(1)
        if blocks:
            break
    assert blocks
    (row,) = world.sql(
        "SELECT status FROM bridge_outbox WHERE key = :key", key=f"match:{match.number}"
    )
    assert (row[0], world.documents("match_void")) == ("pending", [])
    world.settle()
    assert world.last("match_void").fields["match"] == match.number
    assert world.last("inspection_attestation").fields["order_id"] == order.fields["order_id"]
    world.assert_nothing_waits()
    world.assert_audit_holds()
