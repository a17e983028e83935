"""Pages that were looked at with something in them: words of the reader's language, amounts in CNY, nothing cut off."""

from __future__ import annotations

import re

import pytest

from erp.kernel.roles import Role
from erp.procurement.rules import Claim, mismatch
from erp.web.block_reasons import told
from erp.web.texts import Texts
from tests.api.house import SUPPLIER, House
from tests.api.test_invitations import auctioned, underbid
from tests.api.test_story import DAY

from .browser import Browser
from .purchase import AUCTION, supplier, text_of

BLOCKED = (
    Claim(5, 0, 100, 0, 0, 0, 0, 0),
    Claim(6, 5, 100, 0, 100, 0, 0, 0),
    Claim(5, 5, 100_001, 0, 100_000, 0, 0, 0),
    Claim(5, 5, 99_999, 0, 100_000, 0, 0, 0),
    Claim(5, 5, 100_000, 9_999, 100_000, 0, 500, 0),
    Claim(5, 5, 100_900, 0, 100_000, 100, 0, -899),
)


@pytest.mark.parametrize("claim", BLOCKED)
def test_why_an_invoice_is_blocked_is_said_in_both_languages_and_in_yuan(claim: Claim) -> None:
    reason = mismatch(claim)
    assert reason is not None
    english, chinese = (told(reason, Texts(language)) for language in ("en", "zh"))
    assert english != reason
    assert not re.search("[A-Za-z]", chinese), chinese
    amounts = [each for each in re.findall(r"\d+", reason) if "quantity" not in reason]
    assert not any(each in english.split() for each in amounts), "minor units"
    assert told("the contract refused it", Texts("zh")) == "the contract refused it"


def test_what_cannot_be_read_is_said_in_the_language_of_its_reader(house: House) -> None:
    browser = Browser(house, "zh").sign_in(Role.FINANCE)
    assert "“2026-13”不是月份" in browser.get("/app/books?month=2026-13").text
    assert "“soon”不是日期" in browser.get("/app/capacity?from=soon").text
    assert "请从链接进入" in browser.get("/app/documents?after=x").text
    assert "地址有误" in browser.get("/app/nothing").text
    english = Browser(house).sign_in(Role.FINANCE).get("/app/books?month=2026-13").text
    assert "“2026-13” is no month: write one like 2026-05" in english


def test_an_auction_says_whether_bids_are_taken_and_when_it_ended(house: House) -> None:
    auctioned(house)
    underbid(house, SUPPLIER, 1_080_000)
    for path in (f"/app/auctions/{AUCTION}", "/app/tenders"):
        assert "Open to bids" in text_of(supplier(house, "ACME").get(path))
    house.clock.now += DAY + 10
    ended = text_of(supplier(house, "ACME").get(f"/app/auctions/{AUCTION}"))
    assert "Waits for its award" in ended
    assert "it ended 10 seconds ago" in ended
