"""upgrade: settlement and bets get a new edition beside the old one while orders, a tender and bets run, on one database."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.capabilities import FOLLOWED
from bridge.chain.deployment import NUMBERS, load, save
from bridge.chain.gateway import encode_call
from bridge.errors import BadConfiguration, CallRefused, WrongDeployment, WrongKey
from bridge.operator import check
from bridge.ports.port import Document
from scripts.deployment.accounts import Person
from scripts.deployment.deploy import role
from scripts.deployment.rooms import Releases, retire
from scripts.plays.acts.minutes import MARKET, PLANT, Machine
from tests.bets import Bet, approve, enrol_nodes
from tests.mailbox import ask, offered, outcome, sign
from tests.scenarios.test_flows_over_http import read
from tests.world import BUYER, DAY, PASSWORD, SCRYPT_ITERATIONS, UNLIMITED, World

FIRST_OF_EDITION_1 = NUMBERS + 1
LAST_EDITION = 10**6  # Room.sol deploys no later one
LONGEST = 2**53 - 1  # the longest number of a thing that the ERP takes
REF = "0x" + "11" * 32


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    """The house's deployment file, which the bridge follows, and keys that a test may change."""
    path = tmp_path / "house.json"
    save(world.deployment, path)
    keystores = shutil.copytree(world.config.keystores, tmp_path / "keys")
    world.reopen(deployment=path, keystores=keystores)
    return path


def deploy(world: World, file: Path, *rooms: str) -> None:
    """The admin deploys the next editions and announces their grants."""
    for room in rooms:
        Releases(world.people["deployer"], load(file), file).deploy(room)


def grant(world: World, file: Path, *rooms: str) -> None:
    """Two days later it takes the grants; the file has the new editions, and whoever pays in approves them."""
    for room in rooms:
        Releases(world.people["deployer"], load(file), file).grant(room)
    world.deployment = load(file)
    for who, contract in ((BUYER, "PurchaseOrders"), ("SUPPLIER", "Tenders"), ("RIVAL", "Tenders")):
        spender = world.deployment.address(contract)
        world.transact(who, "SettlementToken", "approve", spender, UNLIMITED)


def holds(world: World) -> None:
    world.settle()
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_rooms_are_upgraded_with_orders_a_tender_and_a_bet_open(world: World, file: Path) -> None:
    enrol_nodes(world)
    # Before: a part of an order is delivered, a tender has its bids, a bet is signed, another proposed.
    order = world.tender({"SUPPLIER": 1_000_000})
    world.deliver(order, world.ship("SUPPLIER", order, 40), 40, 40, 400_000, "INV-1")
    score = world.score("SUPPLIER")
    world.stock_item("COPPER", commit_seconds=5 * DAY)
    tender = world.open_tender("COPPER")
    world.commit("SUPPLIER", tender, 900_000)
    bet, proposed = Bet(world), Bet(world)
    bet.sign()
    holds(world)
    anchored = world.sql("SELECT count(*) FROM bridge_anchor")[0][0]

    # Deployed and announced: nobody follows it yet, and everything goes on.
    deploy(world, file, "settlement", "bets")
    world.deliver(order, world.ship("SUPPLIER", order, 20), 20, 20, 200_000, "INV-2")
    holds(world)
    world.wait(2 * DAY)

    # Granted: the bridge takes the new file; the old edition is retired.
    grant(world, file, "settlement", "bets")
    world.reopen()
    approve(world)
    for room in ("settlement", "bets"):
        retire(world.people["guardian"], world.deployment, room, 0)
    holds(world)

    # What runs in the old edition goes on to its end there.
    proposed.sign()
    world.node.reach_time(tender.fields["commit_end"])
    world.reveal("SUPPLIER", tender)
    world.node.reach_time(tender.fields["reveal_end"])
    world.settle()
    copper = world.last("purchase_order")
    assert (copper.fields["order_id"], copper.fields["amount_minor"]) == (2, 900_000)
    world.deliver(order, world.ship("SUPPLIER", order, 40), 40, 40, 400_000, "INV-3")
    assert world.last("order_close").fields["order_id"] == 1
    holds(world)

    # What is new begins in the new edition only.
    with pytest.raises(CallRefused, match="Room_ObligationsStopped"):
        world.people["SPONSOR"].wait(_propose_in_old_edition(world, bet))
    later = Bet(world)
    assert later.id == FIRST_OF_EDITION_1
    later.sign()
    world.stock_item("ZINC")
    zinc = world.tender({"SUPPLIER": 800_000, "RIVAL": 800_001}, "ZINC")
    assert zinc.fields["tender_id"] == zinc.fields["order_id"] == FIRST_OF_EDITION_1
    bid = next(d for d in world.documents("bid") if d.fields["tender_id"] == FIRST_OF_EDITION_1)
    assert bid.fields["credit_bps"] > score, "its history came along"
    holds(world)

    # Both editions run beside each other, to their ends.
    deliver_whole(world, copper, 900_000)
    deliver_whole(world, zinc, 800_000)
    for running in (bet, proposed, later):
        running.perform()
    for running in (bet, proposed, later):
        running.end()
    holds(world)
    for name in ("PurchaseOrders", "Tenders"):
        for address in world.deployment.addresses((name,))[name]:
            assert world.bridge.gateway.view("SettlementToken", "balanceOf", address) == (0,)
    assert world.sql("SELECT count(*) FROM bridge_anchor")[0][0] > anchored, "the stream went on"


