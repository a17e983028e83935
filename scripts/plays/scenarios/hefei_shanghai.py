"""hefei-shanghai 合肥制造 × 上海商圈: a maker and a market bet together; demand falls, targets move, value is shared."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from bridge.commitments.documents import document_root
from bridge.ports.port import Document
from erp.database import transaction
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.performance.recompute import recompute
from erp.procurement.schemas import RaiseRequisition
from erp.sales.rules import CustomerKind, SaleKind
from erp.sales.schemas import (
    DeliverSale,
    DespatchSale,
    OpenSalesOrder,
    RegisterCustomer,
    SetCreditLimit,
)
from erp.signing.schemas import StateReason, StateRuling
from erp.stock.rules import StockKind
from erp.stock.schemas import OpenStock

from ..acts.bets import Bet
from ..acts.buying import DAY, HOUR, POLICY, in_spans
from ..acts.groups import Group, raised_need
from ..acts.spans import TOLD, Spans, Wait
from .bet_model import BPS, Outcome, Pledge, Target, index_factor, outcome, period
from .measuring import measured
from .model import BUYS, NODE, SUPPLIES, Party, Scenario
from .stage import Stage

LEADER, MAKER, MARKET, OUTSIDER = "APPLIANCE", "HEFEI", "SHANGHAI", "KUNMING"
OVEN, PANEL = "OVEN", "PANEL"
POOL, STAKE, TOKENS = 10_000_000, 2_000_000, 30_000_000  # minor units
COST, PRICE, BASE_MARGIN = 10_000, 12_500, 1_000_000  # of an oven; approved with the group
SOLD = (1_100, 900)  # by the market in each period
LEFT = 20  # in the market's stock in the second period
REJECTED, DAYS_LATE, RULED = 2, 1, 1
DEMAND = (10_000, 10_000, 9_000)  # units ordered before the bet, and before each index day
PERIOD, PERIODS = 30 * DAY, 2
ELASTICITY_BPS, MOST_BPS = 10_000, 2_000
LEAD_PAST_PERIOD = (
    2 * HOUR
)  # the second delivery is promised so long after the second period has begun
PANELS, PANEL_COST = 100, 1_000
PROMISES = {
    MAKER: Pledge(
        STAKE, 5_000, 5_000, BPS, (Target(101, 5_000, 10, 0, 0), Target(102, 5_000, 5, 0, 0))
    ),
    MARKET: Pledge(
        *(STAKE, 5_000, 5_000, BPS),
        (Target(103, 5_000, 200, 0, 0), Target(104, 5_000, 600, 1_000, 1_500, follows_index=True)),
    ),
}
CAST = (
    Party(
        *(LEADER, "Appliance 家电平台", NODE, TOKENS, ("GroupPay", "BetContracts")),
        house=True,
        budget_minor=TOKENS,
    ),
    Party(
        MAKER, "Hefei 合肥制造", NODE | SUPPLIES, TOKENS, ("GroupPay", "BetContracts", "Tenders")
    ),
    Party(
        *(MARKET, "Shanghai 上海商圈", NODE | BUYS, TOKENS),
        ("GroupPay", "BetContracts", "PurchaseOrders"),
        house=True,
        budget_minor=TOKENS,
    ),
    Party(OUTSIDER, "Kunming 昆明商圈", NODE, TOKENS, house=True),
    Party("ARBITER", "Arbiter 仲裁人", 0, 0),
)


def play(stage: Stage, *, disputed: bool) -> None:
    """Plays it to its end. `disputed`: the maker disputes its rejected units, and the arbiter rules."""
    code, group_id = _group(stage)
    waiting = _before(stage, code)
    bet = _bet(stage, group_id)
    _first_period(stage, bet, code, waiting)
    _second_period(stage, bet, code)
    reached = _reported(stage)
    if disputed:
        reached[MAKER][1] = _dispute(stage, bet)
    value = min(POOL, max(0, sum(SOLD) * (PRICE - COST) - BASE_MARGIN))
    stage.figure("value_added_minor", stage.last("value_report").fields["values"][0], value)
    _settled(stage, bet, outcome(PROMISES, reached, value))


def waits(spans: Spans) -> tuple[Wait, ...]:
    """What it waits for by the chain's clock."""
    windows = TOLD.bet_reports + TOLD.disputes + TOLD.rulings
    return (
        Wait("the group forms", spans.grabs + spans.selects),
        Wait("the bet is signed, so that its index counts no order of before", TOLD.signs),
        Wait("two periods: orders of the 28 days before are the index", PERIODS * PERIOD),
        Wait("reports, disputes and rulings", windows),
    )


