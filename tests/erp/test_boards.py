"""The grab page and the cockpit: what they say follows from the books, each figure with the papers it stands on."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlalchemy import text

from erp.bets.tables import BetMeasure
from erp.boards import cockpit as board
from erp.boards.clock import edges, next_edge
from erp.boards.cockpit import Cockpit, cockpit, report_status
from erp.boards.grab import Asked, BetTerms, GrabPage, grab_page, outcome
from erp.boards.text import cockpit_tables, grab_tables, lines
from erp.database import snapshot
from erp.groups import schemas
from erp.groups.errors import UnknownGroup, UnknownRole
from erp.groups.tables import ChainGroup
from tests.erp import test_bets as bets
from tests.erp import test_chain_groups as chain_groups
from tests.erp.groups import (
    GRAB,
    GROUP_ID,
    SELECT,
    STAKE,
    TOKENS,
    approve,
    approved,
    forming,
    grab,
    need,
    order,
    order_on,
    progress,
    proposal,
    reopening,
    role_plan,
    terms,
)
from tests.erp.world import DAY, REF, World, account

SECRET = "two lines, one shift"


def page(world: World, who: str | None = None, role: int = 1, **asked: Any) -> GrabPage:
    """The grab page as a party sees it now."""
    with snapshot(world.engine) as session:
        return grab_page(session, GROUP_ID, role, Asked(who, world.now, **asked))


def watch(world: World) -> Cockpit:
    """The cockpit now."""
    with snapshot(world.engine) as session:
        return cockpit(session, GROUP_ID, world.now)


def checks(found: GrabPage) -> dict[str, bool | None]:
    """What each condition says."""
    assert found.may_i is not None
    return {each.name.split(",")[0]: each.holds for each in found.may_i}


# ---- the grab page ------------------------------------------------------------------------------


def test_the_page_of_an_open_role_says_who_may_and_with_which_figures(groups: World) -> None:
    number = approved(groups)
    code = groups.do(order_on(groups, number)).number
    found = page(groups, "n1")
    assert (found.role.group, found.role.title, found.role.title_zh) == (code, "maker", "制造")
    assert found.role.documents == (code,)
    assert set(checks(found).values()) == {True}
    wallet = next(c for c in found.may_i or () if c.name.startswith("wallet"))
    assert (wallet.have, wallet.need) == (TOKENS, STAKE)
    assert checks(page(groups, "lead"))["is not the leader"] is False
    assert checks(page(groups, "n1", pledge=0))["pledge within the bounds"] is False
    assert page(groups).may_i is None
    with pytest.raises(UnknownRole):
        page(groups, role=2)
    groups.wait(GRAB)
    assert checks(page(groups, "n1"))["open to grabs"] is False


def test_a_stake_above_the_wallet_and_a_credit_below_the_least_are_shown_short(
    groups: World,
) -> None:
    groups.do(order(groups, (terms(1_000, stake=str(TOKENS + 1), min_credit_bps=6_000),)))
    found = page(groups, "n1")
    assert checks(found)["wallet covers the stake"] is False
    assert checks(found)["credit"] is None  # no outcome yet: not known here
    assert found.least_to_lead is None


def test_who_stands_is_ranked_by_pledge_and_credit_and_a_plan_is_nowhere(groups: World) -> None:
    groups.do(order(groups, (1_000,)))
    groups.do(role_plan(groups, "n1"))
    first = groups.do(grab("n1", 600, credit_bps=7_000))
    groups.do(grab("n2", 400, credit_bps=7_000, index=2, leads=False))
    groups.do(grab("n3", 510, credit_bps=10_000, index=3, leads=True))
    found = page(groups, "buyer")
    ranked = [(each.rank, each.party, each.pledge, each.leads) for each in found.who_stands]
    assert ranked == [(1, "n3", 510, True), (2, "n1", 600, False), (3, "n2", 400, False)]
    assert found.who_stands[1].document == first.number
    assert checks(page(groups, "n1"))["has not grabbed it yet"] is False
    told = json.dumps(asdict(found)) + "\n".join(lines(grab_tables(found)))
    assert SECRET not in told
    assert REF not in told


def test_a_holder_that_left_is_told_that_it_may_not_come_back(groups: World) -> None:
    groups.do(order(groups))
    groups.do(grab("n1"))
    groups.wait(GRAB + SELECT)
    groups.do(forming(100))
    assert checks(page(groups, "n2"))["open to grabs"] is False
    groups.do(reopening(groups, "n1", "resigned"))
    found = checks(page(groups, "n1"))
    assert (found["did not leave the role before"], found["open to grabs"]) == (False, True)
    assert checks(page(groups, "n2"))["did not leave the role before"] is True


def test_the_stock_of_the_item_that_is_needed_is_the_leaders(groups: World) -> None:
    groups.sisters = (*groups.sisters, "lead")
    wanted = need(groups, item="bolt")
    groups.do(proposal((300_000,), wanted))
    number = groups.last("group_proposal").number
    approve(groups, number)
    groups.do(order_on(groups, number))
    assert page(groups).stock == ()  # it never had any
    assert {row.entity for row in page(groups).stock} <= {"lead"}


def test_the_reporters_past_counts_what_it_reported_in_records_that_name_its_post(
    groups: World,
) -> None:
    groups.do(order(groups))
    groups.do(grab("n1"))
    groups.wait(GRAB + SELECT)
    groups.do(forming(100))
    told = groups.do(progress(5_000, 150_000)).number
    other = order(groups, (1_000,), group_id=8, reporter_post=3)
    groups.do(other)
    past = page(groups).reporter
    assert (past.post, past.reports, past.disputes) == (2, (told,), ())
    with snapshot(groups.engine) as session:
        assert grab_page(session, 8, 1, Asked(None, groups.now)).reporter.reports == ()


BET = BetTerms(1_000, 50_000, 500, 20_000, 5_000, 500_000)


@pytest.mark.parametrize(
    ("reached", "pay", "kept", "attained", "penalty", "share"),
    [
        (8_000, 80_000, 8_000, 8_000, 15_000, 42_040),
        (10_000, 100_000, 10_000, 10_000, 0, 50_000),
        (12_000, 100_000, 10_000, 12_000, 0, 58_823),
    ],
)
def test_what_reaching_a_part_of_a_pledge_pays_loses_and_shares(
    reached: int, pay: int, kept: int, attained: int, penalty: int, share: int
) -> None:
    found = outcome(100_000, 1_000, reached, BET)
    assert (found.pay_minor, found.kept_bps, found.attainment_bps) == (pay, kept, attained)
    assert found.penalty_minor == penalty
    assert found.share_minor == share
    assert replace(outcome(100_000, 1_000, reached, None), reached_bps=0).share_minor is None


# ---- the clock ----------------------------------------------------------------------------------


def group_at(**changed: Any) -> ChainGroup:
    values: dict[str, Any] = {
        "code": "GRP-1", "status": "OPEN", "roles": 2, "filled": 1, "pledged": "5", "target": "9", "grab_end": 10,
        "select_end": 20, "work_end": 30, "report_end": 40, "bet_due_at": 0, "bet_id": None,
    }  # fmt: skip
    return ChainGroup(**{**values, **changed})


@pytest.mark.parametrize(
    ("changed", "settleable", "now", "name", "then"),
    [
        ({}, None, 5, "grab_end", "the leader selects"),
        ({}, None, 10, "select_end", "dissolves the group, unless"),
        ({"filled": 2, "pledged": "9"}, None, 10, "select_end", "forms the group"),
        ({}, None, 99, "work_end", "dissolves"),
        ({"status": "FORMED", "bet_due_at": 25}, None, 20, "bet_due_at", "if no bet is bound"),
        (
            {"status": "FORMED", "bet_due_at": 25, "bet_id": 1},
            None,
            20,
            "work_end",
            "reports go on",
        ),
        ({"status": "FORMED"}, None, 35, "report_end", "closes the group"),
        ({"status": "FORMED"}, 50, 45, "settleable_at", "settles the bet"),
    ],
)
def test_the_clock_says_what_comes_next_and_what_is_done_then(
    changed: dict[str, Any], settleable: int | None, now: int, name: str, then: str
) -> None:
    edge = next_edge(edges(group_at(**changed), settleable), now)
    assert edge is not None
    assert edge.name == name
    assert then in edge.then


def test_nothing_comes_after_the_end() -> None:
    for status in ("SETTLED", "DISSOLVED"):
        assert next_edge(edges(group_at(status=status), None), 1) is None


# ---- the cockpit --------------------------------------------------------------------------------


def test_the_board_of_a_working_group_names_the_papers_of_each_figure(groups: World) -> None:
    number = approved(groups, 300_000)
    code = groups.do(order_on(groups, number)).number
    first = groups.do(grab("n1")).number
    groups.do(grab("n2", 50, index=2, leads=False))
    groups.wait(GRAB + SELECT)
    groups.do(forming(100))
    told = groups.do(progress(5_000, 150_000)).number
    found = watch(groups)
    assert (found.head.status, found.head.proposal, found.head.next.name) == (
        "FORMED",
        number,
        "work_end",
    )  # type: ignore[union-attr]
    (role,) = found.roles
    assert (role.party, role.vacant, role.title) == ("n1", False, "maker")
    assert (role.pledge.value, role.pledge.documents) == ("100", (first,))
    assert (role.earned_minor.value, role.earned_minor.documents) == (150_000, (told,))
    money = found.money
    assert (money.budget_minor.value, money.budget_minor.documents) == (300_000, (code,))
    assert (money.unearned_minor.value, money.reserved_minor.value) == (150_000, 150_000)
    assert money.custody_minor.value == 300_000 + 2 * STAKE
    assert (
        len(money.custody_minor.entries) == 5
    )  # budget, two stakes, and both sides of what was earned
    assert (money.stakes_minor.value, money.unbudgeted_minor.value) == (2 * STAKE, 0)
    assert [(m.party, m.role_id, m.until) for m in found.members] == [
        ("lead", 0, None),
        ("n1", 1, None),
    ]
    assert found.signals == (board.Signal("progress without a paper here", told),)
    assert (found.reports, found.orders) == ((), ())
    shown = "\n".join(lines(cockpit_tables(found)))
    for part in (code, "3,000.00", "<- next", told):
        assert part in shown


def test_a_group_that_nobody_approved_is_red_on_the_board(groups: World) -> None:
    code = groups.do(order(groups)).number
    told = [signal.what for signal in watch(groups).signals]
    assert told == ["stands on no budget", "nobody approved it: it names no proposal"]
    assert watch(groups).money.unbudgeted_minor.documents == (code,)
    with snapshot(groups.engine) as session, pytest.raises(UnknownGroup):
        cockpit(session, 99, 1)


def test_the_board_of_a_bet_shows_what_each_has_so_far_and_what_is_due(groups: World) -> None:
    code = groups.do(order(groups, (1_000, 1_000))).number
    groups.do(grab("n1"))
    groups.do(grab("n2", role_id=2))
    groups.wait(GRAB + SELECT)
    groups.do(forming(200))
    bet = groups.do(bets.proposal(groups, group_id=GROUP_ID)).number
    groups.do(bets.signature("n1", 1, 100_000, 60_000_000))
    groups.do(bets.signature("n2", 2, 300_000, bets.WHOLE))
    groups.do(bets.s.RecordBetActivation(bet_id=1, parties=2))
    groups.do(schemas.RecordBetBinding(group_id=GROUP_ID, leader=account("lead"), bet_id=1))
    assert {report.status for report in watch(groups).reports} == {"AHEAD"}
    groups.wait(31 * DAY)
    short = groups.do(bets.n1_falls_short()).number
    found = watch(groups)
    assert (found.money.pool_minor.value, found.money.pool_minor.documents) == (bets.POOL, (bet,))  # type: ignore[union-attr]
    lost = found.money.penalties_minor
    assert lost is not None
    assert (lost.value, lost.documents) == (lost.value, (short,))
    member = next(m for m in found.members if m.party == "n1")
    assert member.penalty_minor is not None
    assert (member.penalty_minor.value, member.penalty_minor.documents) == (lost.value, (short,))
    assert member.worst_case_minor is not None
    assert member.worst_case_minor.value == bets.STAKE["n1"] // 2
    assert member.projected_share_minor is None  # nobody proposed it: no base margin is known
    reports = [(each.party, each.status, each.document) for each in found.reports]
    assert reports == [("n1", "REPORTED", short), ("n2", "DUE", None)]
    groups.wait(DAY)
    assert watch(groups).reports[1].status == "SILENT"
    past = page(groups).arbiter
    assert past is not None
    assert (past.post, past.reports, past.rulings) == (3, (short,), ())
    assert page(groups).pledge.bet == BetTerms(6_000, 100_000, 0, 10_000, 5_000, bets.POOL)
    assert code == found.head.group


@pytest.mark.parametrize(
    ("measure", "now", "status"),
    [
        (None, 9, "AHEAD"),
        (None, 10, "DUE"),
        (None, 20, "SILENT"),
        ({"disputed_by": "n1"}, 9, "DISPUTED"),
        ({"reported_by": "BPA-1", "disputed_by": "n1"}, 30, "DISPUTED"),
        ({"reported_by": "BPA-1"}, 30, "REPORTED"),
        ({"reported_by": "BPA-1", "ruled": True}, 30, "RULED"),
    ],
)
def test_a_report_is_ahead_due_silent_disputed_made_or_ruled(
    measure: dict[str, Any] | None, now: int, status: str
) -> None:
    row = (
        BetMeasure(**{"bet": "B", "party": "n1", "period": 1, "ruled": False, **measure})
        if measure is not None
        else None
    )
    assert report_status(row, now, 10, 20) == status


@pytest.mark.parametrize("buyer", ["outside", "a member"])
def test_what_a_member_earns_outside_is_margin_and_beyond_the_base_value_added(
    groups: World, buyer: str
) -> None:
    pays = (1_000,) if buyer == "outside" else (1_000, 1_000)
    number = approved(groups, *pays, base_margin_minor=100_000)
    code = groups.do(order_on(groups, number, *pays)).number
    groups.do(grab("supplier"))
    if buyer != "outside":
        groups.do(grab("buyer", role_id=2))
    groups.wait(GRAB + SELECT)
    groups.do(forming(100 * len(pays)))
    assert code == chain_groups.GROUP
    chain_groups.whole_order(groups)
    posted = sold(groups) if buyer == "outside" else 0  # what members sell each other is none
    found = watch(groups).ledger
    if buyer == "outside":
        assert found.revenue_minor.value == posted
    assert len(found.counted_minor.entries) == (5 if posted else 0)
    assert found.base_margin_minor is not None
    assert (found.base_margin_minor.value, found.base_margin_minor.documents) == (
        100_000,
        (number,),
    )
    assert found.value_added_minor is None
    past = {"start": groups.now - 100 * DAY, "periods": 4, "group_id": GROUP_ID}
    groups.do(bets.proposal(groups, **past))
    found = watch(groups).ledger
    value = found.value_added_minor
    assert value is not None
    counted = int(found.counted_minor.value or 0)
    assert value.value == max(0, min(bets.POOL, counted - 100_000))
    assert value.entries == found.counted_minor.entries
    (line,) = watch(groups).orders
    assert (line.supplier, line.accepted, line.late) == ("supplier", 58, False)
    groups.do(bets.proposal(groups, bet_id=2, group_id=GROUP_ID, pool_minor=1))
    now = watch(groups).ledger
    assert (now.margin_minor.entries, now.counted_minor.entries) == (
        (),
        (),
    )  # nothing yet in this one's time


def sold(world: World) -> int:
    """What the supplier's revenue account says of the group, by the lines alone."""
    with snapshot(world.engine) as session:
        posted = session.execute(
            text(
                "SELECT sum(credit_minor) - sum(debit_minor) FROM journal_line "
                "WHERE entity = 'supplier' AND account = '6001' AND chain_group = 'GRP-2026-00001'"
            )
        )
        return int(posted.scalar_one())
