"""The receiving desk: whoever receives and inspects does the whole of it in the browser, once however often it is sent."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from httpx import Response

from erp.kernel.roles import Role
from erp.web.forms import instant, local, place, whole
from erp.web.pages import receiving
from tests.api.house import House
from tests.api.test_story import ordered, stocked

from .browser import Browser, Page

ORDER = "PO-2026-00001"
HIDDEN_FIELD = re.compile(
    r'<input type="hidden" name="(key|name|order|delivery_id|receipt)" value="([^"]*)"'
)
SHOWN = re.compile(r'name="(quantity|received_at|accepted|rejected|reason)"[^>]*?value="([^"]*)"')


@pytest.fixture
def shipped(house: House) -> House:
    """A house with one order, 90 pieces of it on their way."""
    stocked(house)
    ordered(house)
    house.clock.now += 3_600
    return house


def form_in(answer: Response) -> dict[str, str]:
    """What the one form of the desk would send."""
    return {
        name: unescape(value)
        for name, value in (*HIDDEN_FIELD.findall(answer.text), *SHOWN.findall(answer.text))
    }


def goods(house: House) -> dict[str, Any]:
    (delivery,) = house.get(Role.AUDITOR, f"/orders/{ORDER}").json()["goods"]
    return dict(delivery)


def test_a_delivery_is_received_and_inspected_by_two_browsers(shipped: House) -> None:
    warehouse, quality = (Browser(shipped).sign_in(each) for each in (Role.WAREHOUSE, Role.QUALITY))
    form = form_in(warehouse.get("/app/receiving"))
    assert (form["order"], form["quantity"]) == (ORDER, "90")
    assert "Nothing waits" in quality.get("/app/receiving").text
    told = warehouse.post("/app/receiving/receipts", **form)
    assert told.status_code == 200
    assert "GR-2026-00001" in Page(told.text).text
    assert "Nothing waits" in told.text
    assert goods(shipped)["received_at"] == shipped.clock.now
    form = form_in(quality.get("/app/receiving")) | {
        "accepted": "86",
        "rejected": "4",
        "reason": "bent edges",
    }
    told = quality.post("/app/receiving/inspections", **form)
    assert "QI-2026-00001" in Page(told.text).text
    delivery = goods(shipped)
    assert (delivery["received"], delivery["accepted"], delivery["rejected"]) == (90, 86, 4)


def test_each_quantity_of_an_order_and_its_deliveries_names_its_unit(shipped: House) -> None:
    unit = shipped.get(Role.AUDITOR, f"/orders/{ORDER}").json()["order"]["unit"]
    assert unit == shipped.get(Role.AUDITOR, "/reorders").json()["items"][0]["unit"]
    desk = Page(Browser(shipped).sign_in(Role.WAREHOUSE).get("/app/receiving").text).text
    assert f"shipped 90 {unit} at" in desk
    assert f"Arrived, {unit}" in desk
    order = Page(Browser(shipped).sign_in(Role.BUYER).get(f"/app/orders/{ORDER}").text).text
    for said in (f"× 100 {unit}", f"Shipped, {unit}", f"Rejected, {unit}"):
        assert said in order


def test_a_form_that_is_sent_twice_makes_one_document(shipped: House) -> None:
    warehouse = Browser(shipped).sign_in(Role.WAREHOUSE)
    form = form_in(warehouse.get("/app/receiving"))
    first, second = (warehouse.post("/app/receiving/receipts", **form) for _ in range(2))
    assert first.url == second.url
    assert len(shipped.get(Role.AUDITOR, "/documents", type="goods_receipt").json()["items"]) == 1
    other = warehouse.post("/app/receiving/receipts", **form | {"quantity": "89"})
    assert other.status_code == 422
    assert goods(shipped)["received"] == 90


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"quantity": "91"}, 409, "91 cannot be received"),
        ({"quantity": "5.5"}, 422, "quantity: a whole number is needed"),
        ({"quantity": "5,5"}, 422, "quantity: a whole number is needed"),
        ({"quantity": "-1"}, 422, "quantity"),
        ({"quantity": "<b>"}, 422, "quantity"),
        ({"received_at": "yesterday"}, 422, "received_at"),
        ({"received_at": "2099-01-01T00:00:00"}, 409, ""),
        ({"order": "PO-2026-09999"}, 409, "PO-2026-09999"),
        ({"key": ""}, 422, "open the page anew"),
    ],
)
def test_what_is_wrong_is_told_beside_what_was_typed_and_nothing_is_written(
    shipped: House, typed: dict[str, str], status: int, said: str
) -> None:
    warehouse = Browser(shipped).sign_in(Role.WAREHOUSE)
    form = form_in(warehouse.get("/app/receiving")) | typed
    told = warehouse.post("/app/receiving/receipts", **form)
    assert told.status_code == status
    assert said in Page(told.text).text
    assert "Nothing was written" in told.text
    assert "<b>" not in told.text
    again = form_in(told)
    assert again["quantity"] == form["quantity"]
    assert again["key"] != form["key"]
    assert goods(shipped)["receipt"] is None


def test_a_refusal_is_told_in_chinese(shipped: House) -> None:
    warehouse = Browser(shipped, "zh").sign_in(Role.WAREHOUSE)
    form = form_in(warehouse.get("/app/receiving")) | {"quantity": "91"}
    told = Page(warehouse.post("/app/receiving/receipts", **form).text).text
    assert "没有写入任何内容" in told
    assert "cannot be received" not in told


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.WAREHOUSE])
def test_nobody_else_receives(shipped: House, role: Role) -> None:
    form = form_in(Browser(shipped).sign_in(Role.WAREHOUSE).get("/app/receiving"))
    browser = Browser(shipped).sign_in(role)
    assert form_in(browser.get("/app/receiving")) == {}
    assert ("/app/receiving" in Page(browser.get("/app/").text).links) == (role is Role.QUALITY)
    told = browser.post("/app/receiving/receipts", **form)
    assert told.status_code == 403
    assert goods(shipped)["receipt"] is None


def test_a_form_from_another_site_receives_nothing(shipped: House) -> None:
    warehouse = Browser(shipped).sign_in(Role.WAREHOUSE)
    form = form_in(warehouse.get("/app/receiving"))
    told = warehouse.post("/app/receiving/receipts", {"Sec-Fetch-Site": "cross-site"}, **form)
    assert told.status_code == 403
    assert goods(shipped)["receipt"] is None


def test_who_was_signed_out_meanwhile_is_led_to_the_door(shipped: House) -> None:
    warehouse = Browser(shipped).sign_in(Role.WAREHOUSE)
    form = form_in(warehouse.get("/app/receiving"))
    warehouse.post("/app/sign-out")
    assert warehouse.post("/app/receiving/receipts", **form).url.path == "/app/sign-in"
    assert goods(shipped)["receipt"] is None


def test_the_newest_of_many_funded_orders_is_at_the_desk(
    shipped: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits is looked for among deliveries, however many orders stand open without any."""
    warehouse = Browser(shipped).sign_in(Role.WAREHOUSE)
    assert form_in(warehouse.get("/app/receiving"))["order"] == ORDER
    monkeypatch.setattr(receiving, "SHOWN", 1)
    assert "The oldest 1 are shown" in warehouse.get("/app/receiving").text


