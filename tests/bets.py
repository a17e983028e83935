"""A bet on a world's chain: its sponsor and nodes, known on both sides."""

from __future__ import annotations

from erp.parties.schemas import PartyKind, RegisterParty
from scripts.deployment.accounts import Person
from scripts.plays.acts.bets import NOBODY, POOL, REPORTED, STAKE, TARGET, Bet
from tests.world import World

__all__ = ["NOBODY", "POOL", "REPORTED", "STAKE", "TARGET", "Bet", "approve", "enrol_nodes"]

NODE = 8  # capability
PLACES = {"SPONSOR": 11, "NODE-1": 12, "NODE-2": 13, "NODE-3": 18}  # in the development accounts


def enrol_nodes(world: World) -> None:
    """A sponsor and three nodes with money, known on both sides, that let the newest edition of bets draw it."""
    for code, place in PLACES.items():
        person = Person(world.bridge.client, world.node.accounts[place].private_key)
        world.people[code] = person
        world.erp(
            RegisterParty(code=code, name=code, kind=PartyKind.EXTERNAL, account=person.address)
        )
        world.enrol(code, NODE, 10 * STAKE)
    approve(world)


def approve(world: World) -> None:
    """The nodes let the newest edition of bets draw their money."""
    for code in PLACES:
        world.let_draw(code, "BetContracts")
