"""The tender room: what each side sees of windows and bids, and the award worked out again from the shown numbers."""

from __future__ import annotations

import pytest

from erp.kernel.roles import Role
from erp.procurement.schemas import RecordAward, RecordQuotation
from erp.web.formats import HIDDEN
from tests.api.house import RIVAL, SUPPLIER, House
from tests.api.test_invitations import auctioned, opened, other_party, told, underbid
from tests.api.test_story import DAY, REF, bid

from .browser import Browser, Page
from .purchase import AUCTION, TENDER, forms, supplier, text_of

DESK = 'id="bid-desk"'


@pytest.fixture
def tendered(house: House) -> House:
    """A house with an open tender to ACME and RIVAL."""
    opened(house)
    return house


def awarded(house: House, amount: int = 1_150_000) -> None:
    """Both bid, both opened their bids, and the contract awarded ACME at an amount."""
    house.settle(*bid(SUPPLIER, 1, 1_150_000), *bid(RIVAL, 2, 1_180_000))
    house.clock.now += 2 * DAY
    house.settle(
        RecordAward(tender_id=1, supplier=SUPPLIER, order_id=1, amount_minor=amount, bids=2)
    )


def test_a_tender_shows_its_windows_with_what_remains(tendered: House) -> None:
    text = text_of(Browser(tendered).sign_in(Role.BUYER).get(f"/app/tenders/{TENDER}"))
    assert "Sealing — 2026-05-29 20:26:40 Now · 1 day left" in text
    assert "Not begun · in 1 day" in text
    tendered.clock.now += DAY + 3_600
    text = text_of(Browser(tendered).sign_in(Role.BUYER).get(f"/app/tenders/{TENDER}"))
    assert "Over · 1 hour ago" in text
    assert "Now · 23 hours left" in text


def test_the_bidding_desk_is_there_for_the_invited_while_bids_are_sealed(tendered: House) -> None:
    other_party(tendered)
    assert DESK in supplier(tendered, "ACME").get(f"/app/tenders/{TENDER}").text
    assert supplier(tendered, "THIRD").get(f"/app/tenders/{TENDER}").status_code == 404
    for role in (Role.BUYER, Role.PLANNER, Role.AUDITOR):
        assert DESK not in Browser(tendered).sign_in(role).get(f"/app/tenders/{TENDER}").text
    tendered.clock.now += DAY
    assert DESK not in supplier(tendered, "ACME").get(f"/app/tenders/{TENDER}").text


def test_the_desk_knows_the_bidder_and_its_form_hands_in_the_seal_alone(tendered: House) -> None:
    acme = supplier(tendered, "ACME")
    answer = acme.get(f"/app/tenders/{TENDER}")
    assert f'<bid-desk data-tender="1" data-account="{SUPPLIER}"' in answer.text
    assert "/app/static/js/bid.js" in Page(answer.text).files
    (form,) = forms(answer, f"/app/tenders/{TENDER}/bid")
    assert set(form) == {"key", "commitment", "invitation"}
    for _ in range(2):  # sent twice, it is asked for once
        made = acme.post(f"/app/tenders/{TENDER}/bid", **form | {"commitment": REF})
        assert made.status_code == 200
    (asked,) = told(tendered, "/act-requests")["items"]
    assert (asked["party"], asked["act"]) == ("ACME", "commit_bid")
    assert asked["fields"] == {"tender_id": 1, "commitment": REF, "invitation": []}
    assert "What is to be signed appears here" in made.text


def test_a_seal_that_is_none_is_refused_on_the_page_and_nothing_is_asked_for(
    tendered: House,
) -> None:
    other_party(tendered)
    acme = supplier(tendered, "ACME")
    for fields in ({"commitment": "11,800.00"}, {"commitment": REF, "invitation": "[1"}):
        refused = acme.post(f"/app/tenders/{TENDER}/bid", key="k-1", **fields)
        assert refused.status_code >= 400
        assert "Nothing was written" in refused.text
    third = supplier(tendered, "THIRD")
    assert third.post(f"/app/tenders/{TENDER}/bid", key="k-2", commitment=REF).status_code == 404
    buyer = Browser(tendered).sign_in(Role.BUYER)
    assert buyer.post(f"/app/tenders/{TENDER}/bid", key="k-3", commitment=REF).status_code == 403
    assert told(tendered, "/act-requests")["items"] == []


def test_a_sealed_bid_is_opened_at_the_desk_while_bids_are_opened(tendered: House) -> None:
    tendered.settle(bid(SUPPLIER, 1, 1_150_000)[0])
    assert DESK not in supplier(tendered, "ACME").get(f"/app/tenders/{TENDER}").text
    tendered.clock.now += DAY + 60
    assert "<bid-opening" in supplier(tendered, "ACME").get(f"/app/tenders/{TENDER}").text
    assert DESK not in supplier(tendered, "RIVAL").get(f"/app/tenders/{TENDER}").text
    tendered.clock.now += DAY
    assert DESK not in supplier(tendered, "ACME").get(f"/app/tenders/{TENDER}").text


