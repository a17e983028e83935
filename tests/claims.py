"""Claims on a world's chain: an item that is paid later, and a financier with money that buys them."""

from __future__ import annotations

from typing import Any

from bridge.ports.port import Document
from erp.parties.schemas import PartyKind, RegisterParty
from scripts.deployment.accounts import Person
from scripts.plays.acts.claims import FINANCIER, FINANCIER_BIT, sell
from tests.world import BUYER, DAY, World

ITEM = "COPPER"
TERM = 30 * DAY
MONEY = 10_000_000


def enrol_financier(world: World) -> None:
    """A bank with money, known on both sides, that lets the room of claims draw it."""
    person = Person(world.bridge.client, world.node.accounts[11].private_key)
    world.people[FINANCIER] = person
    world.erp(
        RegisterParty(code=FINANCIER, name="Bank", kind=PartyKind.EXTERNAL, account=person.address)
    )
    world.enrol(FINANCIER, FINANCIER_BIT, MONEY, "Receivables")


def delivered(world: World, accepted: int = 60, net: int = 600_000, **terms: Any) -> Document:
    """An order of 100 for 1,000,000 that is paid later, of which a part is delivered and paid by claim; the order."""
    world.stock_item(ITEM, **{"payment_seconds": TERM, **terms})
    order = world.tender({"SUPPLIER": 1_000_000}, ITEM)
    deliver(world, order, accepted, net)
    return order


def deliver(
    world: World, order: Document, accepted: int, net: int, number: str = "INV-1"
) -> Document:
    """A delivery that is paid by a claim; the claim."""
    delivery = world.ship("SUPPLIER", order, accepted)
    world.deliver(order, delivery, accepted, accepted, net, number)
    return world.last("receivable")


def claims_of(world: World, who: str) -> tuple[int, int]:
    """Claims held and claims issued on somebody's books, minor units."""
    return world.account(who, "1124"), -world.account(who, "2202.03")


__all__ = [
    "BUYER",
    "FINANCIER",
    "ITEM",
    "TERM",
    "claims_of",
    "deliver",
    "delivered",
    "enrol_financier",
    "sell",
]
