"""Pages of bets: what parties see of targets, reports and changes; strangers see nothing."""

from __future__ import annotations

import pytest

from erp.bets import schemas as s
from erp.kernel.roles import Role
from erp.payments.schemas import RecordTokenIssue
from erp.web.formats import HIDDEN, money
from erp.web.pictures import Target, bullet
from tests.api.house import BUYER, SUPPLIER, House
from tests.api.test_bet_changes import POOL, change, staff
from tests.api.test_bet_terms import terms
from tests.api.test_needs import Staff
from tests.erp import bet_terms as told
from tests.erp.test_bets import measured
from tests.erp.world import DAY, REF

from .browser import Browser, Page
from .looking import looked_at, reads, signed_in

__all__ = ["staff"]
BET = "BET-2026-00001"
PATH = f"/app/bets/{BET}"


def test_parties_see_targets_signatures_and_periods_with_each_figure_of_the_api(
    staff: Staff,
) -> None:
    page = Page(signed_in(staff.house, staff.tokens["acme"]).get(PATH).text)
    read = staff.get("acme", f"/bets/{BET}/progress").json()
    for name in ("pool_minor", "value_added_minor", "penalties_minor", "pot_minor"):
        assert money(read[name]) in page.text
    assert page.text.count("✓ signed") == 2
    targets = sum(len(p["targets"]) for party in read["parties"] for p in party["periods"])
    assert page.text.count("sales") >= targets > 0
    assert "What time alone will do" in page.text
    assert "Excellent: surpassed" in page.text


def test_strangers_are_told_that_there_is_no_such_bet(staff: Staff) -> None:
    rival = signed_in(staff.house, staff.tokens["rival"])
    assert rival.get(PATH).status_code == 404
    assert "There is no bet that you sponsor" in rival.get("/app/bets").text
    number = staff.made("hefei", "/bet-changes", **change(staff))
    assert rival.get(f"/app/bets/changes/{number}").status_code == 404
    paper = staff.made("finance", "/bet-terms", **terms(staff))
    assert rival.get(f"/app/bets/terms/{paper}").status_code == 404


def test_the_dock_sees_a_bet_without_any_amount(staff: Staff) -> None:
    page = Browser(staff.house).sign_in(Role.WAREHOUSE).get(PATH)
    assert money(POOL) not in page.text
    assert HIDDEN in page.text


def test_a_change_shows_the_three_cases_and_who_agreed(staff: Staff) -> None:
    number = staff.made("hefei", "/bet-changes", **change(staff))
    staff.made("finance", "/bet-change-approvals", bet_change=number, party="HEFEI")
    browser = signed_in(staff.house, staff.tokens["acme"])
    assert f"/app/bets/changes/{number}" in Page(browser.get(PATH).text).links
    page = Page(browser.get(f"/app/bets/changes/{number}").text)
    assert page.text.count("✓ agreed") == 1
    assert page.text.count("◌ not yet") == 1
    for case in ("Worst", "Base", "Expected"):
        assert case in page.text
    dock = Page(
        Browser(staff.house).sign_in(Role.WAREHOUSE).get(f"/app/bets/changes/{number}").text
    )
    assert "Your role is not shown what each party pledges." in dock.text


def test_terms_wait_on_the_list_until_a_bet_stands_on_them(staff: Staff) -> None:
    number = staff.made("finance", "/bet-terms", **terms(staff))
    browser = signed_in(staff.house, staff.tokens["acme"])
    assert f"/app/bets/terms/{number}" in Page(browser.get("/app/bets").text).links
    page = Page(browser.get(f"/app/bets/terms/{number}").text)
    read = staff.get("acme", f"/bets/terms/{number}").json()
    for outlook in read["outlooks"]:
        for case in ("worst", "base", "expected"):
            assert money(outlook[case]["result_minor"]) in page.text


def test_what_an_attainment_would_mean_is_worked_out_and_what_is_none_refused(staff: Staff) -> None:
    acme = signed_in(staff.house, staff.tokens["acme"])
    page = Page(acme.get(PATH, party="HEFEI", attainment="200").text)
    read = staff.get("acme", f"/bets/{BET}/what-if?party=HEFEI&attainment_bps=20000").json()
    for each in read["parties"]:
        assert money(each["paid_minor"]) in page.text
    for wrong in ({"attainment": "201"}, {"attainment": "much"}, {"attainment": "1", "value": "x"}):
        assert acme.get(PATH, party="HEFEI", **wrong).status_code == 422
    refused = acme.get(PATH, party="RIVAL", attainment="100")
    assert refused.status_code == 200
    assert "RIVAL" in Page(refused.text).text


