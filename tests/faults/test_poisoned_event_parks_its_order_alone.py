"""The ERP refuses one event: its order is parked with the reason, all others go on, and a retry brings it back."""

from __future__ import annotations

import pytest

from bridge.errors import BadConfiguration
from bridge.intents import InboxStatus
from tests.world import World

AMOUNTS = {"STEEL": 1_000_003, "COPPER": 900_001}


def test_one_poisoned_order_waits_and_the_other_is_paid(world: World) -> None:
    world.stock_item("COPPER")
    orders = {item: world.tender({"SUPPLIER": AMOUNTS[item]}, item) for item in AMOUNTS}
    sick, well = orders["STEEL"], orders["COPPER"]
    world.sql("UPDATE purchase_order SET status = 'OPENED' WHERE number = :n", n=sick.number)
    for order in orders.values():
        world.despatch("SUPPLIER", order, 100)
    world.settle()

    (parked,) = world.status()["quarantined"]
    assert parked["event"] == "DeliveryShipped"
    assert parked["aggregate"] == f"order:{sick.fields['order_id']}"
    assert "WrongStatus" in parked["reason"]
    assert sick.number in world.alarms()["quarantined"]
    world.deliver(well, 1, received=100, accepted=100, net=AMOUNTS["COPPER"])
    assert world.last("payment").fields["order"] == well.number
    assert world.last("order_close").fields["order"] == well.number
    report = world.audit()
    (missing,) = report.invariants[0].differences
    concerned = f"order:{sick.fields['order_id']}"
    assert (missing.kind, missing.aggregate) == ("missing in ERP", concerned)

    world.sql("UPDATE purchase_order SET status = 'FUNDED' WHERE number = :n", n=sick.number)
    assert world.retry(parked["position"]) == InboxStatus.FINAL
    world.settle()
    world.deliver(sick, 1, received=100, accepted=100, net=AMOUNTS["STEEL"], number="INV-2")
    assert world.last("order_close").fields["order"] == sick.number
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_later_events_of_a_parked_order_wait_behind_it_in_order(world: World) -> None:
    order = world.tender({"SUPPLIER": 1_000_003})
    world.sql("UPDATE purchase_order SET status = 'OPENED' WHERE number = :n", n=order.number)
    for quantity in (30, 70):
        world.despatch("SUPPLIER", order, quantity)
    world.settle()
    seen = world.status()
    assert len(seen["quarantined"]) == 1
    assert seen["inbox"][InboxStatus.WAITING] == 1
    world.sql("UPDATE purchase_order SET status = 'FUNDED' WHERE number = :n", n=order.number)
    world.retry(seen["quarantined"][0]["position"])
    world.settle()
    assert [d.fields["quantity"] for d in world.documents("despatch")] == [30, 70]
    world.assert_audit_holds()


def test_an_event_resolved_by_hand_lets_its_order_go_on_and_the_audit_still_names_it(
    world: World,
) -> None:
    stranger = "0x" + "5e" * 20
    world.transact("registrar", "Participants", "register", stranger, 2)
    world.settle()
    (parked,) = world.status()["quarantined"]
    assert stranger in parked["reason"]
    world.resolve(parked["position"], "a partner of another ERP")
    world.settle()
    assert world.status()["quarantined"] == []
    (act,) = world.status()["operator_acts"]
    assert (act["act"], act["key"]) == ("resolved", parked["position"])
    assert act["why"] == "a partner of another ERP"
    report = world.audit()
    assert not report.holds
    (named,) = report.invariants[0].differences
    assert parked["position"] in named.row
    assert "resolved by tester" in named.detail
    assert "a partner of another ERP" in named.detail


def test_nothing_that_is_not_stuck_can_be_retried_or_resolved(world: World) -> None:
    with pytest.raises(BadConfiguration, match="nothing parked has the key"):
        world.retry("requisition:PR-2006-00099")
    with pytest.raises(BadConfiguration, match="nothing parked has the key"):
        world.resolve("000000000001:000000:000000", "why not")


def test_d1_an_amount_beyond_the_books_parks_its_account_alone_and_says_why(world: World) -> None:
    """The shared rules know larger amounts than the books: such an event waits for a person, who reads which and why."""
    for code, amount in (("RIVAL", 10**15), ("SUPPLIER", 5)):
        whom = world.people[code].address
        world.transact("treasurer", "SettlementToken", "issue", whom, amount, world.reference())
    world.settle()
    (parked,) = world.status()["quarantined"]
    assert parked["event"] == "TokensIssued"
    assert "RecordTokenIssue" in parked["reason"]
    assert "amount_minor: Input should be less than or equal to 999999999999999" in parked["reason"]
    assert "999999999999999" in world.alarms()["quarantined"]
    assert world.last("token_issue").fields["amount_minor"] == 5
