"""A chain group on a world's chain: a leader of the house with a budget, and three nodes that grab its roles."""

from __future__ import annotations

from collections.abc import Sequence

from erp.budget.schemas import ApproveBudget
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from scripts.deployment.accounts import Person
from scripts.plays.acts.groups import (
    LEADER,
    NODE,
    STAKE,
    Group,
    approved_group,
    proposed_group,
    raised_need,
    role_terms,
)
from tests.world import World

__all__ = [
    "BUDGET",
    "LEADER",
    "STAKE",
    "TOKENS",
    "Group",
    "approved_group",
    "enrol_nodes",
    "proposed_group",
    "raised_need",
    "role_terms",
]

PLACES = {LEADER: 14, "N1": 15, "N2": 16, "N3": 17}  # in the development accounts
TOKENS = 1_000_000  # of each
BUDGET = 1_000_000  # approved for the leader, minor units


def enrol_nodes(world: World, own: Sequence[str] = (LEADER,)) -> None:
    """A leader of the house and three partners, known on both sides, that let the group's purse draw their tokens.

    `own`: who has its books here.
    """
    for code, place in PLACES.items():
        person = Person(world.bridge.client, world.node.accounts[place].private_key)
        world.people[code] = person
        kind = PartyKind.INTERNAL if code in own else PartyKind.EXTERNAL
        world.erp(RegisterParty(code=code, name=code, kind=kind, account=person.address))
        if code in own:
            world.erp(ContributeCapital(entity=code, amount_minor=TOKENS))
        if code == LEADER:
            world.erp(ApproveBudget(entity=code, amount_minor=BUDGET))
        world.enrol(code, NODE, TOKENS, "GroupPay")
    world.settle()
