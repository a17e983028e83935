"""screening: the chain's records decide who is invited; when nobody qualifies the requisition waits with the reasons."""

from __future__ import annotations

import pytest

from bridge.errors import BadConfiguration, NoSupplierQualifies
from tests.world import World

REASON = b"\x01" * 32


def test_a_candidate_below_minimum_credit_is_not_invited(world: World) -> None:
    world.bid(world.open_tender(), {"RIVAL": 1_000_000})
    world.transact("RIVAL", "Tenders", "award", 1, world.terms(1))
    world.transact("RIVAL", "PurchaseOrders", "cancel", 1)
    world.settle()
    score = world.score("RIVAL")
    world.stock_item("COPPER", min_credit_bps=score + 1)
    tender = world.open_tender("COPPER")
    assert tender.fields["invited_codes"] == ["SUPPLIER"]
    (note,) = world.sql(
        "SELECT note FROM bridge_outbox WHERE function = 'openTender' ORDER BY id DESC"
    )[0]
    assert f"credit {score} bps" in note
    (excluded,) = world.status()["excluded"]
    assert excluded == {
        "number": tender.fields["requisition"],
        "account": world.people["RIVAL"].address,
        "reason": f"credit {score} bps, {score + 1} asked for",
    }
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_suspended_candidate_is_not_invited(world: World) -> None:
    rival = world.people["RIVAL"].address
    world.transact("registrar", "Participants", "suspend", rival, REASON)
    tender = world.open_tender()
    assert tender.fields["invited_codes"] == ["SUPPLIER"]
    world.settle()
    assert world.last("party_suspension").fields["account"] == rival
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_when_nobody_qualifies_the_call_waits_and_a_retry_goes_through(world: World) -> None:
    accounts = [world.people[who].address for who in ("SUPPLIER", "RIVAL")]
    world.issue()
    for account in accounts:
        world.transact("registrar", "Participants", "suspend", account, REASON)
    world.settle()
    assert world.documents("tender") == []
    (stuck,) = world.status()["stuck"]
    assert stuck["key"].startswith("requisition:PR-")
    for account in accounts:
        assert account in stuck["reason"]
    assert "suspended" in world.alarms()["refused"]
    with pytest.raises(NoSupplierQualifies):
        world.retry(stuck["key"])

    world.transact("registrar", "Participants", "reinstate", accounts[0])
    world.settle()
    world.retry(stuck["key"])
    world.settle()
    assert world.last("tender").fields["invited"] == [accounts[0]]
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_call_that_never_will_go_through_can_be_given_up(world: World) -> None:
    for who in ("SUPPLIER", "RIVAL"):
        account = world.people[who].address
        world.transact("registrar", "Participants", "suspend", account, REASON)
    world.issue()
    world.settle()
    held = world.status()["stuck"]
    for stuck in held:
        assert world.resolve(stuck["key"], "bought elsewhere") == "given_up"
    assert world.status()["stuck"] == []
    with pytest.raises(BadConfiguration, match="nothing parked"):
        world.resolve("requisition:PR-1999-00001", "why not")
    world.assert_audit_holds()


def test_a_reorder_held_for_want_of_an_active_buyer_goes_on_when_it_is_back(world: World) -> None:
    buyer = world.people["BUYER"].address
    world.transact("registrar", "Participants", "suspend", buyer, REASON)
    world.settle()
    world.issue()
    assert world.documents("requisition") == []
    assert len(world.documents("reorder_hold")) == 1
    world.transact("registrar", "Participants", "reinstate", buyer)
    world.settle()
    assert len(world.documents("requisition")) == 1
    assert len(world.documents("tender")) == 1
    world.assert_audit_holds()