def deliver_whole(world: World, order: Document, net: int) -> None:
    """The whole order arrives and is paid, and the order ends."""
    before = world.balance("SUPPLIER")
    delivery = world.ship("SUPPLIER", order, 100)
    world.deliver(order, delivery, 100, 100, net, f"INV-{order.number}")
    assert world.last("order_close").fields["order_id"] == order.fields["order_id"]
    assert world.balance("SUPPLIER") == before + net


def _propose_in_old_edition(world: World, bet: Bet) -> str:
    """The sponsor goes to the old contract by its address."""
    old = world.deployment.contracts["BetContracts"][0].address
    sponsor = world.people["SPONSOR"]
    terms = bet.terms | {"termsRef": world.reference(), "signBy": world.now + DAY}
    data = encode_call("BetContracts", "proposeBet", (terms | {"start": world.now + DAY},))
    sponsor._try(old, data)
    return sponsor.send(world.deployment.chain_id, old, data)


def test_minutes_are_expired_refunded_paid_and_counted_by_the_market_that_sold_them(
    world: World, file: Path
) -> None:
    money = {who: world.balance(who) for who in (PLANT, BUYER, "RIVAL")}
    idle, broken = Machine(world, days=10), Machine(world, days=10)
    old = [idle.buy(BUYER, 200, 140), broken.buy(BUYER, 100, 140)]
    run = idle.redeem(BUYER, old[0], 60)
    broken.redeem(BUYER, old[1], 20)
    holds(world)
    deploy(world, file, "capacity")
    world.wait(2 * DAY)
    grant(world, file, "capacity")
    world.reopen()
    retire(world.people["guardian"], world.deployment, "capacity", 0)

    # The rest of both slots is sold in the new market; minutes of the old one still pass from hand to hand.
    for machine in (idle, broken):
        machine.offer(100)
        assert machine.sale // NUMBERS == 1
    new = [machine.buy("RIVAL", 50, 120) for machine in (idle, broken)]
    assert not set(new) & set(old)
    idle.send(BUYER, "RIVAL", old[0], 40)
    broken.fail()
    holds(world)
    assert len(world.documents("capacity_refund")) == 2
    idle.run(run, 60)
    idle.pass_all()
    holds(world)
    assert sorted(d.fields["quantity"] for d in world.documents("capacity_expiry")) == [40, 50, 100]
    earned = 200 * 140 + 50 * 120
    assert world.balance(PLANT) == money[PLANT] + earned
    assert world.balance(BUYER) == money[BUYER] - 200 * 140
    assert world.balance("RIVAL") == money["RIVAL"] - 50 * 120
    markets = world.deployment.addresses((MARKET,))[MARKET]
    assert [world.tokens_of(address) for address in markets] == [0, 0]
    counted = [(d.fields["quantity"], d.fields["ran"]) for d in world.documents("capacity_outcome")]
    assert sorted(counted) == [(50, 0), (60, 60), (100, 0)]


def ask_to_ship(world: World, order_id: int) -> Document:
    fields = {"delivery_id": 1, "quantity": 100, "despatch_ref": REF}
    return ask(world, "SUPPLIER", "ship", order_id=order_id, **fields)