# ---- before the bet -----------------------------------------------------------------------------


def _group(stage: Stage) -> tuple[str, int]:
    with stage.step(
        LEADER, "proposes a group for a need of ovens; finance approves it with its base margin"
    ):
        for item, name in ((OVEN, "Oven"), (PANEL, "Panel")):
            stage.erp(RegisterItem(code=item, name=name, unit="piece"))
        need = raised_need(stage, OVEN)
        group = Group(
            stage, [10_000, 10_000], proposed=True, leader=LEADER, need=need,
            base_margin_minor=BASE_MARGIN, workSeconds=90 * DAY,
        )  # fmt: skip
    with stage.step(f"{MAKER}, {MARKET}", "grab the roles of maker and market; the group forms"):
        group.grab(MAKER, 1, 500)
        group.grab(MARKET, 2, 500)
        group.until("selectEnd")
    return stage.last("group_order").number, group.id


def _before(stage: Stage, code: str) -> str:
    """What the market asked for before; the number of the sale that is under way when the bet begins."""
    with stage.step(
        "sales", f"take orders for {DEMAND[0]} ovens; {SOLD[0]} leave {MARKET}'s stock"
    ):
        value = SOLD[0] * COST
        stage.erp(
            OpenStock(
                entity=MARKET, item=OVEN, quantity=SOLD[0], value_minor=value, kind=StockKind.FINISHED
            )
        )  # fmt: skip
        for customer in ("MALL", "USERS"):
            stage.erp(RegisterCustomer(code=customer, kind=CustomerKind.FIRM))
            stage.erp(SetCreditLimit(customer=customer, limit_minor=10**11))
        waiting = _ordered(stage, MARKET, SOLD[0], code)
        stage.erp(DespatchSale(sales_order=waiting))
        _ordered(stage, OUTSIDER, DEMAND[0] - SOLD[0])
    return waiting


def _ordered(stage: Stage, entity: str, units: int, code: str | None = None) -> str:
    customer = "USERS" if entity == MARKET else "MALL"
    return stage.erp(
        OpenSalesOrder(
            entity=entity, customer=customer, item=OVEN, kind=SaleKind.GOODS, quantity=units,
            net_minor=units * PRICE, tax_bps=1_300, payment_seconds=30 * DAY, promised_at=stage.now + 30 * DAY,
            chain_group=code,
        )
    ).number  # fmt: skip


def _bet(stage: Stage, group_id: int) -> Bet:
    baseline = sum(d.fields["quantity"] for d in stage.documents("sales_order"))
    stage.figure("index_baseline_units", baseline, DEMAND[0])
    with stage.step(LEADER, f"proposes a bet with {baseline} units as its index; both sign it"):
        pledges: dict[str, dict[str, Any]] = {
            who: {
                "stake": each.stake,
                "shareBps": each.share_bps,
                "toleranceBps": 0,
                "slopeBps": each.slope_bps,
                "capBps": each.cap_bps,
                "targets": [target.as_published() for target in each.targets],
            }
            for who, each in PROMISES.items()
        }
        starts = (
            stage.now + TOLD.signs
        )  # whatever the windows of the play: days of the index hang on these
        bet = Bet(
            stage, pledges=pledges, sponsor=LEADER, groupId=group_id, valuePool=POOL, periods=PERIODS,
            periodSeconds=PERIOD, indexBaseline=baseline, indexElasticityBps=ELASTICITY_BPS,
            indexMaxUpBps=MOST_BPS, indexMaxDownBps=MOST_BPS, signBy=starts, start=starts,
            reportSeconds=TOLD.bet_reports, disputeSeconds=TOLD.disputes, rulingSeconds=TOLD.rulings,
        )  # fmt: skip
        bet.sign()
    stage.figure("custody_minor", stage.custody("BetContracts"), POOL + STAKE * len(PROMISES))
    return bet


# ---- the two periods ----------------------------------------------------------------------------


