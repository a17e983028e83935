"""Deferred payment on a real chain: claims issued, split, sold, handed on and paid by themselves, and all books hold."""

from __future__ import annotations

import pytest

from erp.procurement.schemas import RaiseRequisition
from scripts.deployment.accounts import CallRefused
from tests.claims import (
    FINANCIER,
    ITEM,
    TERM,
    claims_of,
    deliver,
    delivered,
    enrol_financier,
    sell,
)
from tests.world import BUYER, DAY, World

WALLET, COVER, DISCOUNT_INCOME, DISCOUNT_EXPENSE = "1012.01", "1012.06", "6111.02", "6603.01"
SUSPENSE_SENT, SUSPENSE_RECEIVED = "1221.09", "2241.09"
RECEIVABLE, PAYABLE = "1122.01", "2202.01"


def assert_books_hold(world: World) -> None:
    """Nothing waits, wallets are the tokens of the chain, the audit holds."""
    for who in (BUYER, "SUPPLIER", "RIVAL", FINANCIER):
        if who in world.people:
            assert world.account(who, WALLET) == world.balance(who), who
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_delivery_paid_later_is_owed_and_covered_until_it_is_due_and_paid_by_itself(
    world: World,
) -> None:
    before = world.balance("SUPPLIER")
    order = delivered(world)
    payment, claim = world.last("payment"), world.last("receivable")
    assert payment.fields["deferred"]
    assert claim.entries == []
    assert claim.fields["due_at"] == claim.at + TERM
    assert claims_of(world, "SUPPLIER") == (600_000, 0)
    assert claims_of(world, BUYER) == (0, 600_000)
    assert world.account(BUYER, COVER) == 600_000
    assert world.account(BUYER, PAYABLE) == world.account("SUPPLIER", RECEIVABLE) == 0
    assert world.balance("SUPPLIER") == before
    assert_books_hold(world)
    world.node.reach_time(claim.fields["due_at"])
    world.settle()
    assert world.last("receivable_payment").fields["order"] == order.number
    assert claims_of(world, "SUPPLIER") == claims_of(world, BUYER) == (0, 0)
    assert world.account(BUYER, COVER) == 0
    assert world.balance("SUPPLIER") == before + 600_000
    assert_books_hold(world)


def test_a_claim_is_split_and_its_part_sold_at_a_discount_that_the_financier_earns_when_due(
    world: World,
) -> None:
    enrol_financier(world)
    delivered(world)
    claim = world.last("receivable").fields["claim_id"]
    world.transact("SUPPLIER", "Receivables", "split", claim, 333_333)
    world.settle()
    part = world.last("receivable_split").fields["part_id"]
    sell(world, "SUPPLIER", part, 330_000, 333_333)
    world.settle()
    assert world.account("SUPPLIER", DISCOUNT_EXPENSE) == 3_333
    assert claims_of(world, FINANCIER) == (330_000, 0)
    assert claims_of(world, "SUPPLIER") == (266_667, 0)
    assert world.documents("token_transfer") == []  # the price is booked with the claim alone
    assert_books_hold(world)
    world.wait(TERM)
    world.settle()
    assert world.account(FINANCIER, DISCOUNT_INCOME) == -3_333
    assert claims_of(world, BUYER) == claims_of(world, FINANCIER) == (0, 0)
    assert_books_hold(world)


def test_a_claim_cannot_be_sold_twice(world: World) -> None:
    enrol_financier(world)
    delivered(world)
    claim = world.last("receivable").fields["claim_id"]
    sell(world, "SUPPLIER", claim, 590_000, 600_000)
    with pytest.raises(CallRefused):
        world.transact(FINANCIER, "Receivables", "buy", claim, 600_000, 590_000)
    world.settle()
    assert len(world.documents("discounting")) == 1
    assert_books_hold(world)


