"""An open auction: suppliers underbid each other in the open, the lowest is awarded, every bond comes back by itself."""

from __future__ import annotations

from tests.buying import auction_by_hand, open_auction
from tests.world import BUYER, POLICY, World

BONDS, WALLET = "1012.04", "1012.01"
BOND = int(POLICY["bond_minor"])
START = 10_000_000


def test_the_lowest_bid_gets_the_order_and_every_bond_comes_back_by_itself(world: World) -> None:
    auction = open_auction(world)
    assert auction.fields["requisition"] == world.last("requisition").number
    world.underbid("SUPPLIER", auction, 1_200_000)
    world.underbid("RIVAL", auction, 1_188_000)
    world.settle()
    assert world.account("SUPPLIER", BONDS) == world.account("RIVAL", BONDS) == BOND
    world.assert_audit_holds()
    world.node.reach_time(auction.fields["ends_at"] - 10)
    world.underbid("SUPPLIER", auction, 1_100_000)
    world.settle()
    last = world.last("auction_bid").fields
    assert (last["bond_minor"], last["extensions"]) == (0, 1)
    world.node.reach_time(auction.fields["ends_at"])
    world.settle()
    assert world.documents("auction_award") == []  # the end has moved
    world.node.reach_time(last["ends_at"])
    world.settle()
    award, order = world.last("auction_award"), world.last("purchase_order")
    assert (award.fields["supplier_code"], award.fields["amount_minor"]) == ("SUPPLIER", 1_100_000)
    assert award.fields["order"] == order.number
    assert world.audit().remarks == ()
    assert (order.fields["auction_id"], order.fields["tender_id"]) == (1, None)
    assert order.fields["saving_minor"] == 100_000
    assert len(world.documents("auction_bond_return")) == 2
    assert world.account("SUPPLIER", BONDS) == world.account("RIVAL", BONDS) == 0
    assert world.balance("SUPPLIER") == world.balance("RIVAL") == START
    world.assert_nothing_waits()
    world.assert_audit_holds()
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=100, net=1_100_000)
    assert world.balance("SUPPLIER") == START + 1_100_000
    world.assert_audit_holds()


def test_an_order_of_an_auction_is_not_joined_to_the_tender_of_the_same_number(
    world: World,
) -> None:
    tender = world.open_tender()
    auction = open_auction(world)
    assert tender.fields["tender_id"] == auction.fields["auction_id"] == 1
    world.underbid("RIVAL", auction, 900_000)
    world.bid(tender, {"SUPPLIER": 1_000_000})
    world.node.reach_time(max(auction.fields["ends_at"], tender.fields["review_end"]) + 1)
    world.settle()
    orders = {d.fields["item"]: d.fields for d in world.documents("purchase_order")}
    assert orders["STEEL"]["supplier_code"] == "SUPPLIER"
    assert (orders["COPPER"]["supplier_code"], orders["COPPER"]["tender_id"]) == ("RIVAL", None)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_nobody_bids_and_the_budget_is_free_again(world: World) -> None:
    free = world.available()
    auction = open_auction(world)
    assert world.available() == free - 1_200_000
    world.node.reach_time(auction.fields["ends_at"])
    world.settle()
    assert world.last("auction_void").fields["auction_id"] == 1
    assert world.available() == free
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_auction_that_nobody_here_asked_for_is_booked_with_every_bond_and_its_order(
    world: World,
) -> None:
    auction_by_hand(world)
    world.settle()
    auction = world.last("auction")
    assert (auction.fields["requisition"], auction.fields["item"]) == (None, "UNLISTED")
    assert "no requisition" in auction.fields["unasked"]
    free = world.available()
    world.underbid("SUPPLIER", auction, 500_000)
    world.settle()
    assert world.account("SUPPLIER", BONDS) == BOND
    world.node.reach_time(auction.fields["ends_at"])
    world.settle()
    order = world.last("purchase_order")
    assert (order.fields["unbudgeted_minor"], order.entries) == (500_000, [])
    assert world.account(BUYER, "1012.02") == 500_000  # paid into escrow all the same
    delivery = world.ship("SUPPLIER", order, 50)
    world.deliver(order, delivery, received=50, accepted=50, net=500_000)
    assert world.account(BUYER, "1403") == 600_000
    assert world.available() == free  # what nobody set aside is not spent
    world.assert_nothing_waits()
    world.assert_audit_holds()
    remarked = {(remark.row, remark.detail.split(":")[0]) for remark in world.audit().remarks}
    assert remarked == {
        (auction.number, "requisition is no document here"),
        (order.number, "requisition is no document here"),
        (order.number, "500000 minor units stand without a budget"),
    }


def test_a_bond_changed_past_the_triggers_is_named_by_the_audit(world: World) -> None:
    auction = open_auction(world)
    world.underbid("SUPPLIER", auction, 1_200_000)
    world.settle()
    world.assert_audit_holds()
    world.sql("DROP TRIGGER IF EXISTS journal_line_append_only_update")
    world.sql(
        "UPDATE ledger_balance SET balance_minor = balance_minor - 1 WHERE account = :account",
        account=BONDS,
    )
    report = world.audit()
    assert not report.holds
    rows = [d.row for invariant in report.invariants for d in invariant.differences]
    assert "contract ReverseAuctions" in rows