@pytest.mark.parametrize("path", ["/app/tenders", f"/app/tenders/{TENDER}"])
def test_no_page_shows_a_supplier_the_price_of_another_before_the_reveal_is_over(
    tendered: House, path: str
) -> None:
    tendered.settle(*bid(RIVAL, 1, 1_180_000))
    seen = supplier(tendered, "ACME").get(path)
    assert "11,800.00" not in seen.text
    assert "1180000" not in seen.text
    assert "RIVAL" not in seen.text
    tendered.clock.now += 2 * DAY
    assert "11,800.00" in supplier(tendered, "ACME").get(f"/app/tenders/{TENDER}").text


def test_the_award_is_worked_out_again_from_the_shown_numbers(tendered: House) -> None:
    awarded(tendered)
    for browser in (Browser(tendered).sign_in(Role.BUYER), supplier(tendered, "RIVAL")):
        text = text_of(browser.get(f"/app/tenders/{TENDER}"))
        assert "By these numbers ACME · 11,500.00 CNY" in text
        assert "On the chain ACME · 11,500.00 CNY" in text
        assert "Both agree ✓ yes" in text


def test_bids_stand_in_their_order_with_dots_under_the_ceiling(tendered: House) -> None:
    tendered.settle(*bid(RIVAL, 1, 1_180_000), *bid(SUPPLIER, 2, 1_150_000))
    answer = Browser(tendered).sign_in(Role.BUYER).get(f"/app/tenders/{TENDER}")
    text = text_of(answer)
    assert text.index("1 ACME") < text.index("2 RIVAL")
    assert answer.text.count("<circle") == 2
    assert "Ceiling 12,000.00" in text
    assert "not yet to be said" in text


def test_a_bid_above_the_ceiling_has_no_place(tendered: House) -> None:
    first, told = bid(RIVAL, 1, 1_250_000)
    assert isinstance(told, RecordQuotation)
    tendered.settle(first, told.model_copy(update={"within_ceiling": False}))
    text = text_of(Browser(tendered).sign_in(Role.BUYER).get(f"/app/tenders/{TENDER}"))
    assert "— RIVAL Revealed 12,500.00" in text
    assert "above the ceiling" in text
    assert "By these numbers" not in text


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.QUALITY, Role.SALES])
def test_who_handles_goods_sees_the_tender_and_no_amount(tendered: House, role: Role) -> None:
    awarded(tendered)
    answer = Browser(tendered).sign_in(role).get(f"/app/tenders/{TENDER}")
    assert answer.status_code == 200
    assert HIDDEN in answer.text
    for figure in ("12,000.00", "11,500.00", "11,800.00"):
        assert figure not in answer.text
    assert "By these numbers" not in answer.text


def test_an_auction_shows_staff_all_standing_bids_and_a_bidder_its_own(house: House) -> None:
    auctioned(house)
    underbid(house, RIVAL, 1_100_000)
    underbid(house, SUPPLIER, 1_080_000)
    staff = text_of(Browser(house).sign_in(Role.BUYER).get(f"/app/auctions/{AUCTION}"))
    assert "1 ACME 10,800.00" in staff
    assert "2 RIVAL 11,000.00" in staff
    own = supplier(house, "RIVAL").get(f"/app/auctions/{AUCTION}")
    assert DESK in own.text
    assert "Your lowest bid is 11,000.00 CNY" in text_of(own)
    assert "Another is lower." in own.text
    assert "The next bid asks at most, CNY 10,692.00" in text_of(own)
    assert "ACME" not in own.text
    house.clock.now += DAY
    assert DESK not in supplier(house, "RIVAL").get(f"/app/auctions/{AUCTION}").text


def test_lists_say_when_there_is_nothing(house: House) -> None:
    assert "No tender invites you here." in supplier(house, "ACME").get("/app/tenders").text
    text = text_of(Browser(house).sign_in(Role.BUYER).get("/app/tenders"))
    assert "There are no tenders here." in text
    assert "There are no auctions here." in text


def test_a_list_leads_to_each_room(tendered: House) -> None:
    for browser in (Browser(tendered).sign_in(Role.BUYER), supplier(tendered, "ACME")):
        assert f"/app/tenders/{TENDER}" in Page(browser.get("/app/tenders").text).links


@pytest.mark.parametrize(
    ("path", "status"),
    [("/app/tenders?after=x", 422), ("/app/tenders?auctions_after=-1", 422), ("/app/tenders/TND-9", 404),
     ("/app/auctions/AUC-9", 404), ("/app/tenders/%00", 404)],
)  # fmt: skip
def test_what_is_not_there_is_told(tendered: House, path: str, status: int) -> None:
    for browser in (Browser(tendered).sign_in(Role.BUYER), supplier(tendered, "ACME")):
        assert browser.get(path).status_code == status
