"""A supplier that pledged no defect and no delay: it delivers, its period passes, and it is measured and reported."""

from __future__ import annotations

from typing import Any

from bridge.ports.port import Document
from erp.performance.schemas import ReportPerformance
from scripts.plays.acts.bets import Bet
from tests.bets import NODE, enrol_nodes
from tests.world import DAY, HOUR, World

MAKES = frozenset({"performance_report"})
AMOUNT = 1_000_003
PERIOD = 45 * DAY


def target(metric: int, floor: int) -> dict[str, Any]:
    """At most nothing; missed whole at the floor."""
    tiers = {"floor": floor, "base": 0, "stretch": 0}
    return {"metric": metric, "followsIndex": False, "weightBps": 5_000, **tiers}


PLEDGES = {"SUPPLIER": {"targets": [target(101, 10), target(102, 5)]}, "NODE-1": {}}


def live(world: World) -> None:
    """Plays it."""
    bet = bet_of_a_maker(world)
    delivered(world)
    world.reach(bet.period_end(1))
    report(world)
    world.settle()


def bet_of_a_maker(world: World) -> Bet:
    """A supplier pledges no defect and no delay, another node a figure that the books do not measure; its start is there."""
    enrol_nodes(world)
    supplier = world.people["SUPPLIER"].address
    world.transact("registrar", "Participants", "addCapabilities", supplier, NODE)
    world.let_draw("SUPPLIER", "BetContracts")
    bet = Bet(world, pledges=PLEDGES, periodSeconds=PERIOD)
    bet.sign()
    world.settle()
    world.reach(bet.period_end(0))
    return bet


def delivered(world: World, rejected: int = 2, days_late: int = 1) -> Document:
    """The supplier delivers a hundred units, some of them bad, some days late; the order."""
    order = world.tender({"SUPPLIER": AMOUNT})
    delivery = world.ship("SUPPLIER", order, 100)
    if days_late:
        world.reach(order.fields["promised_at"] + (days_late - 1) * DAY + HOUR)
    good = 100 - rejected
    world.deliver(order, delivery, received=100, accepted=good, net=AMOUNT * good // 100)
    return order


def report(world: World, party: str = "SUPPLIER", period: int = 1) -> Document:
    """Finance has a party's period measured; the report."""
    bet = world.last("bet_contract").number
    return world.erp(ReportPerformance(bet=bet, party=party, period=period))
