"""Approvals: a second person confirms or declines in the browser what one person proposed."""

from __future__ import annotations

import pytest

from erp.kernel.roles import Role
from erp.rooms import OPERATIONS
from erp.web.pages.approvals import DOES
from tests.api.house import House

from .browser import Browser, Page
from .purchase import forms, text_of, token_browser

PATH, CONFIRM, DECLINE = (
    "/app/approvals",
    "/app/approvals/confirmations",
    "/app/approvals/withdrawals",
)


@pytest.fixture
def proposed(house: House) -> House:
    """A house in which finance's first clerk proposed a budget."""
    body = {"entity": "HEFEI", "amount_minor": 123_456_700}
    assert house.post(Role.FINANCE, "/budget-approvals", body).status_code == 201
    return house


def budget(house: House) -> list[int]:
    return [each["approved_minor"] for each in house.get(Role.FINANCE, "/budgets").json()["items"]]


def test_the_second_person_sees_what_it_would_do_and_confirms_it_once(proposed: House) -> None:
    second = token_browser(proposed, proposed.second)
    page = second.get(PATH)
    assert "Budget approval" in text_of(page)
    assert "1,234,567.00 CNY" in page.text
    assert "The entity may commit this much more" in page.text
    (form,) = forms(page, CONFIRM)
    first, again = (second.post(CONFIRM, **form) for _ in range(2))
    assert first.url == again.url
    made = {"/app/documents/CFM-2026-00001", "/app/documents/BUD-2026-00001"}
    assert made <= set(Page(first.text).links)
    assert "Nothing waits for a second person" in first.text
    assert budget(proposed) == [123_456_700]
    assert "Confirmed" in text_of(second.get(PATH, status="CONFIRMED"))


def test_what_a_confirmation_would_book_is_shown_and_nothing_is_written(proposed: House) -> None:
    second = token_browser(proposed, proposed.second)
    (form,) = forms(second.get(PATH), CONFIRM)
    shown = second.post(CONFIRM, **form, show="1")
    assert "Nothing is written yet" in shown.text
    assert "9000 Budget approved 1,234,567.00" in text_of(shown)
    assert budget(proposed) == []
    (form,) = forms(shown, CONFIRM)
    second.post(CONFIRM, **form)
    assert budget(proposed) == [123_456_700]


def test_the_proposer_may_take_back_and_not_confirm(proposed: House) -> None:
    own = Browser(proposed).sign_in(Role.FINANCE)
    page = own.get(PATH)
    assert forms(page, CONFIRM) == []
    assert "somebody else has to confirm it" in page.text
    (other,) = forms(token_browser(proposed, proposed.second).get(PATH), CONFIRM)
    refused = own.post(CONFIRM, **other)
    assert refused.status_code == 409
    assert "Somebody else must confirm it" in refused.text
    assert budget(proposed) == []


def test_who_declines_says_why(proposed: House) -> None:
    second = token_browser(proposed, proposed.second)
    (form,) = forms(second.get(PATH), DECLINE)
    refused = second.post(DECLINE, **form)
    assert refused.status_code == 422
    assert "reason" in text_of(refused)
    assert "Nothing was written" in refused.text
    (form,) = forms(refused, DECLINE)
    told = second.post(DECLINE, **form | {"reason": "twice as much as agreed"})
    assert "PRW-2026-00001" in told.text
    assert "Nothing waits" in told.text
    assert "Withdrawn" in text_of(second.get(PATH, status="WITHDRAWN"))
    refused = second.post(CONFIRM, key="k-late", proposal=form["proposal"])
    assert refused.status_code == 409
    assert budget(proposed) == []


def test_what_was_typed_stands_beside_the_refusal(proposed: House) -> None:
    second = token_browser(proposed, proposed.second)
    (form,) = forms(second.get(PATH), DECLINE)
    refused = second.post(DECLINE, **form | {"key": "", "reason": "<b>no</b>"})
    assert refused.status_code == 422
    (again,) = forms(refused, DECLINE)
    assert again["reason"] == "<b>no</b>"
    assert "<b>no" not in refused.text
    assert again["key"] != form["key"]


def test_a_refusal_is_told_in_chinese(proposed: House) -> None:
    second = token_browser(proposed, proposed.second, "zh")
    told = second.post(CONFIRM, key="k-1", proposal="PRP-2026-09999")
    assert told.status_code == 409
    assert "没有写入任何内容" in told.text
    assert "There is no proposal" not in told.text


def test_the_auditor_reads_and_decides_nothing(proposed: House) -> None:
    auditor = Browser(proposed).sign_in(Role.AUDITOR)
    page = auditor.get(PATH)
    assert "1,234,567.00 CNY" in page.text
    assert forms(page, CONFIRM) == forms(page, DECLINE) == []
    assert auditor.post(CONFIRM, key="k-1", proposal="PRP-2026-00001").status_code == 403


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.FINANCE, Role.AUDITOR}))
def test_approvals_are_for_those_who_keep_the_books(proposed: House, role: Role) -> None:
    browser = Browser(proposed).sign_in(role)
    assert browser.get(PATH).status_code == 403
    assert PATH not in Page(browser.get("/app/").text).links
    assert browser.post(CONFIRM, key="k-1", proposal="PRP-2026-00001").status_code == 403
    assert budget(proposed) == []


def test_my_work_leads_to_the_proposal(proposed: House) -> None:
    links = Page(token_browser(proposed, proposed.second).get("/app/").text).links
    assert f"{PATH}#PRP-2026-00001" in links


def test_each_command_of_two_persons_says_what_it_does() -> None:
    assert DOES.keys() == {command.__name__ for command, made in OPERATIONS.items() if made.second}


def test_a_status_that_is_none_is_told(proposed: House) -> None:
    answer = Browser(proposed).sign_in(Role.AUDITOR).get(PATH, status="LOST")
    assert answer.status_code == 422
    assert "no proposal has the status" in answer.text
    assert Browser(proposed).sign_in(Role.AUDITOR).get(CONFIRM).url.path == PATH