def _first_period(stage: Stage, bet: Bet, code: str, waiting: str) -> None:
    stage.reach(bet.period_end(0))
    with stage.step(f"{MAKER}, {MARKET}", f"{SOLD[0]} ovens reach users; {PANELS} panels are good"):
        stage.erp(DeliverSale(sales_order=waiting, delivered_at=stage.now))
        _ordered(stage, OUTSIDER, DEMAND[1])
        order = _bought(stage, code, PANEL, PANELS, PANEL_COST, 10 * DAY)
        _came(stage, order, PANELS, 0, PANEL_COST)
    _index(stage, bet, 1)
    begins = bet.period_end(1)
    with stage.step(MARKET, f"orders {SOLD[1] + LEFT + REJECTED} ovens of {MAKER}"):
        lead = begins + LEAD_PAST_PERIOD - stage.now
        _bought(stage, code, OVEN, SOLD[1] + LEFT + REJECTED, COST, lead)
    stage.reach(begins)
    measured(stage, "the first period of both parties is measured and reported")


def _second_period(stage: Stage, bet: Bet, code: str) -> None:
    order = stage.last("purchase_order")
    with stage.step(
        "warehouse, quality", f"receive the ovens {DAYS_LATE} day late and reject {REJECTED}"
    ):
        stage.reach(order.fields["promised_at"] + (DAYS_LATE - 1) * DAY + HOUR)
        _came(stage, order, SOLD[1] + LEFT, REJECTED, COST)
        sale = _ordered(stage, MARKET, SOLD[1], code)
        stage.erp(DespatchSale(sales_order=sale))
    with stage.step(MARKET, f"{SOLD[1]} ovens reach users, and demand falls"):
        stage.wait(DAY)
        stage.erp(DeliverSale(sales_order=sale, delivered_at=stage.now))
        _ordered(stage, OUTSIDER, DEMAND[2] - SOLD[1])
    _index(stage, bet, 2)
    stage.reach(bet.period_end(2))
    measured(stage, "the second period and the value added are measured and reported")


def _bought(
    stage: Stage, code: str, item: str, units: int, cost: int, lead_seconds: int
) -> Document:
    """The market asks for a thing for the group, the maker bids and is awarded and ships; the order."""
    policy = {
        **in_spans(POLICY, stage.spans), "item": item, "buyer": MARKET, "candidates": (MAKER,), "reorder_point": 0,
        "lead_seconds": lead_seconds, "lateness_bps_per_day": 0, "lateness_cap_bps": 0,
        "estimate_minor": units * cost,
    }  # fmt: skip
    stage.erp(SetSourcingPolicy(**policy))
    stage.erp(RaiseRequisition(item=item, quantity=units, chain_group=code))
    stage.settle()
    stage.bid(stage.last("tender"), {MAKER: units * cost})
    stage.settle()
    order = stage.last("purchase_order")
    stage.ship(MAKER, order, units)
    return order


def _came(stage: Stage, order: Document, good: int, bad: int, cost: int) -> None:
    number = f"INV-{order.number}"
    stage.deliver(order, 1, good + bad, good, good * cost, number)


# ---- what is told by itself ---------------------------------------------------------------------


def _index(stage: Stage, bet: Bet, number: int) -> None:
    """On the index day of a period, what was ordered in the 28 days before it is counted and told."""
    windows = int(bet.terms["disputeSeconds"]) + int(bet.terms["rulingSeconds"])
    stage.reach(bet.period_end(number) - windows - DAY)
    measured(stage, f"the index of period {number} is counted and reported; targets move by rule")
    told = stage.last("bet_measure").fields
    stage.figure(f"index_{number}_units", int(told["values"][0]), DEMAND[number])
    factor = index_factor(DEMAND[number], DEMAND[0], ELASTICITY_BPS, MOST_BPS)
    stage.figure(f"index_{number}_factor_bps", told["factor_bps"], factor)


def _reported(stage: Stage) -> dict[str, list[tuple[int, int]]]:
    """Kept and attained of each party's periods, by the rule; what the chain says is held to it."""
    figures = {
        MAKER: ((0, 0), (REJECTED, DAYS_LATE)),
        MARKET: ((0, SOLD[0]), (LEFT, SOLD[1])),
    }
    reached: dict[str, list[tuple[int, int]]] = {}
    told = {(d.fields["party_code"], d.fields["period"]): d.fields for d in _measures(stage)}
    for who, values in figures.items():
        reached[who] = []
        for number, value in enumerate(values, start=1):
            factor = index_factor(DEMAND[number], DEMAND[0], ELASTICITY_BPS, MOST_BPS)
            reached[who].append(period(PROMISES[who], value, factor))
            said = told[who, number]
            name = f"{who.lower()}_{number}"
            stage.figure(f"{name}_values", [int(v) for v in said["values"]], list(value))
            stands = [said["kept_bps"], said["attainment_bps"]]
            stage.figure(f"{name}_kept_and_attained_bps", stands, list(reached[who][-1]))
    with transaction(stage.engine) as session:
        counted = [
            again
            for d in stage.documents("performance_report", "index_report", "value_report")
            for again in recompute(session, d.number)
        ]
    stage.figure("counted_again", sum(each.agrees for each in counted), len(counted))
    return reached


