"""A contract that the ERP does not book yet: what is paid into it waits in suspense, visibly, and the audit holds."""

from __future__ import annotations

from bridge.audit import AuditReport
from erp.parties.schemas import PartyKind, RegisterParty
from scripts.deployment.deploy import unfollowed_custodians
from tests.world import BUYER, DAY, HOUR, UNLIMITED, World

MARKET = "CapacityMarket"
SUSPENSE_SENT = "1221.09"
SUSPENSE_RECEIVED = "2241.09"
WALLET = "1012.01"
MINUTES, PRICE = 60, 700
PAID = MINUTES * PRICE


def give_books(world: World) -> None:
    """The market becomes a party of the ERP, as `interlock up` makes it one."""
    account = unfollowed_custodians(world.deployment)[MARKET]
    party = RegisterParty(code=MARKET, name=MARKET, kind=PartyKind.EXTERNAL, account=account)
    world.erp(party)


def buy_minutes(world: World) -> None:
    """The supplier sells an hour of an idle machine, and the buyer buys it."""
    start = world.now + 2 * DAY
    attester, arbiter = (
        next(post.id for post in world.deployment.posts.values() if post.office == office)
        for office in ("ATTESTER", "ARBITER")
    )
    places = world.reference(), "0x" + "00" * 32, attester, arbiter
    terms = (*places, start, HOUR, HOUR, DAY, DAY, DAY)
    world.transact("SUPPLIER", "CapacityTokens", "registerDevice", terms)
    world.transact("attester", "CapacityTokens", "attestCapacity", 1, 0, MINUTES, world.reference())
    sale = (1, 0, world.now + HOUR, world.now + DAY, MINUTES, PRICE, PRICE)
    world.transact("SUPPLIER", MARKET, "openSale", sale)
    world.wait(HOUR + 1)
    market = world.deployment.address(MARKET)
    world.transact(BUYER, "SettlementToken", "approve", market, UNLIMITED)
    world.transact(BUYER, MARKET, "buy", 1, MINUTES, PRICE)


def test_what_is_paid_into_an_unfollowed_contract_waits_in_suspense_and_the_audit_holds(
    world: World,
) -> None:
    give_books(world)
    buy_minutes(world)
    world.settle()
    assert world.last("token_transfer").fields["amount_minor"] == PAID
    assert world.account(BUYER, SUSPENSE_SENT) == PAID
    assert world.account(MARKET, SUSPENSE_RECEIVED) == -PAID
    assert world.account(MARKET, WALLET) == PAID
    assert world.account(BUYER, WALLET) == world.balance(BUYER) == 10_000_000 - PAID
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_what_comes_back_out_of_it_clears_the_contracts_books(world: World) -> None:
    give_books(world)
    buy_minutes(world)
    world.transact("SUPPLIER", "CapacityTokens", "failSlot", 1, 0, world.reference())
    (token,) = world.bridge.gateway.view("CapacityTokens", "tokenIdOf", 1, 0, 1, PRICE)
    world.transact("RIVAL", MARKET, "refund", token, world.people[BUYER].address)
    world.transact("RIVAL", MARKET, "withdraw", world.people[BUYER].address)
    world.settle()
    assert world.account(MARKET, WALLET) == 0
    assert world.account(BUYER, WALLET) == world.balance(BUYER) == 10_000_000
    world.assert_audit_holds()


def test_without_books_of_its_own_the_movement_is_set_aside_and_the_audit_says_so(
    world: World,
) -> None:
    buy_minutes(world)
    world.settle()
    assert len(world.status()["quarantined"]) == 1
    report: AuditReport = world.audit()
    assert not report.holds
    give_books(world)
    (waiting,) = world.status()["quarantined"]
    with world.bridge.store.unit() as session:
        world.bridge.store.retry(session, waiting["position"])
    world.settle()
    world.assert_audit_holds()
