"""What hinders goods on their way: days of force majeure in a row, and orders whose promise has passed."""

from __future__ import annotations

import pytest

from erp.forcemajeure.schemas import RecordForceMajeure
from erp.kernel.roles import Role
from tests.api.house import House
from tests.api.test_story import ordered, stocked
from tests.erp.world import DAY

from .browser import Browser, Page
from .looking import looked_at, reads

PATH = "/app/disruptions"
REGION, OTHER = "0x" + "11" * 32, "0x" + "22" * 32


@pytest.fixture
def stormy(house: House) -> House:
    """A house with an open order; three days of one region stand, from today on, and one of another long ago."""
    stocked(house)
    ordered(house)
    today = house.clock.now // DAY
    house.settle(
        RecordForceMajeure(declaration_id=1, region=REGION, from_day=today, count=3, added=3),
        RecordForceMajeure(declaration_id=2, region=OTHER, from_day=today - 90, count=1, added=1),
    )
    return house


def test_days_in_a_row_are_one_row_and_old_ones_are_left_out(stormy: House) -> None:
    page = Page(Browser(stormy).sign_in(Role.AUDITOR).get(PATH).text)
    assert page.text.count("runs now") == 1
    assert REGION[:10] in page.text
    assert OTHER[:10] not in page.text
    assert "FMS-2026-00001" in page.text
    rows = stormy.get(Role.SUPPLIER, "/force-majeure-days").json()["items"]
    assert [each["region"] for each in rows] == [OTHER, REGION, REGION, REGION]
    first = stormy.get(Role.SUPPLIER, "/force-majeure-days", limit=2).json()
    rest = stormy.get(Role.SUPPLIER, "/force-majeure-days", after=first["next_after"]).json()
    assert [*first["items"], *rest["items"]] == rows
    since = stormy.get(Role.NODE, "/force-majeure-days", since=stormy.clock.now + DAY).json()
    assert len(since["items"]) == 2


def test_an_order_is_late_once_its_promise_has_passed(stormy: House) -> None:
    browser = Browser(stormy).sign_in(Role.BUYER)
    assert "No order is late." in browser.get(PATH).text
    promised = stormy.get(Role.BUYER, "/orders").json()["items"][0]["promised_at"]
    stormy.clock.now = promised + DAY
    page = Page(Browser(stormy).sign_in(Role.BUYER).get(PATH).text)
    assert "/app/orders/PO-2026-00001" in page.links
    assert "(1 day ago)" in page.text


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_its_token_reads(stormy: House, role: Role) -> None:
    reads(stormy, role, PATH, "/force-majeure-days")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_whole_in_both_languages(stormy: House, language: str) -> None:
    stormy.clock.now += 400 * DAY
    assert looked_at(stormy, stormy.tokens[Role.AUDITOR], PATH, language) is not None
    assert looked_at(stormy, stormy.tokens[Role.SUPPLIER], PATH, language) is not None


def test_a_quiet_house_says_so(house: House) -> None:
    page = Page(Browser(house).sign_in(Role.AUDITOR).get(PATH).text)
    assert "No day of force majeure stands" in page.text
    assert "No order is late." in page.text