def _measures(stage: Stage) -> Sequence[Document]:
    return [d for d in stage.documents("bet_measure") if d.fields["party_code"] is not None]


def _dispute(stage: Stage, bet: Bet) -> tuple[int, int]:
    """The maker disputes what was reported of its second period; what it kept and attained as the arbiter has it."""
    account = stage.people[MAKER].address
    report = next(
        d
        for d in reversed(stage.documents("performance_report"))
        if d.fields["party"] == MAKER and d.fields["period"] == PERIODS
    )
    with stage.step(MAKER, "states its reason and disputes the rejected ovens in time"):
        reason = stage.erp(
            StateReason(
                party=MAKER, about=report.number, text="one of them was dropped on receipt"
            ),
            f"supplier:{MAKER.lower()}",
        )
        told = (bet.id, account, PERIODS, document_root(reason))
        stage.transact(MAKER, "BetContracts", "dispute", *told)
    dispute = stage.last("bet_dispute")
    stage.figure("reason", dispute.fields["reason"], reason.number)
    with stage.step("arbiter", f"rules that {RULED} was bad"):
        ruling = stage.erp(
            StateRuling(party="ARBITER", about=dispute.number, text="one was dropped on receipt"),
            "arbiter:clerk",
        )
        values = (RULED, DAYS_LATE)
        terms = bet.pledge(MAKER)
        ruled = (bet.id, account, PERIODS, list(values), terms, document_root(ruling))
        stage.transact("arbiter", "BetContracts", "rule", *ruled)
    said = stage.last("bet_measure").fields
    stage.figure("ruling", said["evidence"], ruling.number)
    stands = period(PROMISES[MAKER], values, BPS)
    stage.figure("ruled_attainment_bps", said["attainment_bps"], stands[1])
    return stands


# ---- the end ------------------------------------------------------------------------------------


def _settled(stage: Stage, bet: Bet, expected: Outcome) -> None:
    before = {who: stage.balance(who) for who in (LEADER, MAKER, MARKET)}
    with stage.step("time", "passes: the bet is settled, and everybody is paid by itself"):
        bet.settleable()
    told = stage.last("bet_settlement").fields
    stage.figure("penalties_minor", told["penalties_minor"], expected.penalties)
    paid = {d.fields["party_code"]: d.fields for d in stage.documents("bet_payout")}
    for who, each in expected.parties.items():
        stage.figure(f"{who.lower()}_penalty_minor", paid[who]["penalty_minor"], each.penalty)
        stage.figure(f"{who.lower()}_share_minor", paid[who]["share_minor"], each.share)
        stage.figure(f"{who.lower()}_paid_minor", stage.balance(who) - before[who], each.paid)
    back = POOL - expected.value + expected.rounding
    stage.figure("sponsor_back_minor", stage.balance(LEADER) - before[LEADER], back)
    stage.figure("rounding_minor", back + expected.value - POOL, expected.rounding)
    stage.figure("custody_at_end_minor", stage.custody("BetContracts"), 0)


ABOUT = (
    "A maker and a market bet together on no rejects, no delay, no stock and many sales. Demand falls: the index is counted "
    "from orders and moves the sales target. All figures are measured from documents, and 40,000.00 of value are shared"
)
SCENARIO = Scenario(
    *("hefei-shanghai", "a bet whose targets move with demand", "合肥制造 × 上海商圈"),
    f"{ABOUT}.",
    CAST,
    partial(play, disputed=False),
    waits,
)
DISPUTED = Scenario(
    *("hefei-shanghai-dispute", "the same bet, a report disputed", "合肥制造 × 上海商圈：争议"),
    f"{ABOUT}; the maker disputes its rejects, and the arbiter rules.",
    CAST,
    partial(play, disputed=True),
    waits,
)
