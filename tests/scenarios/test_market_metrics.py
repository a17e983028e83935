"""performance: stock, sales, reviews, margin, index and value of a bet are counted from the books, and told by rule."""

from __future__ import annotations

import pytest

from bridge.commitments.documents import document_root
from erp.database import snapshot
from erp.performance.due import due
from erp.performance.errors import FigureReported, FigureTooLate, NotYetMeasured
from erp.performance.recompute import recompute
from erp.performance.schemas import ReportIndex, ReportPerformance, ReportValue
from erp.sales.schemas import CancelSalesOrder
from scripts.plays.acts.bets import REPORTED
from tests.lives.market import (
    BASE_MARGIN,
    BASELINE,
    POOL,
    PRICE,
    STOCK,
    index_day,
    late_index,
    opened,
    ordered,
    report_due,
    returned,
    reviewed,
    sell,
)
from tests.world import DAY, HOUR, World

COST = 1_000  # of an oven in stock


def assert_counted_again(world: World) -> None:
    """Every report says what its documents say."""
    made = world.documents("performance_report", "index_report", "value_report")
    with snapshot(world.engine) as session:
        for report in made:
            assert [a for a in recompute(session, report.number) if not a.agrees] == []


def test_index_targets_and_value_follow_from_the_books_and_nobody_types_a_figure(
    world: World,
) -> None:
    bet = opened(world)
    start = world.now
    first = sell(world, bet, "C-1", 60)
    reviewed(world, first, 9_000)
    sell(world, bet, "C-2", 40, hours=10)
    back = sell(world, bet, "C-3", 10, entity="N2")
    returned(world, back, 4)
    sell(world, bet, "C-3", 20, entity="N2")
    world.reach(index_day(bet, 1))
    (index,) = report_due(world)
    assert (type(index), index.model_dump()["period"]) == (ReportIndex, 1)
    told = world.last("index_report").fields
    assert (told["values"], told["baseline"]) == ([130], str(BASELINE))
    booked = world.last("bet_measure").fields
    assert (booked["evidence"], booked["subject"]) == (world.last("index_report").number, None)
    assert booked["factor_bps"] == told["factor_bps"] == 12_000  # bounded
    world.reach(bet.period_end(1))
    assert {type(each) for each in report_due(world)} == {ReportPerformance}
    seller, earner = world.documents("performance_report")
    period = bet.period_end(1) - start
    assert seller.fields["values"][1:] == [100, 9_000, 20]
    moved = {
        document.at: document.fields["quantity"]
        for document in world.documents("sales_despatch")
        if document.fields["entity"] == "N1"
    }
    opening = world.documents("stock_opening")[-2].at
    stocked = STOCK * (bet.period_end(1) - opening)
    stocked -= sum(units * (bet.period_end(1) - at) for at, units in moved.items())
    assert seller.fields["values"][0] == -(-stocked // period)
    units = 10 - 4 + 20
    assert earner.fields["values"] == [units * PRICE, units * (PRICE - COST), 1, 1]
    assert world.documents("bet_measure")[-1].fields["factor_bps"] == 12_000
    world.reach(bet.period_end(2))
    assert ReportValue in {type(each) for each in report_due(world)}
    margin = (100 + units) * (PRICE - COST)
    value = world.last("value_report").fields
    assert value["values"] == [min(POOL, margin - BASE_MARGIN)]
    approved = world.last("group_proposal")
    (counted,) = value["evidence"]["metrics"]
    assert approved.sequence in counted["documents"]
    assert counted["members"] == ["LEADER", "N1", "N2"]
    measured = world.last("bet_measure").fields
    assert measured["value_added_minor"] == value["values"][0]
    assert measured["evidence_ref"] == "0x" + document_root(world.last("value_report")).hex()
    assert_counted_again(world)
    bet.settleable()
    world.settle()
    assert world.last("bet_settlement").fields["value_added_minor"] == value["values"][0]
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_an_index_that_comes_after_its_window_moves_nothing_and_is_taken_back(
    world: World,
) -> None:
    bet = opened(world)
    sell(world, bet, "C-1", 90)
    late_index(world, bet)
    assert world.documents("bet_measure") == []
    report = world.last("index_report")
    assert report.fields["factor_bps"] == 9_000
    assert "stuck" not in world.alarms()
    world.reach(bet.period_end(1))
    report_due(world)
    assert world.last("report_lateness").fields["report"] == report.number
    assert all(m.fields["factor_bps"] == 10_000 for m in world.documents("bet_measure"))
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_index_and_value_are_measured_once_and_in_their_time(world: World) -> None:
    bet = opened(world)
    number = world.last("bet_contract").number
    with pytest.raises(NotYetMeasured):
        world.erp(ReportIndex(bet=number, period=1))
    with pytest.raises(NotYetMeasured):
        world.erp(ReportValue(bet=number))
    world.reach(index_day(bet, 1))
    world.erp(ReportIndex(bet=number, period=1))
    with pytest.raises(FigureReported):
        world.erp(ReportIndex(bet=number, period=1))
    world.reach(index_day(bet, 2) + DAY)
    with pytest.raises(FigureTooLate):
        world.erp(ReportIndex(bet=number, period=2))
    world.reach(bet.period_end(2) + int(bet.terms["reportSeconds"]))
    with pytest.raises(FigureTooLate):
        world.erp(ReportValue(bet=number))


def test_an_order_cancelled_before_the_index_day_is_no_demand_and_one_of_another_house_is(
    world: World,
) -> None:
    bet = opened(world)
    gone = ordered(world, "C-1", 500)
    ordered(world, "C-2", 95, entity="LEADER")
    world.erp(CancelSalesOrder(sales_order=gone, reason="moved house"))
    world.reach(index_day(bet, 1))
    later = ordered(world, "C-3", 7)
    report_due(world)
    made = world.last("index_report").fields
    assert made["values"] == [95]
    listed = set(made["evidence"]["metrics"][0]["documents"])
    assert {d.number for d in world.documents("sales_order") if d.sequence in listed} == {
        gone,
        world.documents("sales_order")[1].number,
    }
    assert later not in {d.number for d in world.documents("sales_order") if d.sequence in listed}


def test_what_nobody_can_see_is_not_reported_and_counts_as_kept(world: World) -> None:
    """Without a review there is no mean of reviews: the seller's whole period stays unreported."""
    bet = opened(world)
    sell(world, bet, "C-1", 60)
    world.reach(bet.period_end(1))
    report_due(world)
    (made,) = world.documents("performance_report")
    assert made.fields["party"] == "N2"


def test_more_documents_than_a_report_lists_are_an_alarm_and_hold_up_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bet = opened(world)
    for place in range(3):
        reviewed(world, sell(world, bet, f"C-{place}", 1, hours=1), 9_000)
    monkeypatch.setattr("erp.performance.measuring.MAX_EVIDENCE", 5)
    world.reach(bet.period_end(1))
    with snapshot(world.engine) as session:
        found = due(session, world.now)
    assert [type(each) for each in found.reports] == [ReportPerformance]
    ((refused, why),) = found.refused
    assert refused.model_dump()["party"] == "N1"
    assert why.code == "too-much-evidence"


def test_a_margin_below_the_approved_base_adds_no_value(world: World) -> None:
    """A value below the base is nothing, whatever the pool holds."""
    bet = opened(world)
    sell(world, bet, "C-1", 10)
    world.reach(bet.period_end(2) + HOUR)
    bet.report("N1", 2, *[REPORTED] * 4)
    report_due(world)
    assert world.last("value_report").fields["values"] == [0]
    assert 10 * (PRICE - COST) < BASE_MARGIN


def test_a_report_that_the_console_told_first_is_overtaken_and_the_audit_holds(
    world: World,
) -> None:
    bet = opened(world)
    reviewed(world, sell(world, bet, "C-1", 60), 9_000)
    world.reach(bet.period_end(1))
    number = world.last("bet_contract").number
    made = world.erp(ReportPerformance(bet=number, party="N1", period=1))
    bet.report("N1", 1, *[REPORTED] * 4)
    world.settle()
    (booked,) = world.documents("bet_measure")
    assert (booked.fields["evidence"], booked.fields["party_code"]) == (None, "N1")
    assert made.fields["values"] != [REPORTED] * 4
    world.assert_nothing_waits()
    world.assert_audit_holds()
