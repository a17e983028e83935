"""Opening a group as a page: a need, a proposal that is looked at before it is written, and another person's approval."""

from __future__ import annotations

import re
from typing import Any

import pytest

from erp.kernel.roles import Role
from erp.web.formats import HIDDEN, money
from erp.web.forms import duration, share
from tests.api.house import House
from tests.api.test_needs import PAY, Staff

from .browser import Browser, Page
from .looking import looked_at, reads, signed_in

PATH = "/app/proposals"


@pytest.fixture
def staff(house: House) -> Staff:
    """A house whose plant Hefei may lead groups with a budget; one need waits."""
    made = Staff(house)
    made.need()
    return made


def typed(**changed: str) -> dict[str, str]:
    """A form as a person fills it in."""
    return {
        "rows": "1", "leader": "HEFEI", "need": "NED-2026-00001", "target_minor": "1,000.00", "base_margin_minor": "0",
        "reporter_post": "2", "grab_seconds": "3", "select_seconds": "12 h", "work_seconds": "60", "report_seconds": "7",
        "review_seconds": "7", "bet_seconds": "0", "title-1": "oven maker", "title_zh-1": "烤箱制造",
        "floor_minor-1": "100.00", "most_minor-1": "9,000.00", "stake_minor-1": "100", "pay_minor-1": "2,500.00",
        "min_credit_bps-1": "0", "credit_weight_bps-1": "50", "min_reviews-1": "0", "review_mark_bps-1": "0",
        **changed,
    }  # fmt: skip