def hand_on(world: World, claim: int, amount: int) -> None:
    """The supplier hands a claim on to its rival, and the rival pays for it outside of any contract."""
    to = {who: world.people[who].address for who in ("SUPPLIER", "RIVAL")}
    world.transact("SUPPLIER", "Receivables", "transfer", claim, to["RIVAL"])
    world.transact("RIVAL", "SettlementToken", "transfer", to["SUPPLIER"], amount)


def test_a_claim_sold_from_hand_to_hand_leaves_suspense_by_itself_where_one_payment_fits(
    world: World,
) -> None:
    delivered(world)
    hand_on(world, world.last("receivable").fields["claim_id"], 595_000)
    world.settle()
    explained = world.last("claim_explanation")
    assert explained.fields["paid_by"] == world.last("token_transfer").number
    assert world.account("SUPPLIER", SUSPENSE_SENT) == world.account("RIVAL", SUSPENSE_SENT) == 0
    assert world.account("SUPPLIER", SUSPENSE_RECEIVED) == 0
    assert world.account("RIVAL", SUSPENSE_RECEIVED) == 0
    assert world.account("SUPPLIER", DISCOUNT_EXPENSE) == 5_000
    assert claims_of(world, "RIVAL") == (595_000, 0)
    assert_books_hold(world)
    world.wait(TERM)
    world.settle()
    assert world.account("RIVAL", DISCOUNT_INCOME) == -5_000
    assert_books_hold(world)


def test_where_two_claims_fit_one_payment_finance_says_which(world: World) -> None:
    order = delivered(world, 40, 400_000)
    first = world.last("receivable").fields["claim_id"]
    second = deliver(world, order, 60, 600_000, "INV-2").fields["claim_id"]
    world.transact("SUPPLIER", "Receivables", "transfer", first, world.people["RIVAL"].address)
    hand_on(world, second, 390_000)
    world.settle()
    assert world.documents("claim_explanation") == []
    assert world.account("SUPPLIER", SUSPENSE_SENT) == 1_000_000
    assert_books_hold(world)


def test_an_edited_claim_is_named_by_the_audit(world: World) -> None:
    delivered(world)
    world.sql(
        "UPDATE claim SET amount_minor = amount_minor - 1, carrying_minor = carrying_minor - 1"
    )
    report = world.audit()
    found = {d.row for invariant in report.invariants for d in invariant.differences}
    assert "claim claim_id 1" in str(found) or any("claim" in row for row in found)
    assert {i.id for i in report.invariants if not i.holds} == {5, 6}


def test_a_claim_that_is_late_to_be_paid_is_still_paid_once(world: World) -> None:
    delivered(world)
    world.wait(TERM + 5 * DAY)
    claim = world.last("receivable").fields["claim_id"]
    world.transact("RIVAL", "Receivables", "pay", claim)  # anybody may; the keeper comes too late
    world.settle()
    assert len(world.documents("receivable_payment")) == 1
    assert_books_hold(world)


def test_a_claim_waits_with_the_ruling_of_its_transaction_that_may_name_a_paper_of_ours(
    world: World,
) -> None:
    """A clerk writes while the bridge is halfway round: the ruling's reference may be of that document, and waits for it."""
    world.stock_item(ITEM, payment_seconds=TERM)
    order = world.tender({"SUPPLIER": 1_000_000}, ITEM)
    delivery = world.ship("SUPPLIER", order, 60)
    shipped = world.now
    world.wait(10 * DAY)
    place = order.fields["order_id"], delivery
    world.transact("SUPPLIER", "PurchaseOrders", "disputeDelivery", *place, world.reference())
    world.settle()
    values = 60, 60, shipped + DAY, world.reference()
    world.transact("arbiter", "PurchaseOrders", "ruleDelivery", *place, *values)
    world.erp(RaiseRequisition(item="STEEL", quantity=1, estimate_minor=1))
    world.settle()
    assert world.last("receivable").fields["amount_minor"] == 600_000
    assert claims_of(world, "SUPPLIER") == (600_000, 0)
    assert_books_hold(world)
