"""Buyer and supplier whose accounts are contracts: the house acts for its firm by the owner's key, also after it moved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.chain.accounts import owners
from bridge.chain.gateway import encode_call
from bridge.errors import CallRefused
from bridge.mailbox import signed_digest
from bridge.operator import check
from erp.signing.schemas import AnswerSigning
from scripts.deployment.accounts import Person
from scripts.deployment.firms import Firm
from scripts.devchain.devchain import DevChain
from scripts.interlock import app
from scripts.signing.mailbox import AskedAct, rebuild
from scripts.signing.mailbox import sign as sign_offer
from tests.mailbox import ask, offered
from tests.scenarios.test_signing_statements import change_of
from tests.world import BUYER, DAY, PASSWORD, SCRYPT_ITERATIONS, World, build_world

pytestmark = pytest.mark.chain

RECOVERY_SECONDS = 14 * DAY


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with DevChain("anvil") as node:
        made = build_world(node, tmp_path, firms=(BUYER, "SUPPLIER"))
        yield made
        made.close()


def new_key(world: World, place: int, name: str) -> Person:
    """One more key of the house, in the bridge's folder."""
    person = Person(world.bridge.client, world.node.accounts[place].private_key)
    light = person.account.encrypt(PASSWORD, iterations=SCRYPT_ITERATIONS)
    (world.config.keystores / f"{name}.json").write_text(json.dumps(dict(light)))
    world.reopen()
    return person


def call(person: Person, world: World, firm: Person, function: str, *args: str) -> None:
    """Somebody calls a firm's account."""
    data = encode_call("FirmAccount", function, args)
    person = Person(person.client, person.account.key)  # the bridge may have used the key meanwhile
    person.wait(person.send(world.deployment.chain_id, firm.address, data))


def buy(world: World, number: str) -> None:
    """A purchase from falling stock to its payment."""
    bids = {"SUPPLIER": 1_000_000, "RIVAL": 1_100_000}
    if world.documents("order_close"):
        world.issue(99)  # what was bought before is used up
    order = world.tender(bids)
    assert order.fields["buyer"] == world.people[BUYER].address
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, 100, 100, 1_000_000, number)
    assert world.last("order_close").fields["order_id"] == order.fields["order_id"]
    world.assert_nothing_waits()
    world.assert_audit_holds()


def sent_by(world: World) -> set[str]:
    """Whose keys signed what the bridge sent."""
    return {row[0] for row in world.sql("SELECT signer FROM bridge_attempt")}


def test_a_purchase_goes_through_firms_accounts_whose_keys_change(world: World) -> None:
    firm = world.people[BUYER]
    assert isinstance(firm, Firm)
    findings = {finding.name: finding for finding in check.run(world.config)}
    assert findings[f"buyer {firm.address}"].detail.startswith("balance 10,000,000 minor units")
    assert "buyers" not in findings
    before = world.balance("SUPPLIER")
    buy(world, "INV-1")
    assert world.balance("SUPPLIER") == before + 1_000_000
    house = {world.people[name].address for name in ("attester", "anchorer", "keeper")}
    assert sent_by(world) == {firm.owner.address, *house}

    heir = new_key(world, 12, "heir")
    call(firm.owner, world, firm, "offerOwnership", heir.address)
    call(heir, world, firm, "takeOwnership")
    buy(world, "INV-2")
    assert heir.address in sent_by(world)


def test_a_purchase_goes_on_once_its_buyers_account_was_recovered(world: World) -> None:
    firm = world.people[BUYER]
    (world.config.keystores / "buyer.json").unlink()  # the key is lost
    successor = new_key(world, 12, "successor")
    world.issue()
    world.settle()
    (stuck,) = world.status()["stuck"]
    assert f"no keystore holds the key of {firm.address}" in stuck["reason"]

    call(world.people["registrar"], world, firm, "announceRecovery", successor.address)
    with pytest.raises(CallRefused):
        call(successor, world, firm, "takeRecovery")
    world.wait(RECOVERY_SECONDS)
    call(successor, world, firm, "takeRecovery")
    world.retry(stuck["key"])
    world.settle()
    tender = world.last("tender")
    assert tender.fields["buyer"] == firm.address
    world.bid(tender, {"SUPPLIER": 1_000_000, "RIVAL": 1_100_000})
    world.settle()
    order = world.last("purchase_order")
    world.deliver(order, world.ship("SUPPLIER", order, 100), 100, 100, 1_000_000)
    assert world.last("payment").fields["paid_minor"] == 1_000_000
    assert successor.address in sent_by(world)
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_the_command_opens_and_registers_an_account_in_one_step(world: World) -> None:
    registrar, owner = world.people["registrar"], world.node.accounts[13].address
    keystore = world.home / "registrar.json"
    light = registrar.account.encrypt(PASSWORD, iterations=SCRYPT_ITERATIONS)
    keystore.write_text(json.dumps(dict(light)))
    said = CliRunner().invoke(
        app,
        [
            *("firm", "--owner", owner, "--capability", "supplier+node", "--json"),
            *("--beside", str(world.config.deployment), "--keystore", str(keystore)),
            *("--password-file", str(world.home / "password")),
        ],
    )
    assert said.exit_code == 0, said.output
    told = json.loads(said.output)
    assert (told["owner"], told["capabilities"]) == (owner.lower(), 10)
    assert owners(world.bridge.client, [told["account"]]) == {told["account"]: owner.lower()}
    (active,) = world.bridge.gateway.view("Participants", "isActive", told["account"], 10)
    assert active


def test_firms_sign_what_both_sides_must_sign_by_their_owners_keys(world: World) -> None:
    order = world.tender({"SUPPLIER": 1_000_000})
    fields = change_of(world, order)
    for code in (BUYER, "SUPPLIER"):
        firm = world.people[code]
        assert isinstance(firm, Firm)
        asked = ask(world, code, "amend_order", **fields)
        act = AskedAct(asked.number, "amend_order", fields, asked.fields["good_until"])
        rebuilt = rebuild(act, firm.address, world.deployment, world.bridge.client, step="act")
        chain_id = world.deployment.chain_id
        by_key_alone = sign_offer(rebuilt, firm.account, firm.account.address.lower(), chain_id)
        digest = signed_digest(json.loads(rebuilt.offer.payload))
        assert not world.bridge.gateway.agrees(firm.address, digest, by_key_alone)
        answer = sign_offer(rebuilt, firm.account, firm.address, chain_id)
        request = offered(world, asked).number
        world.erp(AnswerSigning(signing_request=request, answer=answer))
        world.settle()
    assert world.last("order_amendment").fields["order_id"] == order.fields["order_id"]
    assert {d.fields["outcome"] for d in world.documents("act_outcome")} == {"done"}
    world.assert_audit_holds()
