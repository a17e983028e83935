"""The capacity calendar, claims and guarantees as pages: the house sees all, a partner what is its own."""

from __future__ import annotations

from datetime import date

import pytest

from erp.kernel.roles import Role
from erp.web.formats import HIDDEN, money
from erp.web.pages.capacity import begins
from tests.api.house import House
from tests.api.test_capacity import PRICE, TOKEN, sold
from tests.api.test_every_page import new_engine, told
from tests.erp.world import DAY

from .browser import Browser, Page
from .looking import looked_at, reads

__all__ = ["new_engine", "told"]
SLOT_DAY = "2026-06-02"  # of the slot that is sold, five days after the house begins
TOKEN_PATH = f"/app/capacity/tokens/{TOKEN}"


@pytest.fixture
def market(house: House) -> House:
    """Acme sells 300 minutes of a slot: Hefei holds 120, its rival 20, and 60 are to be run for Hefei."""
    sold(house)
    return house


def test_a_slot_shows_what_is_sold_offered_and_free(market: House) -> None:
    page = Page(
        Browser(market).sign_in(Role.AUDITOR).get("/app/capacity", **{"from": SLOT_DAY}).text
    )
    assert "free 0" in page.text
    assert "for sale 100" in page.text
    assert "sold 200" in page.text
    assert "= 300" in page.text
    later = Page(
        Browser(market).sign_in(Role.AUDITOR).get("/app/capacity", **{"from": "2026-07-01"}).text
    )
    assert "sold 200" not in later.text
    market.clock.now += DAY
    ended = Page(
        Browser(market).sign_in(Role.AUDITOR).get("/app/capacity", **{"from": SLOT_DAY}).text
    )
    assert "for sale 0" in ended.text
    assert "free 100" in ended.text
    assert "its time is over" in ended.text


def test_the_house_sees_who_holds_minutes_and_a_partner_what_is_its_own(market: House) -> None:
    page = Page(Browser(market).sign_in(Role.FINANCE).get("/app/capacity").text)
    assert "HEFEI" in page.text
    assert "RIVAL" in page.text
    assert money(60 * PRICE) in page.text
    assert TOKEN_PATH in page.links
    plant = Page(Browser(market).sign_in(Role.SUPPLIER).get("/app/capacity").text)
    assert "RIVAL" not in plant.text
    assert "Nobody holds minutes that you are shown." in plant.text
    assert "Sales of minutes" not in plant.text  # suppliers read no list of sales
    dock = Page(Browser(market).sign_in(Role.WAREHOUSE).get("/app/capacity").text)
    assert HIDDEN in dock.text
    assert money(200) not in dock.text
    assert "Who holds minutes" not in dock.text


def test_a_day_that_is_none_is_refused_and_weeks_lead_to_each_other(market: House) -> None:
    browser = Browser(market).sign_in(Role.AUDITOR)
    for wrong in ("yesterday", "2026-13-01", "0001-01-01", "9999-12-31"):
        answer = browser.get("/app/capacity", **{"from": wrong})
        assert answer.status_code == 422, wrong
    page = Page(browser.get("/app/capacity", **{"from": SLOT_DAY}).text)
    assert "/app/capacity?from=2026-05-26" in page.links
    assert "/app/capacity?from=2026-06-09" in page.links


def test_slots_of_a_time_are_read_one_after_the_other(market: House) -> None:
    since = begins(date.fromisoformat(SLOT_DAY), "UTC")
    (one,) = market.get(Role.SUPPLIER, "/capacity-slots", since=since, limit=1).json()["items"]
    assert (one["attested"], one["issued"], one["plant"]) == (300, 200, "ACME")
    assert one["ends_at"] - one["starts_at"] == 28_800
    assert market.get(Role.SUPPLIER, "/capacity-slots", after="1|0").json()["items"] == []
    assert market.get(Role.NODE, "/capacity-slots", until=one["starts_at"]).json()["items"] == []
    assert market.get(Role.NODE, "/capacity-slots", since=one["ends_at"]).json()["items"] == []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_its_token_reads_and_no_more(market: House, role: Role) -> None:
    reads(market, role, "/app/capacity", "/capacity-slots")
    reads(market, role, TOKEN_PATH, f"/capacity-tokens/{TOKEN}/flows")
    reads(market, role, "/app/guarantees", "/guarantees")
    if market.get(role, "/guarantees").status_code != 200:
        reads(market, role, "/app/claims", "/claims")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_whole_in_both_languages_and_run_nothing(market: House, language: str) -> None:
    for role in (Role.AUDITOR, Role.SUPPLIER):
        for path in (
            f"/app/capacity?from={SLOT_DAY}",
            TOKEN_PATH,
            "/app/claims",
            "/app/guarantees",
        ):
            looked_at(market, market.tokens[role], path, language)


@pytest.mark.sqlite("pages of books that have rows of every kind")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_claims_guarantees_and_defects_of_full_books_are_shown(told: House, language: str) -> None:
    token = told.tokens[Role.AUDITOR]
    claims = told.get(Role.AUDITOR, "/claims").json()["items"]
    page = looked_at(told, token, "/app/claims", language)
    assert page is not None
    for each in claims:
        assert money(each["amount_minor"]) in page.text
        assert f"/app/claims/{each['number']}" in page.links
    assert looked_at(told, token, f"/app/claims/{claims[0]['number']}", language) is not None
    held = told.get(Role.AUDITOR, "/guarantees").json()["items"]
    page = looked_at(told, token, "/app/guarantees", language)
    assert page is not None
    assert all(money(each["amount_minor"]) in page.text for each in held)
    assert Browser(told).sign_in(Role.AUDITOR).get("/app/claims", status="GONE").status_code == 422


def test_a_house_without_machines_claims_or_guarantees_says_so(house: House) -> None:
    browser = Browser(house).sign_in(Role.AUDITOR)
    assert "No machine is registered" in browser.get("/app/capacity").text
    assert "There is no claim that you hold" in browser.get("/app/claims").text
    empty = Page(browser.get("/app/guarantees").text)
    assert "No order has a guarantee" in empty.text
    assert "No defect was reported" in empty.text