def test_a_period_that_nobody_reported_in_time_is_said_to_be_silent(staff: Staff) -> None:
    staff.house.clock.now += 400 * 86_400
    page = Page(signed_in(staff.house, staff.tokens["acme"]).get(PATH).text)
    assert "Silent" in page.text


def test_an_unsigned_bet_names_who_has_not_signed_and_what_it_can_bring(house: House) -> None:
    made = Staff(house)
    for who in (BUYER, SUPPLIER):
        house.settle(RecordTokenIssue(account=who, amount_minor=1_000_000, bank_ref=REF))
    parties = told.member("ACME", 6_000), told.member("HEFEI", 4_000)
    wanted = told.terms_at(
        house.clock.now, *parties, sponsor="HEFEI", pool_minor=POOL, expected_value_minor=0
    )
    number = made.made("finance", "/bet-terms", **wanted.model_dump(mode="json"))
    made.made("finance-2", "/bet-approvals", bet_terms=number, party="HEFEI")
    made.made("acme", "/bet-approvals", bet_terms=number, party="ACME")
    house.settle(told.proposed_on(number, wanted, sponsor=BUYER))
    house.settle(told.signed_on(wanted, 0, party=SUPPLIER))
    page = Page(signed_in(house, made.tokens["acme"]).get(PATH).text)
    assert page.text.count("✓ signed") == 1
    assert page.text.count("✗ not signed") == 1
    assert "without all of them the bet is void" in page.text
    assert "Worst" in page.text
    assert f"/app/bets/terms/{number}" in page.links


def test_a_disputed_report_names_who_disputes_and_until_when_an_arbiter_rules(staff: Staff) -> None:
    start = staff.get("auditor", "/bets/1").json()["bet"]["start"]
    staff.house.clock.now = start + 30 * DAY
    report = measured(
        "acme", 880, kept_bps=7_000, shortfall_bps=3_000, attainment_bps=7_000, penalty_minor=2_000,
        contribution=102_000_000, penalties_minor=2_000, weight=182_000_000,
    )  # fmt: skip
    staff.house.settle(report.model_copy(update={"subject": SUPPLIER}))
    page = Page(signed_in(staff.house, staff.tokens["hefei"]).get(PATH).text)
    assert "Reported" in page.text
    assert "70.00 %" in page.text
    staff.house.settle(
        s.RecordBetDispute(
            bet_id=1, subject=SUPPLIER, period=1, disputant=BUYER, reason=None, reason_ref=REF,
            rule_by=staff.house.clock.now + DAY,
        )
    )  # fmt: skip
    page = Page(signed_in(staff.house, staff.tokens["hefei"]).get(PATH).text)
    assert "disputed by HEFEI" in page.text
    assert "ruling until" in page.text
    assert "(in 1 day)" in page.text


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_its_token_reads_and_no_more(staff: Staff, role: Role) -> None:
    number = staff.made("hefei", "/bet-changes", **change(staff))
    for path in ("/bets", f"/bets/{BET}", f"/bets/changes/{number}"):
        reads(staff.house, role, f"/app{path}", path)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_whole_in_both_languages_and_run_nothing(staff: Staff, language: str) -> None:
    number = staff.made("hefei", "/bet-changes", **change(staff))
    paper = staff.made("finance", "/bet-terms", **terms(staff))
    for token in (staff.tokens["auditor"], staff.tokens["acme"]):
        for path in ("/app/bets", PATH, f"/app/bets/changes/{number}", f"/app/bets/terms/{paper}"):
            looked_at(staff.house, token, path, language)


def test_a_house_without_bets_says_so(house: House) -> None:
    page = Page(Browser(house).sign_in(Role.AUDITOR).get("/app/bets").text)
    assert "There is no bet that you sponsor" in page.text
    assert "No terms wait" in page.text


def test_a_bullet_of_the_fewer_the_better_runs_the_other_way_and_every_figure_is_written() -> None:
    drawn = bullet(Target(floor=10, base=2, stretch=0, value=5), "zero defects", str)
    for tier in ("10", "2", "0", "5"):
        assert f">{tier}</text>" in drawn
    flat = bullet(Target(floor=0, base=0, stretch=0, value=None), "nothing", str)
    assert "value" not in flat
