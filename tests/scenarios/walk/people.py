"""Everybody on the walk: known on both sides, with money, and the contracts that take it may draw it."""

from __future__ import annotations

from dataclasses import dataclass

from erp.budget.schemas import ApproveBudget
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from scripts.deployment.accounts import Person
from tests.world import BUYER, UNLIMITED, World

SUPPLIERS = ("SUPPLIER", "RIVAL")
FINANCIER, SPONSOR, LEADER = "FINANCIER", "SPONSOR", "LEADER"
BETTORS = ("NODE-1", "NODE-2", "NODE-3")
NODES = ("N1", "N2", "N3")
MONEY = 1_000_000_000  # of each, minor units: nobody on the walk runs out of it
DRAWN_BY = (
    "BetContracts", "CapacityMarket", "GroupPay", "Guarantees", "PurchaseOrders", "Receivables", "ReverseAuctions",
    "Tenders",
)  # fmt: skip


@dataclass(frozen=True)
class Newcomer:
    """Who joins the world of the tests for the walk."""

    code: str
    place: int  # in the development accounts
    capability: int


FINANCIAL, NODE = 16, 8
NEWCOMERS = (
    Newcomer(FINANCIER, 11, FINANCIAL),
    Newcomer(SPONSOR, 12, NODE),
    *(Newcomer(code, 13 + place, NODE) for place, code in enumerate(BETTORS)),
    Newcomer(LEADER, 8, NODE),
    *(Newcomer(code, 16 + place, NODE) for place, code in enumerate(NODES)),
)
PEOPLE = (BUYER, *SUPPLIERS, *(each.code for each in NEWCOMERS))


def enrol(world: World) -> None:
    """All who are not in the world yet, and money and allowances for all."""
    for each in NEWCOMERS:
        person = Person(world.bridge.client, world.node.accounts[each.place].private_key)
        world.people[each.code] = person
        own = each.code == LEADER
        kind = PartyKind.INTERNAL if own else PartyKind.EXTERNAL
        world.erp(RegisterParty(code=each.code, name=each.code, kind=kind, account=person.address))
        world.transact("registrar", "Participants", "register", person.address, each.capability)
    for code in (BUYER, LEADER):
        world.erp(ContributeCapital(entity=code, amount_minor=10 * MONEY))
        world.erp(ApproveBudget(entity=code, amount_minor=MONEY))
    for code in PEOPLE:
        ref = "0x" + code.encode().hex().ljust(64, "1")
        issued = world.people[code].address, MONEY, ref
        world.transact("treasurer", "SettlementToken", "issue", *issued)
        for contract in DRAWN_BY:
            spender = world.deployment.address(contract)
            world.transact(code, "SettlementToken", "approve", spender, UNLIMITED)
    world.settle()
