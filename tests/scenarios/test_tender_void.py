"""tender-void: nobody bids, or nobody bids within the ceiling: the requisition ends and its budget is free again."""

from __future__ import annotations

from bridge.intents import OutboxStatus
from tests.world import World


def test_nobody_bids_and_the_budget_is_free_again(world: World) -> None:
    free = world.available()
    tender = world.open_tender()
    assert world.available() == free - 1_200_000
    world.node.reach_time(tender.fields["reveal_end"])
    world.settle()
    assert world.last("tender_void").fields["bids"] == 0
    assert world.available() == free
    assert world.documents("purchase_order") == []
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_only_a_bid_above_the_ceiling_voids_the_tender_and_the_next_issue_asks_again(
    world: World,
) -> None:
    free = world.available()
    world.bid(world.open_tender(), {"SUPPLIER": 1_200_001})
    world.settle()
    assert world.last("tender_void").fields["bids"] == 1
    assert world.available() == free
    assert world.balance("SUPPLIER") == 10_000_000
    order = world.tender({"SUPPLIER": 1_100_000})
    assert order.fields["amount_minor"] == 1_100_000
    assert len(world.documents("requisition")) == 2
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_tender_that_somebody_else_awarded_is_moot(world: World) -> None:
    world.bid(world.open_tender(), {"SUPPLIER": 1_000_000})
    world.transact("RIVAL", "Tenders", "award", 1, world.terms(1))
    world.settle()
    assert world.last("purchase_order").fields["amount_minor"] == 1_000_000
    rows = world.sql("SELECT status FROM bridge_outbox WHERE function = 'award'")
    assert rows[0][0] == OutboxStatus.MOOT
    world.assert_nothing_waits()
    world.assert_audit_holds()
