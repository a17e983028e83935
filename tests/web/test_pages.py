"""Pages show what the API answers to the same caller, in the reader's language, and nothing from elsewhere."""

from __future__ import annotations

import pytest

from erp.api.access import PARTNERS
from erp.kernel.roles import Role
from erp.web.formats import HIDDEN, lasted, machine_time, moment, money
from erp.web.texts import chinese
from tests.api.house import House
from tests.api.test_story import done, ordered, paid, stocked

from .browser import Browser, Page

ORDER = "PO-2026-00001"
HOUR = 3_600
PAGES = (
    "/app/",
    "/app/orders",
    f"/app/orders/{ORDER}",
    "/app/documents",
    f"/app/documents/{ORDER}",
)
BESIDE = ("/app/proofs", "/app/ring")  # which show no one route's answer


@pytest.fixture
def bought(house: House) -> House:
    """A house with the worked case: one order, delivered and paid."""
    stocked(house)
    paid(house)
    return house


def test_an_order_shows_its_three_flows_with_every_figure_of_the_api(bought: House) -> None:
    page = Page(Browser(bought).sign_in(Role.AUDITOR).get(f"/app/orders/{ORDER}").text)
    read = bought.get(Role.AUDITOR, f"/orders/{ORDER}").json()
    for name, minor in read["money"].items():
        if name in {
            "ordered_minor",
            "accepted_minor",
            "paid_minor",
            "escrowed_minor",
            "penalty_minor",
            "refunded_minor",
        }:
            assert money(minor) in page.text
    steps = bought.get(Role.AUDITOR, f"/orders/{ORDER}/flows").json()["steps"]
    assert len(steps) > 10
    for step in steps:
        assert step["document"] in page.text
        assert f"/app/documents/{step['document']}" in page.links
        for moved in step["cash"]:
            assert money(moved["amount_minor"]) in page.text
    assert "No witness of the chain is connected" in page.text
    assert "From the three-way match to the money" in page.text


def test_an_order_page_tells_whose_turn_it_is_what_time_will_do_and_the_bids(house: House) -> None:
    stocked(house)
    ordered(house)
    answer = Browser(house).sign_in(Role.WAREHOUSE).get(f"/app/orders/{ORDER}")
    page = Page(answer.text)
    assert f"/app/receiving#{ORDER}-1" in page.links  # its own step leads to the desk
    assert "HEFEI · Warehouse you" in page.text
    assert "ACME · Supplier" in page.text
    assert "The order may be closed" in page.text
    assert money(1_180_000) not in page.text  # RIVAL's bid
    bids = Page(Browser(house).sign_in(Role.BUYER).get(f"/app/orders/{ORDER}").text).text
    assert money(1_180_000) in bids
    assert "RIVAL Revealed" in bids


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_shown_what_its_token_reads_and_no_more(bought: House, role: Role) -> None:
    browser = Browser(bought).sign_in(role)
    for path in PAGES:
        told, read = browser.get(path), bought.get(role, path.removeprefix("/app"))
        if path == "/app/":
            assert told.status_code == 200
        else:
            assert told.status_code == read.status_code, (path, told.text)
    shown = browser.get(f"/app/orders/{ORDER}")
    if shown.status_code == 200:
        figure = money(
            bought.get(Role.AUDITOR, f"/orders/{ORDER}").json()["money"]["escrowed_minor"]
        )
        seen = bought.get(role, f"/orders/{ORDER}").json()["money"]["paid_minor"]
        assert (HIDDEN in shown.text) == (seen is None) or figure in shown.text
        if role in PARTNERS:
            assert "HEFEI 1012" not in Page(shown.text).text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_whole_offline_and_run_only_scripts_of_this_site_and_none_inline(
    bought: House, language: str
) -> None:
    browser = Browser(bought, language).sign_in(Role.AUDITOR)
    for path in (*PAGES, *BESIDE, "/app/sign-in", "/app/nothing"):
        answer = browser.get(path)
        page = Page(answer.text)
        assert page.language == ("zh-CN" if language == "zh" else "en")
        assert page.scripts == []
        assert answer.headers["content-security-policy"].startswith("default-src 'self';")
        assert answer.headers["cache-control"] == "no-store"
        assert all(each.startswith(("/app/", "#")) for each in (*page.files, *page.links)), (
            page.links
        )
        for each in {*page.files, *page.links}:
            if each.startswith("/app/"):
                assert browser.get(each).status_code == 200, each