def key_on(page: str) -> str:
    """The key of the form."""
    found = re.search(r'name="key" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def proposals(staff: Staff) -> list[dict[str, Any]]:
    """All proposals."""
    items: list[dict[str, Any]] = staff.get("auditor", "/group-proposals").json()["items"]
    return items


def test_a_node_proposes_a_group_and_finance_approves_it_in_the_browser(staff: Staff) -> None:
    hefei = signed_in(staff.house, staff.tokens["hefei"])
    form = hefei.get(PATH)
    assert "quiet ovens" in Page(form.text).text
    sent = typed(key=key_on(form.text), does="propose")
    answer = hefei.post(f"{PATH}/new", **sent)
    assert answer.url.path == PATH
    assert "✓ Made: GPR-2026-00001" in Page(answer.text).text
    again = hefei.post(f"{PATH}/new", **sent)
    assert again.status_code == 200
    (made,) = proposals(staff)
    assert (made["status"], made["budget_minor"], made["target_minor"]) == (
        "PROPOSED",
        250_000,
        100_000,
    )
    finance = signed_in(staff.house, staff.tokens["finance"])
    page = finance.get(PATH).text
    assert "Approve" in Page(page).text
    approved = finance.post(f"{PATH}/approvals", key="k-1", proposal="GPR-2026-00001")
    assert "Approved" in Page(approved.text).text
    assert proposals(staff)[0]["status"] == "APPROVED"
    lines = Page(hefei.get(PATH).text)
    assert (
        'ops.open_group("HEFEI", [ops.role_terms(pay=250000, stake=10000, floor=10000)]'
        in lines.text
    )


def test_what_would_be_made_or_refused_is_said_before_anything_is_written(staff: Staff) -> None:
    finance = signed_in(staff.house, staff.tokens["finance"])
    key = key_on(finance.get(PATH).text)
    page = Page(finance.post(f"{PATH}/new", **typed(does="check", key=key)).text)
    assert "No rule refuses it. Nothing was written." in page.text
    assert "Group proposal GPR-2026-00001" in page.text
    for changed, said in (
        ({"pay_minor-1": "9,999.00"}, money(PAY)),
        ({"floor_minor-1": "9,001"}, "role 1 asks for"),
        ({"work_seconds": "long"}, "work_seconds"),
        ({"need": "NED-2026-00009"}, "NED-2026-00009"),
    ):
        sent = typed(does="check", key=key) | changed
        refused = finance.post(f"{PATH}/new", **sent)
        assert refused.status_code >= 400
        assert said in Page(refused.text).text, (changed, Page(refused.text).text)
        assert "No rule refuses it" not in refused.text
    assert proposals(staff) == []
    finance.post(f"{PATH}/new", **typed(does="propose", key=key))  # the key is still free
    assert len(proposals(staff)) == 1


def test_a_refused_proposal_writes_nothing_and_keeps_what_was_typed(staff: Staff) -> None:
    hefei = signed_in(staff.house, staff.tokens["hefei"], "zh")
    key = key_on(hefei.get(PATH).text)
    answer = hefei.post(
        f"{PATH}/new", **typed(key=key, does="propose", **{"pay_minor-1": "9,999.00"})
    )
    assert answer.status_code == 409
    assert 'value="9,999.00"' in answer.text
    assert "没有写入任何内容" in answer.text or "未写入" in answer.text
    assert proposals(staff) == []
    own = hefei.post(f"{PATH}/new", **typed(key=key, does="propose", leader="ACME"))
    assert own.status_code == 404
    bare = hefei.post(f"{PATH}/new", **typed(does="propose"))
    assert bare.status_code == 422


def test_the_proposer_does_not_approve_and_a_proposal_is_withdrawn_with_a_reason(
    staff: Staff,
) -> None:
    finance = signed_in(staff.house, staff.tokens["finance"])
    finance.post(f"{PATH}/new", **typed(key="k-1", does="propose"))
    refused = finance.post(f"{PATH}/approvals", key="k-2", proposal="GPR-2026-00001")
    assert refused.status_code == 409
    finance.post(f"{PATH}/withdrawals", key="k-3", proposal="GPR-2026-00001", reason="a fad")
    assert proposals(staff)[0]["status"] == "WITHDRAWN"


def test_roles_are_added_and_taken_away_without_losing_what_was_typed(staff: Staff) -> None:
    hefei = signed_in(staff.house, staff.tokens["hefei"])
    more = hefei.post(f"{PATH}/new", **typed(does="more"))
    assert 'name="title-2"' in more.text
    assert 'value="oven maker"' in more.text
    fewer = hefei.post(f"{PATH}/new", **typed(does="fewer", rows="2"))
    assert 'name="title-2"' not in fewer.text
    assert 'name="title-32"' in hefei.post(f"{PATH}/new", **typed(does="more", rows="99")).text
    assert 'name="title-33"' not in hefei.post(f"{PATH}/new", **typed(does="more", rows="99")).text


def test_the_dock_reads_needs_and_no_amount_and_proposes_nothing(staff: Staff) -> None:
    signed_in(staff.house, staff.tokens["hefei"]).post(
        f"{PATH}/new", **typed(key="k-1", does="propose")
    )
    browser = Browser(staff.house).sign_in(Role.WAREHOUSE)
    page = browser.get(PATH)
    assert "quiet ovens" not in page.text  # a group is proposed for it
    assert money(250_000) not in page.text
    assert HIDDEN in page.text
    assert "Nodes propose groups for themselves" in page.text
    assert browser.post(f"{PATH}/new", **typed(key="k-2", does="propose")).status_code == 403


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_its_token_reads_and_no_more(staff: Staff, role: Role) -> None:
    reads(staff.house, role, PATH, "/group-proposals")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_whole_in_both_languages_and_run_nothing(staff: Staff, language: str) -> None:
    staff.made("hefei", "/group-proposals", **staff.proposal())
    for token in (staff.tokens["finance"], staff.tokens["hefei"], staff.tokens["auditor"]):
        assert looked_at(staff.house, token, PATH, language) is not None


def test_a_house_without_needs_says_who_raises_them(house: House) -> None:
    page = Page(Browser(house).sign_in(Role.FINANCE).get(PATH).text)
    assert "No need waits for a group." in page.text
    assert "Nobody has proposed a group" in page.text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 259_200),
        ("12 h", 43_200),
        ("30min", 1_800),
        ("2 天", 172_800),
        ("1.5", "1.5"),
        ("", ""),
    ],
)
def test_times_are_read_as_people_write_them(text: str, seconds: int | str) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "bps"), [("60", 6_000), ("62.5 %", 6_250), ("0.07", 7), ("x", "x")]
)
def test_percentages_are_read_as_people_write_them(text: str, bps: int | str) -> None:
    assert share(text) == bps
