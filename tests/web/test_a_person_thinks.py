"""What a person who knows purchasing, and not this project, had to think about on the pages (review 12)."""

from __future__ import annotations

import json

import pytest

from erp.kernel.roles import Role
from erp.signing.schemas import OfferSigning, SigningKind
from erp.web.formats import actor
from tests.api.house import SUPPLIER, House
from tests.api.test_invitations import opened
from tests.api.test_story import DAY, REF, bid, ordered, stocked

from .browser import Browser, Page
from .purchase import ORDER, TENDER, forms, supplier, text_of


@pytest.fixture
def tendered(house: House) -> House:
    """A house with an open tender to ACME and RIVAL."""
    opened(house)
    return house


def test_a_supplier_is_told_until_when_it_may_seal_and_open_its_bid(tendered: House) -> None:
    def work() -> str:
        return text_of(supplier(tendered, "ACME").get("/app/"))

    said = work()
    assert f"Seal a bid {TENDER}" in said
    assert "(in 1 day)" in said  # until when
    assert f"Tender {TENDER} Sealed bids end; those that bid reveal. 1 day" in said
    tendered.settle(bid(SUPPLIER, 1, 1_150_000)[0])
    said = work()  # sealed: nothing is to be done, and it is told when it has to come back
    assert "Seal a bid" not in said
    assert "Sealed bids end; those that bid reveal." in said
    tendered.clock.now += DAY
    said = work()
    assert f"Open your bid {TENDER}" in said
    assert "(in 1 day)" in said
    assert "Sealed bids end" not in said


def test_a_tender_is_called_open_to_bids_only_while_bids_are_sealed(tendered: House) -> None:
    path = f"/app/tenders/{TENDER}"
    for later, said in (
        (0, "Open to bids"),
        (DAY, "Bids are being opened"),
        (DAY, "Waits for its award"),
    ):
        tendered.clock.now += later
        assert f"{TENDER} {said} HEFEI" in text_of(Browser(tendered).sign_in(Role.BUYER).get(path))


def test_what_is_to_be_signed_is_told_in_words_and_leads_back(house: House) -> None:
    stocked(house)
    ordered(house)
    acme = supplier(house, "ACME")
    (form,) = forms(acme.get(f"/app/orders/{ORDER}"), f"/app/orders/{ORDER}/shipments")
    acme.post(f"/app/orders/{ORDER}/shipments", **form | {"note": "DN-7"})
    house.settle(
        OfferSigning(
            request="ACT-2026-00001", showing=1, kind=SigningKind.TRANSACTION,
            payload=json.dumps({"nonce": 1}), digest=REF, refs={},
        )
    )  # fmt: skip
    order = text_of(acme.get(f"/app/orders/{ORDER}"))
    assert "Ship 10 units as delivery 2 of order 1 It counts once you have signed it:" in order
    page = acme.get("/app/signing/SRQ-2026-00001")
    asked = text_of(page)
    assert "ACT-2026-00001 · Ship 10 units as delivery 2 of order 1" in asked
    assert "Delivery id 2" in asked
    assert "delivery_id" not in asked
    assert {"/app/orders/1", "/app/acts/ACT-2026-00001"} <= set(Page(page.text).links)
    assert text_of(acme.get("/app/orders/1")).startswith(
        text_of(acme.get(f"/app/orders/{ORDER}"))[:40]
    )


def test_what_the_escrow_holds_beside_the_price_is_told(house: House) -> None:
    stocked(house)
    ordered(house)
    page = text_of(Browser(house).sign_in(Role.BUYER).get(f"/app/orders/{ORDER}"))
    assert "The escrow holds the price with its tax" in page


def test_the_form_of_an_act_says_in_what_unit_it_asks(house: House) -> None:
    stocked(house)
    ordered(house)
    page = supplier(house, "ACME").get("/app/acts/new", act="pledge_guarantee", order_id="1")
    assert "Amount, CNY" in text_of(page)
    assert "In days, or as 12 h or 90 min." in text_of(page)


def test_the_board_says_where_goods_are_issued_to_whoever_issues_them(house: House) -> None:
    stocked(house)
    said = "Goods are issued on the page of their item"
    assert said in text_of(Browser(house).sign_in(Role.WAREHOUSE).get("/app/stock"))
    assert said not in text_of(Browser(house).sign_in(Role.BUYER).get("/app/stock"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("warehouse:warehouse", "warehouse"),
        ("warehouse:dock-1", "warehouse:dock-1"),
        ("bridge", "bridge"),
    ],
)
def test_a_name_that_only_repeats_its_role_stands_once(name: str, shown: str) -> None:
    assert actor(name) == shown


def test_the_desk_says_who_is_next_once_goods_were_received(house: House) -> None:
    stocked(house)
    ordered(house)
    said = "Quality finds the delivery under My work."
    clerk = Browser(house).sign_in(Role.WAREHOUSE)
    assert said in text_of(clerk.get("/app/receiving", made="GR-2026-00001"))
    assert said not in text_of(clerk.get("/app/receiving"))
