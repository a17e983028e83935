"""Goods, cash and information of one order on one time line: what is missing is shown where it is missing."""

from __future__ import annotations

import json

import pytest

from bridge.errors import BadConfiguration
from bridge.operator.flows import Flows, as_json, flows_of
from bridge.operator.shows import print_flows
from tests.world import BUYER, World


def whole(flows: Flows) -> bool:
    return flows.booked and flows.cash_agrees and flows.anchored and not flows.gaps


def paid_order(world: World) -> Flows:
    """A purchase from the requisition to the payment, as one time line."""
    order = world.tender({"SUPPLIER": 1_000_000})
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=100, net=1_000_000)
    world.settle()
    return flows_of(world.bridge, "order", order.number)


def test_an_order_is_shown_from_its_requisition_to_its_payment(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    flows = paid_order(world)
    assert whole(flows), as_json(flows)
    steps = [step.what for step in flows.steps]
    before = ["requisition", "tender", "bid", "quotation", "purchase_order", "award"]
    wanted = [
        *before,
        "escrow_deposit",
        "despatch",
        "goods_receipt",
        "inspection",
        "match",
        "payment",
    ]
    assert [step for step in dict.fromkeys(steps) if step in wanted] == wanted
    by_type = {step.what: step for step in flows.steps}
    assert by_type["goods_receipt"].goods == {"quantity": 100}
    moved = {(m.entity, m.role): m.amount_minor for m in by_type["escrow_deposit"].cash}
    assert moved == {(BUYER, "escrow"): 1_000_000, (BUYER, "wallet"): -1_000_000}
    assert by_type["escrow_deposit"].held_minor == 1_000_000
    assert by_type["payment"].held_minor == 0
    assert all(step.transaction for step in flows.steps if step.what in wanted[1:8])
    assert json.loads(as_json(flows))["steps"][0]["document"] == flows.steps[0].document
    print_flows(flows)
    shown = capsys.readouterr().out
    assert "✓ cash = chain" in shown
    assert "SUPPLIER wallet +10,000.00" in shown
    assert flows_of(world.bridge, "order", flows.id) == flows


def test_a_payment_that_waits_and_an_event_that_is_not_booked_are_shown_where_they_are_missing(
    world: World,
) -> None:
    flows = paid_order(world)
    world.sql(
        "UPDATE bridge_inbox SET status = 'quarantined', reason = 'planted', document_number = NULL "
        "WHERE event = 'PaymentReleased'"
    )
    world.sql("UPDATE bridge_outbox SET status = 'refused' WHERE function = 'acceptDelivery'")
    gaps = {s.what: s.gap for s in flows_of(world.bridge, "order", flows.id).steps if s.gap}
    assert gaps["PaymentReleased"] == "refused by the ERP: planted"
    assert str(gaps["PurchaseOrders.acceptDelivery"]).startswith("refused")
    assert not flows_of(world.bridge, "order", flows.id).booked


def test_an_amount_that_somebody_changed_is_shown_as_cash_that_differs(world: World) -> None:
    flows = paid_order(world)
    (body,) = world.sql("SELECT body FROM bridge_inbox WHERE event = 'OrderFunded'")[0]
    changed = body.replace('"deposit":1000000', '"deposit":1000001')
    assert changed != body
    world.sql("UPDATE bridge_inbox SET body = :b WHERE event = 'OrderFunded'", b=changed)
    shown = flows_of(world.bridge, "order", flows.id)
    assert not shown.cash_agrees
    assert shown.differences == ("deposited on chain 1000001, in the ledger 1000000 minor units",)


def test_a_document_without_an_anchor_is_told(world: World) -> None:
    flows = paid_order(world)
    world.sql("UPDATE bridge_outbox SET status = 'submitted' WHERE key LIKE 'anchor:%'")
    shown = flows_of(world.bridge, "order", flows.id)
    assert not shown.anchored
    assert {step.gap for step in shown.steps} == {"no anchor yet"}


@pytest.mark.parametrize("name", ["77", "PO-2026-99999", "x"])
def test_what_is_not_known_is_told(world: World, name: str) -> None:
    with pytest.raises(BadConfiguration, match=f"{name}"):
        flows_of(world.bridge, "order", name)
