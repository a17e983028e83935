"""The credit card: grade, each step of the score with its document, and what the next grade asks for."""

from __future__ import annotations

import pytest

from erp.kernel.roles import Role
from tests.api.house import House
from tests.api.test_purchase_reads import scored
from tests.api.test_story import paid, stocked

from .browser import Browser, Page
from .purchase import supplier, text_of

CARD = "/app/credit/ACME"


@pytest.fixture
def rated(house: House) -> House:
    """A house in which two outcomes of ACME were counted."""
    stocked(house)
    paid(house)
    scored(house)
    return house


def test_a_card_shows_each_step_with_its_document(rated: House) -> None:
    answer = Browser(rated).sign_in(Role.BUYER).get(CARD)
    text = text_of(answer)
    assert "Missing to A: 701 of the score" in text
    assert "BBB ≥ 7,000 value × 1 here" in text
    assert (
        "PO-2026-00001 / 1 Delivery on time 10,000 · Quality of goods 9,555 9,890.00 6,800 first"
        in text
    )
    assert "3 Peers 9,100 3,000.00 7,299 +499" in text
    assert {"/app/documents/CRO-2026-00001", "/app/documents/CRC-2026-00001"} <= set(
        Page(answer.text).links
    )
    assert answer.text.count('<circle class="dot"') == 2


def test_a_supplier_is_led_to_its_own_card_and_to_no_other(rated: House) -> None:
    own = supplier(rated, "ACME", "zh")
    answer = own.get("/app/credit")
    assert answer.url.path == CARD
    assert "距 A 还差：信用分 701" in answer.text
    assert not [link for link in Page(answer.text).links if link.startswith("/app/documents/")]
    assert supplier(rated, "RIVAL").get(CARD).status_code == 404
    assert "No outcome was counted yet" in supplier(rated, "RIVAL").get("/app/credit").text


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.QUALITY])
def test_the_dock_sees_scores_and_no_weights(rated: House, role: Role) -> None:
    answer = Browser(rated).sign_in(role).get(CARD)
    assert "7,299" in answer.text
    assert "9,890.00" not in answer.text
    assert "•••" in answer.text


def test_the_list_of_parties_leads_to_each_card(rated: House) -> None:
    page = Page(Browser(rated).sign_in(Role.FINANCE).get("/app/credit").text)
    assert {CARD, "/app/credit/RIVAL", "/app/credit/HEFEI"} <= set(page.links)


@pytest.mark.parametrize(
    "path", ["/app/credit/NOBODY", "/app/credit/%00", "/app/credit/" + "x" * 300]
)
def test_a_party_that_is_not_there_is_told(house: House, path: str) -> None:
    assert Browser(house).sign_in(Role.BUYER).get(path).status_code == 404
