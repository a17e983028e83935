"""requisition-cancelled (D3): nothing is signed for what was taken back; a tender that crossed with the cancel is booked."""

from __future__ import annotations

from bridge.intents import OutboxStatus
from bridge.ports.port import Document
from bridge.ring.recheck import asker, rechecker
from erp.procurement.schemas import CancelRequisition, RaiseRequisition
from tests.world import BUYER, ITEM, World


def cancel(world: World) -> Document:
    number = world.last("requisition").number
    return world.erp(CancelRequisition(requisition=number, reason="not needed"), "planner")


def call_of(world: World) -> tuple[str, str]:
    """Status and reason of the call that the requisition asked for."""
    ((status, reason),) = world.sql(
        "SELECT status, reason FROM bridge_outbox WHERE key LIKE 'requisition:%'"
    )
    return status, reason or ""


def test_d3_a_requisition_cancelled_before_it_was_signed_opens_no_tender(world: World) -> None:
    free = world.available()
    world.issue()
    cancelled = cancel(world)
    world.settle()
    status, reason = call_of(world)
    assert status == OutboxStatus.MOOT
    assert cancelled.number in reason
    assert world.documents("tender") == []
    assert world.available() == free
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_d3_a_reported_call_is_not_signed_once_its_requisition_is_cancelled(world: World) -> None:
    bridge = world.bridge
    world.issue()
    bridge.report.run()
    with bridge.store.view() as session:
        (row,) = [r for r in bridge.store.open_calls(session) if r.key.startswith("requisition:")]
    recheck = rechecker(asker(bridge.port, bridge.store, bridge.posts, bridge.deployment))
    assert recheck(row) is None
    cancelled = cancel(world)
    assert recheck(row) == f"{cancelled.number} took {world.last('requisition').number} back"
    world.settle()
    assert call_of(world)[0] == OutboxStatus.MOOT
    assert world.documents("tender") == []
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_d3_the_call_that_no_candidate_may_answer_waits_no_longer(world: World) -> None:
    free = world.available()
    for who in ("SUPPLIER", "RIVAL"):
        world.transact(
            "registrar", "Participants", "suspend", world.people[who].address, b"\1" * 32
        )
    world.issue()
    world.bridge.report.run()
    assert call_of(world)[0] == OutboxStatus.REFUSED
    cancel(world)
    world.settle()
    assert call_of(world)[0] == OutboxStatus.MOOT
    assert world.available() == free
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_d3_a_tender_that_crossed_with_the_cancel_is_booked_and_bought(world: World) -> None:
    free = world.available()
    world.issue()
    world.settle_passes(1)  # signed and sent; its event is not read yet
    cancel(world)
    assert world.available() == free
    world.settle()
    tender = world.last("tender")
    assert tender.fields["set_aside_again"] is True
    assert world.available() == free - 1_200_000
    world.bid(tender, {"SUPPLIER": 1_000_000})
    world.settle()
    order = world.last("purchase_order")
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=100, net=1_000_000)
    assert world.last("order_close").fields["accepted"] == 100
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_d3_a_crossing_tender_whose_budget_is_spent_is_booked_without_its_requisition(
    world: World,
) -> None:
    world.issue()
    world.settle_passes(1)
    cancel(world)
    rest = world.available() - 1_000_000
    world.erp(RaiseRequisition(item=ITEM, quantity=1, estimate_minor=rest))
    world.settle()
    crossed, other = world.documents("tender")
    assert "1000000" in crossed.fields["unasked"]
    free = world.available()
    world.bid(crossed, {"SUPPLIER": 900_000})
    world.reach(other.fields["reveal_end"])  # it opened later, by a second or two
    world.settle()
    (order,) = world.documents("purchase_order")
    assert order.fields["unbudgeted_minor"] == 900_000
    assert world.account(BUYER, "1012.02") == 900_000
    assert world.available() == free + rest  # the tender for the other one found nobody
    world.assert_nothing_waits()
    world.assert_audit_holds()
