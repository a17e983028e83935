"""The same report twice: the contract refuses the second, the bridge finds it settled elsewhere, and nothing doubles."""

from __future__ import annotations

import pytest
from sqlmodel import select

from bridge.intents import OutboxStatus
from bridge.store.tables import Attempt, Outbox
from tests.world import DAY, World


def send_again(world: World, key: str) -> Outbox:
    """The confirmed intent with this key is pending again, as after a restored backup; what became of it."""
    with world.bridge.store.unit() as session:
        first = session.exec(select(Outbox).where(Outbox.key == key)).one()
        assert first.status == OutboxStatus.CONFIRMED
        first.status = OutboxStatus.PENDING
        for attempt in session.exec(select(Attempt).where(Attempt.outbox_id == first.id)):
            attempt.lost = True
    world.settle()
    with world.bridge.store.view() as session:
        return session.exec(select(Outbox).where(Outbox.key == key)).one()


def test_each_report_of_an_open_order_is_taken_once(world: World) -> None:
    order = world.tender({"SUPPLIER": 1_000_003})
    delivery = world.ship("SUPPLIER", order, 60)
    world.wait(DAY)
    world.deliver(order, delivery, received=60, accepted=50, net=500_001)
    paid, documents = world.balance("SUPPLIER"), world.bridge.port.last_sequence()
    for kind in ("goods_receipt", "inspection", "match"):
        again = send_again(world, f"{kind}:{world.last(kind).number}")
        assert again.status == OutboxStatus.MOOT, again.reason
    assert world.balance("SUPPLIER") == paid
    assert world.bridge.port.last_sequence() == documents
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize("kind", ["requisition", "tender", "purchase_order", "match"])
def test_each_call_of_an_ended_order_is_taken_once(world: World, kind: str) -> None:
    order = world.tender({"SUPPLIER": 1_000_003})
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=100, net=1_000_003)
    balances = {who: world.balance(who) for who in ("BUYER", "SUPPLIER")}
    again = send_again(world, f"{kind}:{world.last(kind).number}")
    assert again.status == OutboxStatus.MOOT, again.reason
    assert balances == {who: world.balance(who) for who in balances}
    world.assert_audit_holds()


def test_an_anchor_twice_is_refused_and_the_stream_goes_on(world: World) -> None:
    again = send_again(world, "anchor:1")
    assert again.status != OutboxStatus.CONFIRMED
    assert "HeadMismatch" in (again.reason or "")
