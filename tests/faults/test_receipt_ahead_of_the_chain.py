"""The ERP's clock runs ahead of the newest block, as it does between two blocks: the report waits for chain time."""

from __future__ import annotations

from erp.database import transaction
from erp.procurement.schemas import RecordGoodsReceipt
from erp.rooms import execute
from tests.faults.administrator import AMOUNT
from tests.world import World

AHEAD = 30  # seconds


def test_a_receipt_of_a_moment_ago_waits_for_the_next_block_and_goes_through(world: World) -> None:
    order = world.tender({"SUPPLIER": AMOUNT, "RIVAL": AMOUNT + 1})
    delivery = world.ship("SUPPLIER", order, 100)
    at = world.now + AHEAD
    command = RecordGoodsReceipt(
        order=order.number, delivery_id=delivery, quantity=100, received_at=at
    )
    with transaction(world.engine) as session:
        execute(session, command, at=at, salt=b"\x01" * 32, actor="warehouse")
    world.settle()
    seen = world.status()
    # the receipt, and the end of an order that nobody would have funded in its time
    assert (seen["stuck"], seen["waiting_for_time"]) == ([], 2)
    assert "refused" not in world.alarms()
    assert world.documents("receipt_attestation") == []

    world.wait(AHEAD)
    world.settle()
    assert world.status()["waiting_for_time"] == 1
    assert world.last("receipt_attestation").fields["received_at"] == at
    world.inspect(world.last("goods_receipt"), 100)
    world.invoice(order, delivery, 100, AMOUNT)
    world.settle()
    assert world.last("payment").fields["paid_minor"] == AMOUNT
    world.assert_nothing_waits()
    world.assert_audit_holds()
