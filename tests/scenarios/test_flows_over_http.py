"""Time lines over HTTP: the API answers what `interlock order show` and its like print, once a bridge witnesses for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from bridge.operator.flows import Flows, flows_of
from erp.api.settings import Settings
from erp.api.tokens import create_token
from erp.api.witness import Witness
from erp.app import create_app
from erp.database import transaction
from erp.kernel.roles import Role
from scripts.plays.acts.minutes import Machine
from scripts.witness import BridgeWitness
from tests.bets import enrol_nodes
from tests.claims import delivered
from tests.lives.bets import nobody_signs
from tests.scenarios.test_two_homes import served
from tests.world import BUYER, World


def read(
    world: World, path: str, role: Role = Role.AUDITOR, witness: Witness | None = None
) -> dict[str, Any]:
    """What the API over the world's books answers at a path."""
    party = "SUPPLIER" if role is Role.SUPPLIER else None
    with transaction(world.engine) as session:
        token = create_token(
            session,
            name=world.randomness(4).hex(),
            role=role,
            party=party,
            at=world.now,
            secret=world.randomness(32),
        )
    witness = witness or BridgeWitness(world.engine, "")
    app = create_app(Settings(world.engine, witness=witness))
    answer = TestClient(app).get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def lines(steps: Any) -> list[tuple[Any, ...]]:
    """What both show of each step."""
    return [
        (
            *(each["at"], each["what"], each["document"], each["goods"], each["held_minor"]),
            *(each["transaction"], each["block"], each["anchor"], each["gap"]),
            sorted((moved["entity"], moved["amount_minor"]) for moved in each["cash"]),
        )
        for each in steps
    ]


def assert_same(flows: Flows, told: dict[str, Any]) -> None:
    """The API tells what the command tells, step by step."""
    steps = [
        {name: getattr(step, name) for name in step.__slots__}
        | {"cash": [{"entity": m.entity, "amount_minor": m.amount_minor} for m in step.cash]}
        for step in flows.steps
    ]
    assert lines(told["steps"]) == lines(steps)
    assert (told["noun"], told["id"]) == (flows.noun, flows.id)
    assert told["witnessed"]
    assert told["remark"] is None
    assert told["complete"]
    assert (told["booked"], told["cash_agrees"], told["anchored"]) == (True, True, True)


def test_an_order_and_its_claim_are_told_over_http_as_the_commands_show_them(
    world: World,
) -> None:
    order = delivered(world)
    flows = flows_of(world.bridge, "order", order.number)
    told = read(world, f"/orders/{order.number}/flows")
    assert_same(flows, told)
    whats = [step["what"] for step in told["steps"]]
    assert whats[0] == "requisition"
    assert {"bid", "escrow_deposit", "goods_receipt", "payment", "receivable"} <= set(whats)
    from_chain = [s for s in told["steps"] if s["what"] in {"bid", "escrow_deposit", "payment"}]
    assert all(step["transaction"] and step["block"] for step in from_chain)
    claim = world.last("receivable")
    assert_same(
        flows_of(world.bridge, "claim", claim.number), read(world, f"/claims/{claim.number}/flows")
    )


def test_what_is_missing_is_told_where_it_is_missing_and_why_to_staff_alone(world: World) -> None:
    order = delivered(world)
    world.sql(
        "UPDATE bridge_inbox SET status = 'quarantined', reason = 'planted', document_number = NULL "
        "WHERE event = 'PaymentReleased'"
    )
    world.sql(
        "UPDATE bridge_outbox SET status = 'refused', reason = 'no' WHERE function = 'acceptDelivery'"
    )
    path = f"/orders/{order.number}/flows"
    for role, reasons in ((Role.BUYER, {"planted", "no"}), (Role.SUPPLIER, {None})):
        told = read(world, path, role)
        gaps = [step for step in told["steps"] if step["gap"]]
        assert {step["what"]: step["gap"] for step in gaps} == {
            "PaymentReleased": "refused by the ERP",
            "PurchaseOrders.acceptDelivery": "refused",
        }
        assert {step["reason"] for step in gaps} == reasons
        assert not told["booked"]


def test_a_token_of_minutes_is_told_over_http_as_the_command_shows_it(world: World) -> None:
    machine = Machine(world)
    token = machine.buy(BUYER, 200, 140)
    machine.run(machine.redeem(BUYER, token, 200), 180)
    machine.pass_all()
    told = read(world, f"/capacity-tokens/{token}/flows")
    assert_same(flows_of(world.bridge, "capacity", str(token)), told)
    assert [step["what"] for step in told["steps"]] == [
        *("capacity_purchase", "capacity_redemption", "run_attestation", "run_settlement")
    ]


def test_a_bet_is_told_over_http_as_the_command_shows_it(world: World) -> None:
    enrol_nodes(world)
    nobody_signs(world)
    bet = world.last("bet_contract")
    assert_same(flows_of(world.bridge, "bet", bet.number), read(world, f"/bets/{bet.number}/flows"))


def test_the_api_that_is_served_names_transactions_of_the_bridge_on_its_database(
    world: World,
) -> None:
    order = delivered(world)
    with transaction(world.engine) as session:
        token = create_token(
            session, name="a-1", role=Role.AUDITOR, party=None, at=1, secret=b"s" * 32
        )
    with served(world) as api:
        headers = {"Authorization": f"Bearer {token}"}
        told = httpx.get(f"{api}/orders/{order.number}/flows", headers=headers).json()
    assert_same(flows_of(world.bridge, "order", order.number), told)


def test_a_bridge_that_has_not_come_yet_or_is_another_ones_bears_no_witness(
    world: World, tmp_path: Path
) -> None:
    order = delivered(world)
    path = f"/orders/{order.number}/flows"
    witness = BridgeWitness(world.engine, f"sqlite:///{tmp_path / 'bridge.db'}")
    told = read(world, path, witness=witness)
    assert not told["witnessed"]
    assert told["remark"] == "no witness of the chain: the bridge has not made its database yet"
    assert {step["transaction"] for step in told["steps"]} == {None}
    assert told["booked"] is None
    assert not (tmp_path / "bridge.db").exists()
    world.sql("UPDATE bridge_commitment SET number = 'PO-1999-00001'")
    assert "which this bridge has read" in read(world, path)["remark"]
