"""What is played before a fault is looked for, and which play leaves rows in the tables of which room."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Table

from erp import rooms
from erp.kernel.base import ErpTable, metadata
from tests.bets import Bet, enrol_nodes
from tests.bridge.ports.test_vocabulary import LIVES
from tests.world import DAY, World

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


PLAYS: Mapping[str, Callable[[World], None]] = {
    **{noun: life.live for noun, life in LIVES.items()},
    "a bet": a_bet,
    "a bet in a storm": a_bet_in_a_storm,
}
# Room of the ERP -> the play that fills its tables. Those of other rooms are edited in `test_tamper.py`.
FILLED_BY = {
    "auctions": "sourcing",
    "bets": "a bet",
    "capacity": "capacity",
    "groups": "groups",
    "guarantees": "guarantees",
    "receivables": "receivables",
    "signing": "signing",
}


def tables_of(room: str) -> list[Table]:
    """The tables of a room, by name."""
    (module,) = (each for each in rooms.TABLES if each.__name__ == f"erp.{room}.tables")
    found = (
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ErpTable)
        and value.__module__ == module.__name__
    )
    return sorted(
        (metadata.tables[str(each.__tablename__)] for each in found), key=lambda t: t.name
    )
