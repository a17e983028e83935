"""How a requisition is bought: by price and days, at a second price, reviewed, in lots, or by what both sides signed."""

from __future__ import annotations

from typing import Any

from bridge.capabilities.model import ZERO_REF
from erp.procurement.schemas import CancelRequisition, DisqualifyBid, RequestLots
from tests.buying import reveal_all, tender_for
from tests.world import BUYER, DAY, World

START = 10_000_000
DAY_VALUE = 10_000
DAYS: dict[str, Any] = {"day_value_minor": DAY_VALUE, "max_days": 10, "credit_weight_bps": 2_000}


def test_a_bid_that_delivers_sooner_wins_and_its_days_become_the_promise(world: World) -> None:
    tender = tender_for(world, "COPPER", **DAYS)
    assert (tender.fields["day_value_minor"], tender.fields["max_days"]) == (DAY_VALUE, 10)
    reveal_all(world, tender, {"SUPPLIER": (1_000_000, 9), "RIVAL": (1_050_000, 2)})
    scores = [int(d.fields["score"]) for d in world.documents("quotation")]
    # neither has a record: 3,000 of 10,000 credit are missing, weighed by 2,000: 6 in a hundred more
    credit = world.documents("bid")[0].fields["credit_bps"]
    raised = 10_000 * 10_000 + 2_000 * (10_000 - credit)
    assert scores == [-(-worth * raised // 10**8) for worth in (1_090_000, 1_070_000)]
    order = world.last("purchase_order")
    assert (order.fields["supplier_code"], order.fields["amount_minor"]) == ("RIVAL", 1_050_000)
    assert order.fields["promised_at"] == tender.fields["review_end"] + 2 * DAY
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_with_a_second_price_the_winner_is_paid_what_would_still_have_matched_the_next(
    world: World,
) -> None:
    tender = tender_for(world, "COPPER", second_price=True)
    reveal_all(world, tender, {"SUPPLIER": (900_000, 0), "RIVAL": (1_100_000, 0)})
    order = world.last("purchase_order")
    assert (order.fields["supplier_code"], order.fields["amount_minor"]) == ("SUPPLIER", 1_100_000)
    alone = tender_for(world, "TIN", second_price=True)
    reveal_all(world, alone, {"RIVAL": (700_000, 0)})
    order = world.last("purchase_order")
    assert (order.fields["supplier_code"], order.fields["amount_minor"]) == ("RIVAL", 1_200_000)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_struck_leader_loses_and_the_keeper_ranks_the_others_anew(world: World) -> None:
    tender = tender_for(world, "COPPER", review_seconds=DAY)
    reveal_all(world, tender, {"SUPPLIER": (900_000, 0), "RIVAL": (1_000_000, 0)})
    assert world.documents("award") == []  # the review is on
    strike = world.erp(
        DisqualifyBid(tender=tender.number, supplier="SUPPLIER", reason="certificate ran out")
    )
    world.settle()
    struck = world.last("bid_disqualification").fields
    assert (struck["strike"], struck["leader_code"]) == (strike.number, None)
    assert struck["to_rank"] == [world.people["RIVAL"].address.lower()]
    world.node.reach_time(tender.fields["review_end"])
    world.settle()
    assert world.last("bid_ranking").fields["leader_code"] == "RIVAL"
    assert world.documents("award") == []
    world.node.reach_time(tender.fields["review_end"] + DAY)
    world.settle()
    order = world.last("purchase_order")
    assert (order.fields["supplier_code"], order.fields["amount_minor"]) == ("RIVAL", 1_000_000)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_strike_that_the_bridge_brings_too_late_changes_nothing_and_no_audit_waits_for_it(
    world: World,
) -> None:
    tender = tender_for(world, "COPPER", review_seconds=DAY)
    reveal_all(world, tender, {"SUPPLIER": (900_000, 0), "RIVAL": (1_000_000, 0)})
    world.reach(tender.fields["reveal_end"] + DAY - 60)
    world.erp(DisqualifyBid(tender=tender.number, supplier="SUPPLIER", reason="at the last moment"))
    world.wait(120)
    world.settle()
    assert world.documents("bid_disqualification") == []
    assert world.last("purchase_order").fields["supplier_code"] == "SUPPLIER"
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_strike_from_the_console_is_booked_without_a_document_and_nobody_else_means_void(
    world: World,
) -> None:
    free = world.available()
    tender = tender_for(world, "COPPER", review_seconds=DAY)
    reveal_all(world, tender, {"SUPPLIER": (900_000, 0)})
    supplier = world.people["SUPPLIER"].address
    terms = world.terms(tender.fields["tender_id"])
    world.transact(
        BUYER,
        "Tenders",
        "disqualifyBid",
        tender.fields["tender_id"],
        terms,
        supplier,
        world.reference(),
    )
    world.settle()
    struck = world.last("bid_disqualification").fields
    assert (struck["strike"], struck["to_rank"]) == (None, [])
    world.node.reach_time(tender.fields["review_end"] + DAY)
    world.settle()
    assert world.last("tender_void").fields["tender_id"] == tender.fields["tender_id"]
    assert world.available() == free
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_lots_of_one_need_are_opened_together_and_go_to_whoever_bids_best_for_each(
    world: World,
) -> None:
    free = world.available()
    world.stock_item("COPPER", sourcing="lots", lots=3)
    world.issue(item="COPPER")
    world.settle()
    lots = world.documents("tender")
    asked = world.documents("requisition")
    assert [d.fields["quantity"] for d in lots] == [34, 33, 33]
    assert [d.fields["requisition"] for d in lots] == [d.number for d in asked]
    assert sum(d.fields["estimate_minor"] for d in asked) == 1_200_000
    assert world.available() == free - 1_200_000
    for tender, who in zip(lots, ("SUPPLIER", "RIVAL", "SUPPLIER"), strict=True):
        world.commit(who, tender, 300_000)
    world.node.reach_time(lots[0].fields["commit_end"])
    for tender, who in zip(lots, ("SUPPLIER", "RIVAL", "SUPPLIER"), strict=True):
        world.reveal(who, tender)
    world.node.reach_time(lots[0].fields["reveal_end"])
    world.settle()
    orders = world.documents("purchase_order")
    assert [d.fields["supplier_code"] for d in orders] == ["SUPPLIER", "RIVAL", "SUPPLIER"]
    assert world.available() == free - 900_000
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_lot_that_is_cancelled_in_time_takes_the_others_and_their_opening_with_it(
    world: World,
) -> None:
    free = world.available()
    world.stock_item("COPPER", sourcing="lots", lots=2)
    world.erp(RequestLots(item="COPPER", quantity=10, estimate_minor=1_001))
    first, second = world.documents("requisition")
    cancelled = world.erp(CancelRequisition(requisition=second.number, reason="not needed"))
    assert cancelled.fields["lots_opening"] == world.last("lots_opening").number
    world.settle()
    assert [d.fields["requisition"] for d in world.documents("requisition_cancel")] == [
        second.number,
        first.number,
    ]
    assert world.documents("tender") == []
    assert world.available() == free
    world.assert_audit_holds()


def test_an_order_that_both_sides_signed_stands_on_its_requisition(world: World) -> None:
    free = world.available()
    world.stock_item("COPPER", sourcing="direct")
    world.issue(item="COPPER")
    world.settle()
    asked = world.last("requisition")
    assert world.documents("tender") == []
    world.sign_direct("RIVAL", asked, amount=1_250_000)
    world.settle()
    order = world.last("purchase_order")
    assert (order.fields["requisition"], order.fields["direct_order_id"]) == (asked.number, 1)
    assert world.last("direct_order").fields["order"] == order.number
    assert (order.fields["saving_minor"], order.fields["unbudgeted_minor"]) == (-50_000, 0)
    assert world.available() == free - 1_250_000
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=100, net=1_250_000)
    world.let_it_stand()
    assert world.balance("SUPPLIER") == START + 1_250_000
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_tender_that_nobody_here_asked_for_is_booked_with_every_bond(world: World) -> None:
    terms = world.terms(world.open_tender().fields["tender_id"])
    terms["requisitionRef"] = world.reference()
    terms["invitedRoot"] = ZERO_REF
    world.transact(BUYER, "Tenders", "openTender", terms, [])
    world.settle()
    tender = world.last("tender")
    assert (tender.fields["requisition"], tender.fields["item"]) == (None, "UNLISTED")
    reveal_all(world, tender, {"SUPPLIER": (800_000, 0)})
    order = world.last("purchase_order")
    assert order.fields["unbudgeted_minor"] == 800_000
    assert world.account(BUYER, "1012.02") == 800_000
    assert world.account("SUPPLIER", "1012.03") == 0
    world.assert_nothing_waits()
    world.assert_audit_holds()
