"""never-funded: an order whose buyer does not pay in is cancelled when its time is over, and its budget is free again."""

from __future__ import annotations

from tests.world import BUYER, World

AMOUNT = 1_000_003


def test_an_order_that_nobody_funds_is_cancelled_by_the_bridge_when_its_time_is_over(
    world: World,
) -> None:
    free = world.available()
    spender = world.deployment.address("PurchaseOrders")
    world.transact(
        BUYER, "SettlementToken", "approve", spender, 0
    )  # what it would pay in is not there to take
    order = world.tender({"SUPPLIER": AMOUNT})
    assert world.available() == free - AMOUNT
    assert world.documents("escrow_deposit") == []
    world.node.reach_time(order.at + order.fields["fund_seconds"] - 1)
    world.settle()
    assert world.documents("order_cancel") == []
    world.wait(2)
    world.settle()
    cancel = world.last("order_cancel").fields
    assert cancel["caller"] == world.people["keeper"].address
    assert world.available() == free
    (row,) = world.sql("SELECT status FROM purchase_order")
    assert row[0] == "CANCELLED"
    assert world.status()["stuck"] == []  # nobody has to look at the funding that is wanted no more
    world.assert_audit_holds()