def test_the_address_of_a_form_asked_for_as_a_page_is_the_desk(shipped: House) -> None:
    warehouse = Browser(shipped).sign_in(Role.WAREHOUSE)
    form = form_in(warehouse.get("/app/receiving")) | {"quantity": "91"}
    refused = warehouse.post("/app/receiving/receipts", **form)
    assert refused.status_code == 409
    back = warehouse.post("/app/language", language="zh", next="/app/receiving/receipts")
    assert (back.status_code, back.url.path) == (200, "/app/receiving")


def test_numbers_and_times_are_read_as_people_type_them() -> None:
    assert [whole(each) for each in (" 90", "1,250", "1，250", "0")] == [90, 1_250, 1_250, 0]
    for text in ("5,5", "1,25", "5.0", "", "x", "٣", "1_0", "+1", "12,3456"):
        assert whole(text) == text
    assert instant("2026-05-29T04:26:40", "Asia/Shanghai") == 1_780_000_000
    assert local(1_780_000_000, "Asia/Shanghai") == "2026-05-29T04:26:40"
    assert instant("soon", "UTC") == "soon"
    assert [place(each) for each in ("0", "17", "-1", "1_0", "", "9" * 5_000)] == [0, 17] + [
        None
    ] * 4


def test_what_will_be_booked_is_shown_before_the_button_without_a_script_and_nothing_is_written(
    shipped: House,
) -> None:
    warehouse = Browser(shipped).sign_in(Role.WAREHOUSE)
    form = form_in(warehouse.get("/app/receiving")) | {"quantity": "88"}
    shown = warehouse.post("/app/receiving/receipts", **form, show="1")
    assert shown.status_code == 200
    assert "GR-2026-00001" in Page(shown.text).text
    assert "Nothing is written yet" in shown.text
    assert goods(shipped)["receipt"] is None
    again = form_in(shown)
    assert again["quantity"] == "88"
    made = warehouse.post("/app/receiving/receipts", **again)
    assert "GR-2026-00001" in Page(made.text).text
    assert goods(shipped)["received"] == 88


def test_what_a_rule_would_refuse_is_told_when_it_is_only_asked_for(shipped: House) -> None:
    warehouse = Browser(shipped).sign_in(Role.WAREHOUSE)
    form = form_in(warehouse.get("/app/receiving")) | {"quantity": "91"}
    told = warehouse.post("/app/receiving/receipts", **form, show="1")
    assert told.status_code == 409
    assert "91 cannot be received" in Page(told.text).text