@pytest.mark.node
def test_an_act_about_a_number_of_no_edition_ends_alone(world: World, file: Path) -> None:
    order = world.tender({"SUPPLIER": 1_000_000}).fields["order_id"]
    deploy(world, file, "settlement")
    world.wait(2 * DAY)
    grant(world, file, "settlement")
    world.reopen()
    for number in (2 * NUMBERS + 1, LONGEST):
        refused = ask_to_ship(world, number)
        result, why = outcome(world, refused)
        assert result == "refused"
        assert f"has no edition {number // NUMBERS} of PurchaseOrders" in why
        assert f"number {number} belongs" in why
        assert not world.documents("signing_request")
    world.reopen()
    shipped = ask_to_ship(world, order)
    sign(world, shipped, "SUPPLIER")
    assert outcome(world, shipped) == ("done", "")
    assert world.last("despatch").fields["order_id"] == order
    world.assert_audit_holds()


@pytest.mark.node
def test_an_order_of_the_last_edition_keeps_every_digit_of_its_number_to_the_last_fen(
    world: World, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("scripts.deployment.rooms.newest_edition", lambda *_: LAST_EDITION - 1)
        deploy(world, file, "settlement")
    world.wait(2 * DAY)
    grant(world, file, "settlement")
    world.reopen()
    first = LAST_EDITION * NUMBERS + 1
    order = world.tender({"SUPPLIER": 1_000_000})
    assert order.fields["order_id"] == order.fields["tender_id"] == first <= LONGEST
    shipped = ask_to_ship(world, first)
    asked_for = json.loads(offered(world, shipped).fields["payload"])
    assert asked_for["to"] == world.deployment.address("PurchaseOrders", first)
    sign(world, shipped, "SUPPLIER")  # in JavaScript, whose numbers are doubles
    assert outcome(world, shipped) == ("done", "")
    world.deliver(order, 1, 100, 100, 1_000_000, "INV-1")
    holds(world)
    for kind in ("despatch", "goods_receipt", "payment", "order_close"):
        assert world.last(kind).fields["order_id"] == first, kind
    calls = world.sql("SELECT args FROM bridge_outbox WHERE contract = 'PurchaseOrders'")
    assert {json.loads(args)[0] for (args,) in calls} == {first}
    shown = read(world, f"/orders/{order.number}/flows")
    assert (shown["id"], shown["complete"]) == (str(first), True)
    assert read(world, f"/orders/{order.number}")["order"]["order_id"] == first


def test_no_event_is_lost_when_the_file_comes_late(world: World, file: Path) -> None:
    """The old edition is retired and a tender runs in the new one before this bridge hears of it."""
    deploy(world, file, "settlement")
    world.wait(2 * DAY)
    old = world.deployment
    grant(world, file, "settlement")
    retire(world.people["guardian"], world.deployment, "settlement", 0)
    world.issue()
    world.settle()
    (stuck,) = world.status()["stuck"]
    assert "Room_ObligationsStopped" in stuck["reason"]
    (args,) = world.sql("SELECT args FROM bridge_outbox WHERE key = :key", key=stuck["key"])[0]
    terms, invited = json.loads(args)
    world.transact(BUYER, "Tenders", "openTender", terms, invited)  # by hand, in the new edition
    world.settle()
    assert world.documents("tender") == []
    world.transact("SUPPLIER", "SettlementToken", "transfer", world.people["RIVAL"].address, 7)
    world.deployment = old
    world.settle()
    world.deployment = load(file)
    gateway = world.bridge.gateway
    world.reopen()
    assert world.bridge.gateway.deployment != gateway.deployment
    world.retry(stuck["key"])
    world.settle()
    tender = world.last("tender")
    assert tender.fields["tender_id"] == FIRST_OF_EDITION_1
    (status,) = world.sql("SELECT status FROM bridge_outbox WHERE key = :key", key=stuck["key"])[0]
    assert status == "moot"
    world.bid(tender, {"SUPPLIER": 1_000_000})
    world.settle()
    assert world.last("purchase_order").fields["order_id"] == FIRST_OF_EDITION_1
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_tokens_paid_into_an_edition_that_the_bridge_does_not_know_yet_are_told_again(
    world: World, file: Path
) -> None:
    deploy(world, file, "settlement")
    world.wait(2 * DAY)
    grant(world, file, "settlement")
    terms_of = world.open_tender()  # still in the old edition, by this bridge
    assert terms_of.fields["tender_id"] == 1
    terms = world.terms(1)
    terms["requisitionRef"] = "0x" + "77" * 32
    terms["invitedRoot"] = "0x" + "00" * 32
    world.transact(BUYER, "Tenders", "openTender", terms, [])
    world.transact("SUPPLIER", "Tenders", "commitBid", FIRST_OF_EDITION_1, terms, b"\x01" * 32, [])
    world.settle()
    (waiting,) = world.status()["quarantined"]  # a bond, to an account that nobody knows
    assert waiting["event"] == "Transfer"
    world.reopen()
    world.settle()
    assert world.status()["quarantined"] == [], "its bond is told by its bid"
    told = world.last("tender").fields
    assert (told["tender_id"], told["requisition"]) == (FIRST_OF_EDITION_1, None)
    assert world.last("bid").fields["tender_id"] == FIRST_OF_EDITION_1
    world.assert_audit_holds()


def test_a_file_that_lost_or_changed_an_address_is_refused(world: World, file: Path) -> None:
    deploy(world, file, "settlement")
    world.wait(2 * DAY)
    before = load(file)
    grant(world, file, "settlement")
    after = world.deployment
    world.reopen()
    save(before, file)
    with pytest.raises(WrongDeployment, match="belongs to another deployment: its contracts"):
        world.reopen()
    contracts = dict(after.contracts)
    contracts["Tenders"] = tuple(reversed(contracts["Tenders"]))
    save(replace(after, contracts=contracts), file)
    with pytest.raises(WrongDeployment, match="belongs to another deployment: its contracts"):
        world.reopen()
    save(after, file)
    world.reopen()
    assert set(FOLLOWED) <= set(world.bridge.deployment.contracts)
    holds(world)


def test_an_order_goes_on_when_the_keys_of_attester_and_anchorer_are_rotated(
    world: World, file: Path
) -> None:
    order = world.tender({"SUPPLIER": 1_000_000})
    delivery = world.ship("SUPPLIER", order, 100)
    receipt = world.receive(order, delivery, 100)
    world.settle()
    holds(world)
    old, new = {}, {}
    for number, name in enumerate(("attester", "anchorer"), start=14):
        key = world.people[name].account.key
        old[name] = Person(world.bridge.client, key)  # the bridge used the key meanwhile
        new[name] = Person(world.bridge.client, world.node.accounts[number].private_key)
        world.people[f"new {name}"] = new[name]
    anchorer, stream = role("ANCHORER"), world.bridge.stream_id
    heir = new["anchorer"].address
    world.transact("deployer", "Participants", "grantRole", anchorer, heir)
    old["anchorer"].transact(world.deployment, "DocumentRegistry", "offerStream", stream, heir)
    world.transact("new anchorer", "DocumentRegistry", "takeStream", stream)
    world.transact("deployer", "Participants", "revokeRole", anchorer, old["anchorer"].address)
    heir = new["attester"].address
    old["attester"].transact(world.deployment, "Participants", "offerPost", 1, heir)
    world.transact("new attester", "Participants", "takePost", 1)

    # The daemon that still has the old key stops before it signs for a post that is no longer its.
    world.inspect(receipt, 100)
    with pytest.raises(WrongKey, match="the attester's post 1 is held by"):
        world.settle()
    with pytest.raises(WrongKey, match="holds no post"):
        world.reopen()

    for name, person in new.items():
        light = dict(person.account.encrypt(PASSWORD, iterations=SCRYPT_ITERATIONS))
        (world.config.keystores / f"{name}.json").write_text(json.dumps(light))
    world.reopen()
    failed = [finding.name for finding in check.run(world.config) if not finding.ok]
    assert failed == []
    world.invoice(order, delivery, 100, 1_000_000)
    world.settle()
    assert world.last("order_close").fields["order_id"] == order.fields["order_id"]
    signers = {signer for (signer,) in world.sql("SELECT DISTINCT signer FROM bridge_attempt")}
    assert {person.address for person in new.values()} <= signers, "the new keys signed"
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_deployment_names_the_attesters_post_or_the_bridge_asks(world: World, file: Path) -> None:
    attester = world.people["attester"].address
    world.transact(
        "deployer", "Participants", "createPost", role("ATTESTER"), attester, b"\x01" * 32
    )
    data = json.loads(file.read_text())
    data["posts"]["attester of south"] = {"id": 4, "office": "ATTESTER"}
    file.write_text(json.dumps(data))
    with pytest.raises(BadConfiguration, match="name the one of this bridge with --post"):
        world.reopen()
    world.reopen(post="attester of south")
    assert world.bridge.posts.attester == 4
    with pytest.raises(BadConfiguration, match="is a post of ARBITER"):
        world.reopen(post="arbiter 1")
    with pytest.raises(BadConfiguration, match="has no post 'attester of west'"):
        world.reopen(post="attester of west")