def test_a_chinese_page_says_nothing_in_english_but_names_and_codes(bought: House) -> None:
    browser = Browser(bought, "zh-CN,zh;q=0.9").sign_in(Role.AUDITOR)
    for path in (*PAGES, *BESIDE):
        text = Page(browser.get(path).text).text
        for english in chinese():
            assert len(english) < 8 or "{" in english or english not in text, english


def test_the_language_is_chosen_on_any_page_and_kept(bought: House) -> None:
    browser = Browser(bought).sign_in(Role.BUYER)
    answer = browser.post("/app/language", language="zh", next="/app/orders?status=CLOSED")
    assert answer.url.raw_path == b"/app/orders?status=CLOSED"
    assert "采购订单" not in answer.text
    assert Page(answer.text).language == "zh-CN"
    assert Page(browser.get("/app/").text).language == "zh-CN"
    browser.post("/app/language", language="fr", next="/app/")
    assert Page(browser.get("/app/").text).language == "zh-CN"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/app/orders/PO-2026-09999", 404, "PO-2026-09999"),
        ("/app/documents/NO-1", 404, "NO-1"),
        ("/app/orders?status=LOST", 422, "no order has the status &#39;LOST&#39;"),
        ("/app/orders?after=x", 422, "next page"),
        ("/app/documents?after=" + "9" * 5_000, 422, "next page"),
        ("/app/documents/%00", 404, "There is no such thing"),
        ("/app/orders/%00", 404, "There is no such thing"),
        ("/app/nothing", 404, "There is no such thing"),
    ],
)
def test_what_is_not_there_is_told_in_words(
    bought: House, path: str, status: int, said: str
) -> None:
    answer = Browser(bought).sign_in(Role.AUDITOR).get(path)
    assert answer.status_code == status
    assert said in answer.text
    assert "/app/" in Page(answer.text).links


def test_a_refusal_of_a_rule_is_told_in_chinese(bought: House) -> None:
    answer = Browser(bought, "zh").sign_in(Role.AUDITOR).get("/app/orders/PO-2026-09999")
    assert "没有" in answer.text
    assert "PO-2026-09999" in answer.text


def test_text_from_outside_is_text_and_never_markup(bought: House) -> None:
    answer = Browser(bought).sign_in(Role.AUDITOR).get('/app/orders/<img src=x onerror="x">')
    assert answer.status_code == 404
    assert "<img" not in answer.text


def test_work_is_made_from_states_and_is_gone_once_it_is_done(house: House) -> None:
    stocked(house)
    ordered(house)
    warehouse, quality = (Browser(house).sign_in(each) for each in (Role.WAREHOUSE, Role.QUALITY))

    def todo(browser: Browser) -> list[str]:
        text = Page(browser.get("/app/").text).text
        return [
            what for what in ("Receive", "Inspect") if f"{what} {ORDER}" in " ".join(text.split())
        ]

    assert (todo(warehouse), todo(quality)) == (["Receive"], [])
    house.clock.now += HOUR
    received = {"order": ORDER, "delivery_id": 1, "quantity": 90, "received_at": house.clock.now}
    receipt = done(house, Role.WAREHOUSE, "/goods-receipts", **received)["document"]["number"]
    assert (todo(warehouse), todo(quality)) == ([], ["Inspect"])
    done(house, Role.QUALITY, "/inspections", receipt=receipt, accepted=90, rejected=0)
    assert (todo(warehouse), todo(quality)) == ([], [])


def test_money_and_times_are_as_people_write_them() -> None:
    assert [money(each) for each in (0, 5, -5, 123_456_789, None)] == [
        "0.00",
        "0.05",
        "−0.05",
        "1,234,567.89",
        HIDDEN,
    ]
    assert moment(2**40 - 1, "UTC") == str(2**40 - 1)
    assert machine_time(2**40 - 1).startswith("9999-12-31")
    assert moment(1_780_000_000, "Asia/Shanghai") == "2026-05-29 04:26:40"
    assert [lasted(each) for each in (59, 60, 7_200, 90_000)] == [
        (59, "seconds"), (1, "minutes"), (2, "hours"), (1, "days"),
    ]  # fmt: skip
