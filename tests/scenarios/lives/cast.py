"""Who lives: leaders of the house and outside it, nodes, and somebody who joins nothing; one chain for all of them."""

from __future__ import annotations

from pathlib import Path

from erp.budget.schemas import ApproveBudget
from erp.items.schemas import RegisterItem
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from scripts.deployment.accounts import Person
from scripts.devchain.devchain import DevChain
from scripts.plays.acts.customers import WASH
from scripts.plays.acts.groups import NODE
from tests.world import World
from tests.worlds import Worlds

LEADERS = ("LEAD-1", "LEAD-2", "PARTNER")  # the last keeps no books here
NODES = ("N1", "N2", "N3", "N4", "N5")
OUTSIDER = "OUTSIDER"  # a node like the others, which joins nothing
HOUSE = ("LEAD-1", "LEAD-2", "N1", "N2")
PLACES = dict(  # in the development accounts
    zip((*LEADERS, *NODES, OUTSIDER), (8, 11, 12, 13, 14, 15, 16, 17, 18), strict=True)
)
MONEY = 1_000_000_000  # of each, minor units: nobody runs out of it
DRAWN_BY = ("GroupPay", "BetContracts")


class LivedWorlds(Worlds):
    """The world of the tests with the cast on it; each fresh one begins at the same block."""

    def __init__(self, node: DevChain, home: Path) -> None:
        super().__init__(node, home)
        own = home / "cast"
        own.mkdir()
        world = self.fresh(own)
        enrol(world)
        world.close()
        self.origin = world
        self._snapshot = node.rpc("evm_snapshot")


def enrol(world: World) -> None:
    """Everybody is known on both sides, with money that contracts may draw; the house has a budget and something to sell."""
    for code, place in PLACES.items():
        person = Person(world.bridge.client, world.node.accounts[place].private_key)
        world.people[code] = person
        own = code in HOUSE
        kind = PartyKind.INTERNAL if own else PartyKind.EXTERNAL
        world.erp(RegisterParty(code=code, name=code, kind=kind, account=person.address))
        if own:
            world.erp(ContributeCapital(entity=code, amount_minor=10 * MONEY))
            world.erp(ApproveBudget(entity=code, amount_minor=MONEY))
        world.enrol(code, NODE, MONEY, *DRAWN_BY)
    world.erp(RegisterItem(code=WASH, name="Wash", unit="piece"))
    world.settle()
    world.assert_audit_holds()
