"""blocked-invoice: a blocked match asks nothing of the chain; the match that follows budget or release is paid, once."""

from __future__ import annotations

import json

from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from erp.budget.schemas import ApproveBudget
from erp.items.schemas import SetSourcingPolicy
from erp.procurement.schemas import RaiseRequisition, ReleaseInvoice, WithdrawInvoice
from tests.world import BUYER, ITEM, POLICY, World

AMOUNT = 1_000_000
OVER = 1_008_000  # within the order's tolerance of 1 %
WITHIN = {**POLICY, "tolerance_bps": 100}


def accepted(world: World) -> tuple[Document, int]:
    """An order with a tolerance, and its one delivery, whole and good."""
    world.erp(SetSourcingPolicy(**WITHIN))
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    world.inspect(world.receive(order, delivery, 100), 100)
    world.settle()
    return order, delivery


def asked(world: World) -> dict[str, list[object]]:
    """What the matches ask of the chain: the arguments of each call, by its key."""
    rows = world.sql("SELECT key, args FROM bridge_outbox WHERE key LIKE 'match:%'")
    return {key: json.loads(args) for key, args in rows}


def test_d3_blocked_for_budget_then_approved_then_matched_then_paid(world: World) -> None:
    order, delivery = accepted(world)
    before = world.balance("SUPPLIER")
    rest = world.available()
    world.erp(RaiseRequisition(item=ITEM, quantity=1, estimate_minor=rest))
    world.invoice(order, delivery, 100, OVER)
    world.settle()
    blocked = world.last("match")
    assert blocked.fields["status"] == "BLOCKED"
    assert "exceeds the available budget 0" in blocked.fields["reason"]
    assert asked(world) == {}
    assert world.balance("SUPPLIER") == before
    world.assert_nothing_waits()
    world.assert_audit_holds()

    world.erp(ApproveBudget(entity=BUYER, amount_minor=8_000), "finance")
    world.settle()
    match = world.last("match")
    assert (match.fields["status"], match.number != blocked.number) == ("MATCHED", True)
    ref = "0x" + document_root(match).hex()
    assert asked(world) == {
        f"match:{match.number}": [order.fields["order_id"], delivery, OVER, 0, ref]
    }
    assert world.last("payment").fields["match"] == match.number
    assert world.balance("SUPPLIER") == before + OVER
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_d3_withdrawn_entered_anew_under_its_number_and_released_at_the_orders_price(
    world: World,
) -> None:
    order, delivery = accepted(world)
    before = world.balance("SUPPLIER")
    first = world.invoice(order, delivery, 90, AMOUNT)
    world.erp(WithdrawInvoice(invoice=first.number, reason="wrong price"), "finance li")
    second = world.invoice(order, delivery, 100, 1_100_000)
    world.settle()
    assert [d.fields["status"] for d in world.documents("match")] == ["BLOCKED", "BLOCKED"]
    assert asked(world) == {}
    world.assert_audit_holds()

    world.erp(
        ReleaseInvoice(invoice=second.number, net_minor=AMOUNT, reason="price agreed"), "finance li"
    )
    world.settle()
    assert len(asked(world)) == 1
    assert world.last("payment").fields["net_minor"] == AMOUNT
    assert world.balance("SUPPLIER") == before + AMOUNT
    assert world.last("order_close").fields["accepted"] == 100
    world.assert_nothing_waits()
    world.assert_audit_holds()
