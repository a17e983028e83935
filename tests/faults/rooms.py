"""What is played before a fault is looked for, and which play leaves rows in the tables of which room."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Table

from erp import rooms
from erp.attachments.service import keep_content
from erp.database import transaction
from erp.kernel.base import ErpTable, metadata
from erp.kernel.log.model import SALT_BYTES
from erp.people.duties import Duty
from erp.people.schemas import EmployPerson, EndEmployment, RegisterPerson
from erp.work.rules import ChainFact
from erp.work.schemas import Condition, PlanRequisition
from scripts.plays.acts.customers import Counter
from tests.bets import Bet, enrol_nodes
from tests.bridge.ports.test_vocabulary import LIVES
from tests.lives.work import MAKER, opened, said
from tests.world import BUYER, DAY, World

FELL_SHORT = 60  # of a base of 100 and a floor of 50


def a_bet(world: World) -> None:
    """A bet of two parties, from the proposal to the last payout by the keeper."""
    enrol_nodes(world)
    bet = Bet(world)
    bet.sign()
    world.settle()
    bet.perform()
    world.settle()
    (at,) = world.bridge.gateway.view("BetContracts", "settleableAt", bet.id)
    world.node.reach_time(int(at))
    world.settle()


def a_bet_in_a_storm(world: World) -> None:
    """Half of a bet's period is lost to days of force majeure; they excuse half of what its parties fell short."""
    enrol_nodes(world)
    region = world.reference()
    bet = Bet(world, region=region)
    bet.sign()
    world.reach(bet.period_end(1) - 10 * DAY)
    today = world.now // DAY
    world.transact("reporter", "ForceMajeure", "declare", region, today - 9, 10, world.reference())
    world.settle()
    (stands,) = world.bridge.gateway.view("ForceMajeure", "standsAt", 1)
    world.reach(int(stands))
    world.settle()
    world.reach(bet.period_end(1))
    for code in bet.parties:
        bet.report(code, 1, FELL_SHORT)
    world.settle()


def a_hand_is_hired(world: World) -> None:
    """Somebody with a name works for the buyer, and is dismissed."""
    with transaction(world.engine) as session:
        digest = keep_content(session, b"Li Ming", bytes(SALT_BYTES))
    world.erp(RegisterPerson(code="P-1", login="p-1", name_bytes=7, name_digest=digest))
    hired = EmployPerson(person="P-1", party=BUYER, duties=(Duty.RECEIVE, Duty.INSPECT))
    world.erp(EndEmployment(employment=world.erp(hired).number, reason="the season is over"))


def work_is_done(world: World) -> None:
    """A group whose maker reaches a milestone and whose carrier a share; it would buy if its maker had earned all."""
    group = opened(world)
    counter = Counter(world, group)
    world.stock_item("COPPER")
    all_of_it = Condition(fact=ChainFact.ROLE_EARNED, role_id=MAKER, at_least_bps=10_000)
    world.erp(
        PlanRequisition(
            chain_group=counter.code, when=all_of_it, item="COPPER", quantity=7, estimate_minor=700
        )
    )
    said(world, group)
    counter.sell(10_000, quantity=2)


PLAYS: Mapping[str, Callable[[World], None]] = {
    **{noun: life.live for noun, life in LIVES.items()},
    "a bet": a_bet,
    "a bet in a storm": a_bet_in_a_storm,
    "a hand is hired": a_hand_is_hired,
    "work is done": work_is_done,
}
# Room of the ERP -> the play that fills its tables. Those of other rooms are edited in `test_tamper.py`.
FILLED_BY = {
    "auctions": "sourcing",
    "bets": "bets",
    "capacity": "capacity",
    "groups": "groups",
    "guarantees": "guarantees",
    "needs": "groups",
    "people": "a hand is hired",
    "performance": "market",
    "receivables": "receivables",
    "reviews": "reviews",
    "sales": "reviews",
    "signing": "signing",
    "work": "work is done",
}


def tables_of(room: str) -> list[Table]:
    """The tables of a room, by name."""
    found = (
        value
        for module in rooms.TABLES
        if module.__name__.startswith(f"erp.{room}.")
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ErpTable)
        and value.__module__ == module.__name__
    )
    return sorted(
        (metadata.tables[str(each.__tablename__)] for each in found), key=lambda t: t.name
    )
