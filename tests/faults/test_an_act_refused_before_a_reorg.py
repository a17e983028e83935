"""Attack 8: the bridge dies before it tells a person that its act was refused, and blocks leave the chain meanwhile.

What the chain refused before is asked about again then. An act of a person is none of the calls that the house makes.
"""

from __future__ import annotations

import json

import pytest

from bridge.ports.embedded import EmbeddedPort
from bridge.ports.port import Document
from bridge.ring.submit import Submit
from erp.signing.schemas import RequestAct
from tests.faults.attacking import PAYEE, asks_to_pay, outcomes, row_of
from tests.faults.crashes import Died
from tests.faults.test_deep_reorg import Branches
from tests.world import BUYER, HOUR, World


def dies_before_it_tells(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon is killed once an act has ended, before the ERP is told."""
    apply = EmbeddedPort.apply

    def mortal(port: EmbeddedPort, told: object, unit: object) -> object:
        if any(each.operation == "EndAct" for each in told):  # type: ignore[attr-defined]
            raise Died("before it was told")
        return apply(port, told, unit)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedPort, "apply", mortal)
        with pytest.raises(Died):
            world.settle()


def test_an_act_of_a_person_is_not_put_in_line_as_a_call_of_the_house(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    branches = Branches(world)
    held = world.balance(BUYER)
    to = world.people[PAYEE].address
    world.transact(BUYER, "SettlementToken", "transfer", to, held - 1)
    world.settle()
    asked = asks_to_pay(world)  # more than is left
    dies_before_it_tells(world, monkeypatch)
    assert row_of(world, asked)["status"] == "refused"
    branches.leave(2)
    world.reopen()
    world.settle()
    assert outcomes(world, asked) == ["refused"]
    assert "not signed" not in world.alarms(), world.alarms()


def asks_to_fund(world: World, monkeypatch: pytest.MonkeyPatch) -> Document:
    """The house's own funding of an order was given up, and a person of the buyer asks for it."""
    objection = Submit._objection
    with monkeypatch.context() as patch:
        patch.setattr(
            Submit,
            "_objection",
            lambda stage, row: "not now" if row.function == "fund" else objection(stage, row),
        )
        world.bid(world.open_tender(), {"SUPPLIER": 1_000_003})
        world.settle()
    ((key, args),) = world.sql("SELECT key, args FROM bridge_outbox WHERE function = 'fund'")
    world.resolve(key, "the person decides")
    order, deposit = json.loads(args)
    fields = {"order_id": order, "deposit_minor": deposit}
    asked = world.erp(RequestAct(party=BUYER, act="fund_order", fields=fields, good_seconds=HOUR))
    world.settle()
    return asked


def test_the_house_does_not_sign_what_a_person_let_expire(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The funding of an order was given up by an operator, for its person to decide, whose account's key the house holds."""
    asked = asks_to_fund(world, monkeypatch)
    world.reach(world.now + 2 * HOUR)
    world.node.mine(1)
    branches, held = Branches(world), world.balance(BUYER)
    world.transact("RIVAL", "SettlementToken", "transfer", world.people[PAYEE].address, 1)
    dies_before_it_tells(world, monkeypatch)
    assert row_of(world, asked)["status"] == "moot"
    branches.leave(2)
    world.reopen()
    world.settle()
    assert (world.balance(BUYER), outcomes(world, asked)) == (held, ["expired"])


def test_a_row_that_says_pending_has_no_act_of_a_person_signed_by_the_house(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is signed on the word of a row (decision 24): a person asked for it, and has not signed it."""
    asked = asks_to_fund(world, monkeypatch)
    held = world.balance(BUYER)
    world.sql(
        "UPDATE bridge_outbox SET status = 'pending' WHERE document_number = :n", n=asked.number
    )
    world.settle()
    assert (world.balance(BUYER), outcomes(world, asked)) == (held, ["refused"])
    assert "signs it" in world.alarms()["not signed"]
