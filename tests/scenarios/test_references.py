"""references: an act may name a document that was written a moment before it, or one that nobody here ever wrote."""

from __future__ import annotations

from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from erp.signing.schemas import StateReason
from tests.world import World

AMOUNT = 1_000_003
PASSES = 4


def rejected(world: World) -> Document:
    """Ten of a hundred units were rejected; the order."""
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=90, net=AMOUNT * 90 // 100)
    return order


def dispute(world: World, order: Document, reason: bytes) -> None:
    """The supplier disputes the first delivery, and the bridge has not looked yet."""
    told = (order.fields["order_id"], 1, reason)
    world.transact("SUPPLIER", "PurchaseOrders", "disputeDelivery", *told)


def stated(world: World, text: str = "the scale was out of true") -> Document:
    """The supplier states a reason in the ERP."""
    about = world.last("inspection").number
    return world.erp(StateReason(party="SUPPLIER", about=about, text=text), "supplier:test")


def test_an_act_that_names_a_document_of_a_moment_ago_waits_until_the_bridge_has_read_it(
    world: World,
) -> None:
    order = rejected(world)
    reason = stated(world)
    dispute(world, order, document_root(reason))
    world.settle()
    assert world.last("delivery_dispute").fields["reason"] == reason.number
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_act_that_names_nobodys_document_waits_for_none_however_busy_the_clerks_are(
    world: World,
) -> None:
    order = rejected(world)
    dispute(world, order, world.reference())
    for count in range(PASSES):
        stated(world, f"statement {count}")  # before each pass there is something unread
        world.settle_passes(1)
    assert world.last("delivery_dispute").fields["reason"] is None
    world.settle()
    world.assert_nothing_waits()
    assert {remark.row for remark in world.audit().remarks} == {
        world.last("delivery_dispute").number
    }
