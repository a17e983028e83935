"""What a person met who took a purchase through the pages again, as a supplier in Chinese (review 14)."""

from __future__ import annotations

import re

import pytest

from bridge.intents import InboxStatus, OutboxStatus
from erp.kernel.roles import Role
from erp.signing.acts import ACTS
from erp.web.act_fields import label_of
from erp.web.formats import DAY, HOUR, MINUTE, again
from erp.web.pages.ring import INBOX, OUTBOX
from tests.api.house import SUPPLIER, House
from tests.api.test_invitations import opened
from tests.api.test_story import bid, stocked

from .browser import Browser, Page
from .purchase import TENDER, supplier, text_of

END_OF_NOVEMBER = 1_796_062_500  # 2026-11-30 18:15 UTC: December has begun in Shanghai
AGAIN = re.compile(r'data-again="(\d+)"')


@pytest.mark.parametrize(
    ("left", "seconds"),
    [
        ((), None),
        ((None,), None),
        ((-1, DAY), None),
        ((DAY - 1,), 10 * MINUTE),
        ((HOUR,), MINUTE),
        ((HOUR, 30), 31),
        ((-5, 0), 1),
    ],
)
def test_a_page_is_made_anew_the_more_often_the_nearer_its_time_is(
    left: tuple[int | None, ...], seconds: int | None
) -> None:
    assert again(1_000, (None if each is None else 1_000 + each for each in left)) == seconds


@pytest.mark.parametrize("path", ["/app/", "/app/tenders", f"/app/tenders/{TENDER}"])
def test_an_open_page_tells_what_remains_of_a_window_and_that_it_is_over(
    house: House, path: str
) -> None:
    opened(house)
    assert AGAIN.search(supplier(house, "ACME").get(path).text) is None  # a day is left
    house.clock.now += DAY - 20
    found = AGAIN.search(supplier(house, "ACME").get(path).text)
    assert found is not None
    assert int(found[1]) <= 21


def test_a_page_that_waits_for_the_reveal_has_what_opens_the_bid(house: House) -> None:
    opened(house)
    house.settle(bid(SUPPLIER, 1, 1_150_000)[0])
    said = supplier(house, "ACME").get(f"/app/tenders/{TENDER}").text
    assert "<bid-opening" not in said
    assert {"/app/static/js/bid.js", "/app/static/js/send.js"} <= set(Page(said).files)


def test_who_may_not_read_a_page_is_told_so_in_words_of_its_language(house: House) -> None:
    stocked(house)
    answer = Browser(house, "zh").sign_in(Role.SUPPLIER).get("/app/documents")
    assert answer.status_code == 403
    assert "仓管员" in text_of(answer)
    assert "您的角色是供应商" in text_of(answer)
    assert "token" not in text_of(answer)
    said = text_of(Browser(house).sign_in(Role.SUPPLIER).get("/app/documents"))
    assert "yours is the role Supplier" in said


def test_acts_are_told_in_the_words_of_the_glossary() -> None:
    told = {name: act.chinese for name, act in ACTS.items()}
    assert {name: said for name, said in told.items() if re.search("招标|投标", said)} == {}
    assert label_of("commitment") == "seal"  # as the form calls it that makes it


def test_the_books_open_at_the_month_that_the_house_is_in(house: House) -> None:
    stocked(house)
    house.clock.now = END_OF_NOVEMBER
    said = text_of(Browser(house).sign_in(Role.FINANCE).get("/app/books"))
    assert "2026-12" in said
    assert "← 2026-11" in said


def test_each_row_of_the_ring_is_told_in_words() -> None:
    assert INBOX.keys() == set(InboxStatus)
    assert OUTBOX.keys() == set(OutboxStatus)


@pytest.mark.parametrize(
    ("bond_minor", "threat"), [(0, "or it does not count."), (1_000, "or its bond is forfeited.")]
)
def test_a_bid_without_a_bond_is_threatened_with_no_loss_of_one(
    house: House, bond_minor: int, threat: str
) -> None:
    opened(house, bond_minor=bond_minor)
    house.settle(bid(SUPPLIER, 1, 1_150_000)[0].model_copy(update={"bond_minor": bond_minor}))
    said = text_of(supplier(house, "ACME").get(f"/app/tenders/{TENDER}"))
    assert f"Your bid is sealed. Open it before the reveal ends, {threat}" in said
