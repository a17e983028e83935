"""An order that its parties change on chain, past the ERP: it waits for a person, and nothing wrong is booked."""

from __future__ import annotations

from tests.world import World


def test_a_part_given_up_parks_its_order_and_the_audit_names_it(world: World) -> None:
    order = world.tender({"SUPPLIER": 1_000_000})
    before = world.bridge.port.last_sequence()
    world.transact("SUPPLIER", "PurchaseOrders", "cancelPart", order.fields["order_id"], 40)
    world.settle()

    parked = world.status()["quarantined"]
    assert parked[0]["event"] == "OrderPartCancelled"
    assert "the ERP has no document for it yet" in parked[0]["reason"]
    assert world.bridge.port.last_sequence() == before
    report = world.audit()
    assert not report.holds
    named = {
        difference.aggregate for found in report.invariants for difference in found.differences
    }
    assert f"order:{order.fields['order_id']}" in named
