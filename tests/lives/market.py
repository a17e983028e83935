"""A group that makes and sells ovens under a bet with an index: demand falls, targets move, value is added and shared."""

from __future__ import annotations

from typing import Any

from erp.database import transaction
from erp.items.schemas import RegisterItem
from erp.kernel.schema import Command
from erp.performance.due import due
from erp.reviews.schemas import RecordReview
from erp.sales.rules import CustomerKind, SaleKind
from erp.sales.schemas import (
    DeliverSale,
    DespatchSale,
    OpenSalesOrder,
    RegisterCustomer,
    ReturnSale,
    SetCreditLimit,
)
from erp.stock.rules import StockKind
from erp.stock.schemas import OpenStock
from scripts.plays.acts.bets import Bet
from tests.groups import LEADER, Group, enrol_nodes, raised_need
from tests.world import DAY, HOUR, World

MAKES = frozenset({"index_report", "value_report", "report_lateness"})
OVEN = "OVEN"
BASELINE, BASE_MARGIN, POOL, STAKE = 100, 20_000, 100_000, 200_000
PERIOD = 30 * DAY
STOCK, STOCK_VALUE = 1_000, 1_000_000
PRICE = 2_500  # of an oven, minor units, above its cost of 1,000
INDEX = {
    "indexBaseline": BASELINE,
    "indexElasticityBps": 10_000,
    "indexMaxUpBps": 2_000,
    "indexMaxDownBps": 2_000,
}


def target(metric: int, weight: int, floor: int, base: int, stretch: int, follows: bool) -> Any:
    """One pledged figure."""
    tiers = {"floor": floor, "base": base, "stretch": stretch}
    return {"metric": metric, "followsIndex": follows, "weightBps": weight, **tiers}


SELLS = (
    target(103, 2_500, 2_000, 0, 0, False),
    target(104, 2_500, 10, 50, 100, True),
    target(106, 2_500, 0, 8_000, 10_000, False),
    target(110, 2_500, 200, 24, 0, False),
)
EARNS = (
    target(105, 2_500, 0, 100_000, 200_000, False),
    target(108, 2_500, 0, 50_000, 100_000, False),
    target(111, 2_500, 0, 2, 4, False),
    target(112, 2_500, 0, 1, 2, False),
)


def live(world: World) -> None:
    """Plays it: the first index is never told in time, the second is; all is measured, reported and settled."""
    bet = opened(world)
    late_index(world, bet)
    sell(world, bet, "C-1", 60)
    world.reach(bet.period_end(1))
    report_due(world)
    sell(world, bet, "C-1", 90)
    world.reach(index_day(bet, 2))
    report_due(world)
    world.reach(bet.period_end(2))
    report_due(world)
    bet.settleable()
    world.settle()


class Market(Bet):
    """A bet of a group whose things are sold here."""

    code: str  # of the group


def opened(world: World, **changed: Any) -> Market:
    """Leader and two nodes with books of their own form a group for a need of ovens, and bet on it; its start is there."""
    enrol_nodes(world, own=(LEADER, "N1", "N2"))
    world.erp(RegisterItem(code=OVEN, name="Oven", unit="piece"))
    need = raised_need(world, OVEN)
    group = Group(world, [10_000, 10_000], proposed=True, need=need, base_margin_minor=BASE_MARGIN)
    group.grab("N1", 1, 500)
    group.grab("N2", 2, 500)
    group.until("selectEnd")
    for code in (LEADER, "N1", "N2"):
        world.let_draw(code, "BetContracts")
    terms = {"groupId": group.id, "valuePool": POOL, "periods": 2, "periodSeconds": PERIOD, **INDEX}
    pledges = {
        "N1": {"stake": STAKE, "targets": list(SELLS)},
        "N2": {"stake": STAKE, "targets": list(EARNS)},
    }
    bet = Market(world, pledges=pledges, sponsor=LEADER, **(terms | changed))
    bet.code = world.last("group_order").number
    bet.sign()
    world.settle()
    world.reach(bet.period_end(0))
    for entity in ("N1", "N2"):
        world.erp(
            OpenStock(
                entity=entity, item=OVEN, quantity=STOCK, value_minor=STOCK_VALUE, kind=StockKind.FINISHED
            )
        )  # fmt: skip
    return bet


def index_day(bet: Bet, period: int) -> int:
    """When the index of a period can be counted: a day before the contract takes it no more."""
    windows = int(bet.terms["disputeSeconds"]) + int(bet.terms["rulingSeconds"])
    return bet.period_end(period) - windows - DAY


def ordered(
    world: World, customer: str, quantity: int, *, entity: str = "N1", code: str | None = None
) -> str:
    """A customer, perhaps a new one, orders ovens; the order's number."""
    if customer not in {each.fields["code"] for each in world.documents("customer")}:
        world.erp(RegisterCustomer(code=customer, kind=CustomerKind.PERSON))
        world.erp(SetCreditLimit(customer=customer, limit_minor=10**9))
    return world.erp(
        OpenSalesOrder(
            entity=entity, customer=customer, item=OVEN, kind=SaleKind.GOODS, quantity=quantity,
            net_minor=quantity * PRICE, tax_bps=1_300, payment_seconds=30 * DAY, promised_at=world.now + DAY,
            chain_group=code,
        )
    ).number  # fmt: skip


def sell(
    world: World, bet: Market, customer: str, quantity: int, *, entity: str = "N1", hours: int = 30
) -> str:
    """A customer orders ovens for the group, and has them some hours later; the order's number."""
    number = ordered(world, customer, quantity, entity=entity, code=bet.code)
    world.erp(DespatchSale(sales_order=number))
    world.wait(hours * HOUR)
    world.erp(DeliverSale(sales_order=number, delivered_at=world.now))
    return number


def returned(world: World, number: str, quantity: int) -> None:
    """Ovens of a sale come back, as good as new."""
    world.erp(ReturnSale(sales_order=number, quantity=quantity, good=quantity, reason="too large"))


def reviewed(world: World, number: str, score_bps: int) -> None:
    """The customer of a sale says what its seller is like."""
    world.erp(RecordReview(sales_order=number, score_bps=score_bps))


def report_due(world: World) -> list[Command]:
    """Whatever can be reported now is."""
    with transaction(world.engine) as session:
        commands = due(session, world.now).reports
    for command in commands:
        world.erp(command)
    world.settle()
    return commands


def late_index(world: World, bet: Bet) -> None:
    """The index of the first period is counted on its day, and the bridge sleeps until the contract takes it no more."""
    world.reach(index_day(bet, 1))
    with transaction(world.engine) as session:
        commands = due(session, world.now).reports
    for command in commands:
        world.erp(command)
    world.reach(index_day(bet, 1) + 2 * DAY)
    world.settle()
