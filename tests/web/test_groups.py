"""Pages of chain groups: who takes part sees the cockpit, others the terms; a node sees whether it may grab, and why not."""

from __future__ import annotations

import json

import pytest

from erp.api.routes import boards
from erp.boards.series import DAY, Series, moments
from erp.kernel.roles import Role
from erp.web.formats import HIDDEN, money
from erp.web.forms import minor
from tests.api.house import House
from tests.api.test_groups import PAY, form_first, open_groups
from tests.api.test_needs import SECRET, Staff
from tests.api.test_statements import progress
from tests.erp import groups as told

from .browser import Browser, Page
from .looking import looked_at, reads, signed_in

CODE = "GRP-2026-00001"
GRAB = f"/app/groups/{CODE}/roles/1/grab"


@pytest.fixture
def staff(house: House) -> Staff:
    """Two open groups that Hefei leads: Acme stands for the role of the first with a plan, its rival for the second's."""
    made = Staff(house)
    open_groups(house)
    assert made.plan("acme", "ACME").status_code == 201
    return made


def test_the_cockpit_shows_each_figure_of_the_api_to_the_leader(staff: Staff) -> None:
    form_first(staff.house)
    staff.house.settle(progress(PAY // 2))
    page = Page(signed_in(staff.house, staff.tokens["hefei"]).get(f"/app/groups/{CODE}").text)
    board = staff.get("hefei", f"/groups/{CODE}/cockpit").json()
    figures = {**board["money"], **board["ledger"]}
    for name, figure in figures.items():
        if figure is not None:
            assert money(figure["value"]) in page.text, name
    assert "until then" not in page.text
    assert "Work end next" in page.text
    assert "nothing: work ends, reports go on" in page.text
    assert "50.00 %" in page.text
    assert "ops.group(1)" in page.text


def test_lines_over_time_are_drawn_where_they_change_and_lead_to_their_rows(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    form_first(staff.house)
    made = [(0, 500_00, "SI-2026-00001"), (2 * DAY, 70_000_00, "SI-2026-00002")]
    told_of_days = tuple(moments(made, [(DAY, 1, "PO-2026-00009")], [], DAY))
    monkeypatch.setattr(boards, "series", lambda *_: Series(CODE, DAY, told_of_days))
    answer = signed_in(staff.house, staff.tokens["hefei"]).get(f"/app/groups/{CODE}")
    page = Page(answer.text)
    assert {"#moment-0", f"#moment-{DAY}", f"#moment-{2 * DAY}"} <= set(page.links)
    assert answer.text.count('class="dot"') == 2 + 2 + 1  # value, orders, nothing late
    assert "70,500.00" in page.text
    dock = Browser(staff.house).sign_in(Role.WAREHOUSE).get(f"/app/groups/{CODE}").text
    assert "70,500.00" not in dock
    assert dock.count('class="dot"') == 2 + 1


def test_a_node_that_is_no_member_sees_terms_and_not_the_cockpit(staff: Staff) -> None:
    page = Page(signed_in(staff.house, staff.tokens["rival"]).get(f"/app/groups/{CODE}").text)
    assert "You see the terms of the group" in page.text
    assert "What time alone will do" not in page.text
    assert GRAB in page.links
    form_first(staff.house)
    refused = signed_in(staff.house, staff.tokens["rival"]).get(f"/app/groups/{CODE}")
    assert refused.status_code == 404
    assert CODE in refused.text


def test_the_dock_is_shown_a_group_without_any_amount(staff: Staff) -> None:
    form_first(staff.house)
    browser = Browser(staff.house).sign_in(Role.WAREHOUSE)
    for path in (f"/app/groups/{CODE}", "/app/groups", "/app/roles"):
        assert money(PAY) not in browser.get(path).text
    assert HIDDEN in browser.get(f"/app/groups/{CODE}").text


def test_the_hall_lists_what_is_open_and_says_what_is_missing(staff: Staff) -> None:
    rival = signed_in(staff.house, staff.tokens["rival"])
    page = Page(rival.get("/app/roles").text)
    assert page.text.count("Role 1") == 2
    assert "✓ you may" in page.text
    assert "✗ conditions missing: 1" in page.text  # it stands for the other already
    mine = Page(rival.get("/app/roles", mine="1").text)
    assert mine.text.count("Role 1") == 1
    form_first(staff.house)
    later = signed_in(staff.house, staff.tokens["rival"])  # the session of a day before is over
    closed = Page(later.get("/app/roles").text)
    assert "No role is open to grabs now." in closed.text


def test_each_condition_of_a_grab_is_shown_with_what_is_missing(staff: Staff) -> None:
    page = Page(signed_in(staff.house, staff.tokens["acme"]).get(GRAB).text)
    for said in ("Enrolled as a node", "The wallet covers the stake", "Grabs are open"):
        assert said in page.text
    assert "✗ is missing" in page.text  # it grabbed the role already
    assert money(1_000_000 - told.STAKE) in page.text
    assert 'ops.grab(1, 1, "ACME", 1, "plan")' in page.text
    assert "ACME" in page.text
    assert "leads" in page.text


def test_a_pledge_is_worked_out_as_people_type_it_and_refused_when_it_is_none(staff: Staff) -> None:
    rival = signed_in(staff.house, staff.tokens["rival"])
    page = Page(rival.get(GRAB, pledge="1,250.50").text)
    assert "A pledge of 1,250.50 binds a stake of 100.00." in page.text
    assert 'ops.grab(1, 1, "RIVAL", 125050, "plan")' in page.text
    for wrong in ("1,5", "ten", "-1", "1.234", "9" * 30):
        answer = rival.get(GRAB, pledge=wrong)
        assert answer.status_code == 422, wrong
        assert "is no amount" in answer.text
    assert rival.get(f"/app/groups/{CODE}/roles/0/grab").status_code == 404
    assert rival.get(f"/app/groups/{CODE}/roles/9/grab").status_code == 404
    assert rival.get(f"/app/groups/{CODE}/roles/99999999999/grab").status_code == 404


def test_no_plan_is_on_any_page_before_it_is_opened(staff: Staff) -> None:
    for who in ("hefei", "rival", "finance", "auditor"):
        browser = signed_in(staff.house, staff.tokens[who])
        for path in ("/app/groups", f"/app/groups/{CODE}", "/app/roles", GRAB):
            assert SECRET not in browser.get(path).text
            assert "77,777" not in browser.get(path).text


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_its_token_reads_and_no_more(staff: Staff, role: Role) -> None:
    form_first(staff.house)
    for path, route in (
        ("/app/groups", "/groups"),
        (f"/app/groups/{CODE}", f"/groups/{CODE}"),
        ("/app/roles", "/open-roles"),
        (GRAB, GRAB.removeprefix("/app")),
    ):
        reads(staff.house, role, path, route)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_whole_in_both_languages_and_run_nothing(staff: Staff, language: str) -> None:
    form_first(staff.house)
    staff.house.settle(progress(PAY // 2))
    opened = (
        "/app/groups",
        f"/app/groups/{CODE}",
        "/app/groups/GRP-2026-00002",
        "/app/roles",
        GRAB,
    )
    for token in (staff.tokens["auditor"], staff.tokens["hefei"], staff.tokens["acme"]):
        for path in opened:
            looked_at(staff.house, token, path, language)


def test_a_house_without_groups_says_so(house: House) -> None:
    browser = Browser(house).sign_in(Role.AUDITOR)
    assert "There is no chain group" in browser.get("/app/groups").text
    assert "No role is open to grabs now." in browser.get("/app/roles").text


def test_the_route_of_the_hall_goes_on_after_its_last_row_and_names_conditions(
    staff: Staff,
) -> None:
    first = staff.get("rival", "/open-roles?limit=1").json()
    assert first["next_after"] == "1|1"
    second = staff.get("rival", f"/open-roles?limit=1&after={first['next_after']}").json()
    assert [each["group"] for each in (*first["items"], *second["items"])] == [
        CODE,
        "GRP-2026-00002",
    ]
    assert second["items"][0]["candidates"] == 1
    assert SECRET not in json.dumps(first)
    (one,) = first["items"]
    assert all(check["holds"] for check in one["may_i"])
    assert staff.get("auditor", "/open-roles").json()["items"][0]["may_i"] is None
    assert staff.get("rival", "/open-roles?after=9|9").json()["items"] == []
    assert staff.get("warehouse", "/open-roles").json()["items"][0]["pay_minor"] is None
    assert staff.house.get(Role.SUPPLIER, "/open-roles").status_code == 403
    staff.house.clock.now += told.GRAB
    assert staff.get("rival", "/open-roles").json()["items"] == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1250", 125_000),
        ("1,250.5", "1,250.5"),
        ("1,250.50", 125_050),
        ("0.07", 7),
        ("1，000", 100_000),
        ("1,25", "1,25"),
        ("", ""),
    ],
)
def test_money_is_read_as_people_write_it(typed: str, read: int | str) -> None:
    assert minor(typed) == read


def test_a_node_grabs_by_its_form_and_a_form_that_is_refused_says_why_and_keeps_what_was_typed(
    staff: Staff,
) -> None:
    rival = signed_in(staff.house, staff.tokens["rival"])
    typed = {
        "plan": "two lines, one shift", "pledge": "1,250.50", "price": "1,000.00", "ready_at": "2026-12-24T18:00:00"
    }  # fmt: skip
    refused = rival.post(GRAB, key="grab-1", **{**typed, "pledge": "much"})
    assert refused.status_code == 422
    form = refused.text.split('id="grab-form"')[1].split("</form>")[0]
    assert 'role="alert"' in form
    assert "“much” is no amount" in form
    assert "two lines, one shift" in form
    assert (
        "data-keep" in refused.text.split('id="grab-form"')[1].split(">")[0]
    )  # outlives what makes the page anew
    made = rival.post(GRAB, key="grab-2", **typed)
    assert made.status_code == 200, Page(made.text).text
    assert "What is to be signed appears here in a moment." in made.text
    again = rival.post(GRAB, key="grab-2", **typed)  # sent twice: one act
    assert again.status_code == 200, Page(again.text).text
    asked = staff.get("rival", "/act-requests").json()["items"]
    assert [(each["act"], each["fields"]["pledge_minor"]) for each in asked] == [
        ("grab_role", 125_050)
    ]
