"""A buyer whose key the bridge does not hold: its calls wait with the reason, every other buyer's orders go on."""

from __future__ import annotations

import json
import shutil

from erp.budget.schemas import ApproveBudget
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.stock.schemas import OpenStock
from tests.world import PASSWORD, POLICY, SCRYPT_ITERATIONS, World

AMOUNT = 1_000_003
KEYLESS = "guardian"  # an account of the chain whose keystore the bridge was not given


def second_buyer(world: World) -> None:
    """Another firm of the group, registered, with budget and an item at its reorder point; no keystore."""
    account = world.people[KEYLESS].address
    world.erp(RegisterParty(code="OTHER", name="Other", kind=PartyKind.INTERNAL, account=account))
    world.erp(ContributeCapital(entity="OTHER", amount_minor=5_000_000))
    world.transact("registrar", "Participants", "register", account, 1)
    world.settle()
    world.erp(ApproveBudget(entity="OTHER", amount_minor=5_000_000))
    world.erp(RegisterItem(code="COPPER", name="Copper", unit="kg"))
    world.erp(OpenStock(entity="OTHER", item="COPPER", quantity=9, value_minor=90_000))
    world.erp(SetSourcingPolicy(**{**POLICY, "item": "COPPER", "buyer": "OTHER"}))


def bring_key(world: World) -> None:
    """The bridge is started anew on a folder with all the keystores of before and this one."""
    folder = world.home / "more-keys"
    shutil.copytree(world.config.keystores, folder)
    light = world.people[KEYLESS].account.encrypt(PASSWORD, iterations=SCRYPT_ITERATIONS)
    (folder / "other.json").write_text(json.dumps(dict(light)))
    world.reopen(keystores=folder)


def test_a_buyer_without_a_key_stops_nobody_else_and_is_served_once_its_key_is_there(
    world: World,
) -> None:
    second_buyer(world)
    world.settle()
    (stuck,) = world.status()["stuck"]
    assert stuck["status"] == "refused"
    assert f"no keystore holds the key of {world.people[KEYLESS].address}" in stuck["reason"]
    assert stuck["key"] in world.alarms()["not signed"]
    assert world.documents("tender") == []

    order = world.tender({"SUPPLIER": AMOUNT})  # the first buyer's
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, received=100, accepted=100, net=AMOUNT)
    assert world.last("payment").fields["paid_minor"] == AMOUNT
    assert [one["key"] for one in world.status()["stuck"]] == [stuck["key"]]

    bring_key(world)
    world.retry(stuck["key"])
    world.settle()
    assert world.last("tender").fields["item"] == "COPPER"
    world.assert_nothing_waits()
    world.assert_audit_holds()
