"""The play keeps to the history: its dates, its prices, its winners."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from erp.kernel.amounts import days_late
from erp.stock.rules import Purpose
from erp.stock.schemas import IssueStock
from scripts.plays.demo.names import code
from scripts.plays.demo.plan import (
    CANDIDATES_MAX,
    COMMIT_SECONDS,
    DAY_SECONDS,
    MAX_GRACE_SECONDS,
    REVEAL_SECONDS,
    AwardMode,
    Bid,
    Plan,
    days_to_shift,
    make_plan,
    noon,
    rival_amount,
)
from scripts.plays.demo.purchases import CARRIED, Purchase, read_history
from scripts.plays.stage.keys import development_key


def purchase(id_: str, vendor: str, quantity: int, value: int, day: int, late: int = 0) -> Purchase:
    promised = date(2006, 6, 1) + timedelta(days=day)
    return Purchase(
        id_, vendor, "test kit", quantity, value, promised, promised + timedelta(days=late)
    )


@pytest.fixture(scope="module", params=AwardMode)
def plan(request: pytest.FixtureRequest) -> Plan:
    return make_plan(read_history(CARRIED, None).purchases, request.param)


def test_the_contract_counts_the_days_late_of_the_history(plan: Plan) -> None:
    for line in plan.lines:
        counted = days_late(line.received_at, line.promised_at)
        assert counted == max(0, line.purchase.days_late), line.purchase.id


@pytest.mark.parametrize("late", [-40, -1, 0, 1, 2, 192, 720])
def test_a_day_late_is_a_day_late_at_every_distance(late: int) -> None:
    (line,) = make_plan([purchase("1", "V", 1, 1, 0, late)], AwardMode.HISTORY).lines
    assert days_late(line.received_at, line.promised_at) == max(0, late)


def test_every_step_falls_into_its_window(plan: Plan) -> None:
    half_a_day = DAY_SECONDS // 2  # a day's work on the chain is far shorter
    for line in plan.lines:
        opened = noon(line.open_day)
        commit_end = opened + COMMIT_SECONDS
        reveal_end = commit_end + REVEAL_SECONDS
        assert opened < noon(line.commit_day) <= commit_end - half_a_day
        assert commit_end + half_a_day <= noon(line.reveal_day) <= reveal_end - half_a_day
        assert reveal_end + half_a_day <= noon(line.award_day)
        assert noon(line.award_day) < line.promised_at
        assert line.award_day < line.ship_day < line.receive_day
        assert noon(line.ship_day) < line.promised_at + plan.grace_seconds
        assert opened + line.lead_seconds == line.promised_at
    assert plan.grace_seconds <= MAX_GRACE_SECONDS


def test_every_line_has_all_its_days_in_order(plan: Plan) -> None:
    days = plan.days()
    assert [d.day for d in days] == sorted({d.day for d in days})
    for name in ("opens", "commits", "reveals", "ships", "receives"):
        assert sorted(i for d in days for i in getattr(d, name)) == list(range(len(plan.lines)))
    waited = [d.day for d in days if d.awards]
    opened = {i: d.day for d in days for i in d.opens}
    for position, line in enumerate(plan.lines):
        assert any(line.award_day <= day < line.ship_day for day in waited), line.purchase.id
        assert opened[position] == line.open_day


def test_every_bid_fits_under_the_ceiling_that_must(plan: Plan) -> None:
    for line in plan.lines:
        assert line.bids[0] == Bid(line.purchase.vendor, line.purchase.value_minor)
        assert {bid.vendor for bid in line.bids} <= set(line.candidates)
        assert len(set(line.candidates)) == len(line.candidates) <= CANDIDATES_MAX
        fits = line.bids if plan.mode is AwardMode.MARKET else line.bids[:1]
        assert all(bid.amount_minor <= line.estimate_minor for bid in fits)
        assert line.bond_minor > 0


def test_in_history_the_vendor_of_the_history_has_the_only_lowest_bid() -> None:
    plan = make_plan(read_history(CARRIED, None).purchases, AwardMode.HISTORY)
    for line in plan.lines:
        assert all(bid.amount_minor > line.purchase.value_minor for bid in line.bids[1:])
    assert any(len(line.bids) > 1 for line in plan.lines)


def test_rivals_bid_their_own_last_price_for_this_quantity() -> None:
    sales = [
        purchase("1", "first", 10, 1_000, 0),
        purchase("2", "second", 3, 400, 1),
        purchase("3", "first", 10, 1_500, 2),  # its last price counts: 150 each
        purchase("4", "third", 2, 290, 3),
    ]
    line = make_plan(sales, AwardMode.MARKET).lines[3]
    assert line.candidates == ("third", "first", "second")
    assert line.bids == (Bid("third", 290), Bid("first", 300), Bid("second", 267))
    assert line.lowest_minor == 267
    assert line.estimate_minor == 330
    kept = make_plan(sales, AwardMode.HISTORY).lines[3]
    assert kept.candidates == line.candidates
    assert kept.bids == (Bid("third", 290), Bid("first", 300))
    assert kept.estimate_minor == 319


def test_a_later_sale_is_no_price_yet() -> None:
    early, late = purchase("1", "late", 1, 5, 9), purchase("2", "early", 1, 9, 0)
    plan = make_plan([early, late], AwardMode.MARKET)
    assert [line.purchase.vendor for line in plan.lines] == ["early", "late"]
    assert plan.lines[0].bids == (Bid("early", 9),)
    assert plan.lines[1].bids == (Bid("late", 5), Bid("early", 9))


def test_a_price_is_rounded_half_up_and_a_bid_of_nothing_is_not_made() -> None:
    assert [rival_amount(1, 2, n) for n in (1, 2, 3)] == [1, 1, 2]
    assert rival_amount(100, 3, 1) == 33
    assert rival_amount(200, 3, 1) == 67
    plan = make_plan([purchase("1", "a", 100, 1, 0), purchase("2", "b", 1, 7, 1)], AwardMode.MARKET)
    assert plan.lines[1].bids == (Bid("b", 7),)


def test_a_chain_that_is_further_on_moves_the_play_by_whole_days() -> None:
    sales = [purchase("1", "a", 1, 100, 0, late=3)]
    plan = make_plan(sales, AwardMode.HISTORY)
    assert days_to_shift(plan, plan.genesis_at) == 0
    now = int(datetime(2026, 7, 1, 15, tzinfo=UTC).timestamp())
    moved = make_plan(sales, AwardMode.HISTORY, days_to_shift(plan, now))
    assert now < moved.begins_at <= now + DAY_SECONDS
    assert moved.lines[0].purchase.days_late == 3
    assert days_to_shift(moved, now) == 0


def test_the_chain_begins_early_in_2006() -> None:
    plan = make_plan(read_history(CARRIED, 150).purchases, AwardMode.HISTORY)
    begin = datetime.fromtimestamp(plan.genesis_at, UTC)
    assert (begin.year, begin.month) == (2006, 1)
    assert plan.genesis_at < plan.begins_at < noon(plan.lines[0].open_day)


def test_codes_are_unique_stable_and_what_the_erp_takes(shared_history: Path) -> None:
    purchases = read_history(shared_history, None).purchases
    names = {p.vendor for p in purchases} | {p.item for p in purchases} | {"药厂", "-", "é"}
    codes = {code(name) for name in names}
    assert len(codes) == len(names)
    for made in codes:
        IssueStock(entity="SCMS", item=made, quantity=1, purpose=Purpose.PRODUCTION)
    assert (
        code("RANBAXY Fine Chemicals LTD.")
        == "RANBAXY-FINE-CHEMICALS-LTD-" + code("RANBAXY Fine Chemicals LTD.").rsplit("-", 1)[1]
    )
    assert development_key("a") != development_key("b")


def test_paid_later_every_claim_falls_due_within_the_play_and_late_lines_sell_theirs() -> None:
    lines = [purchase("1", "V", 1, 100_000, 0, 3), purchase("2", "V", 1, 50_000, 9)]
    plan = make_plan(lines, AwardMode.HISTORY, payment_days=60)
    late, in_time = plan.lines
    assert (late.is_sold, in_time.is_sold) == (True, False)
    assert plan.sold_value_minor == 100_000
    days = {day.day: day for day in plan.days()}
    assert days[late.receive_day + timedelta(days=1)].sells == (0,)
    for place, line in enumerate(plan.lines):
        assert days[line.receive_day + timedelta(days=61)].settles == (place,)
    # eight per cent a year for the 59 days that are left
    assert late.price_of(100_000) == 100_000 - 100_000 * 800 * 59 // (10_000 * 365)


@pytest.mark.parametrize("payment_days", [0, 1])
def test_without_a_term_that_is_left_nothing_is_sold(payment_days: int) -> None:
    lines = [purchase("1", "V", 1, 100_000, 0, 3)]
    plan = make_plan(lines, AwardMode.HISTORY, payment_days=payment_days)
    assert not plan.sold_value_minor
    assert not any(day.sells for day in plan.days())
    assert any(day.settles for day in plan.days()) == bool(payment_days)
