"""Terms of bets over HTTP: who proposes, approves and withdraws, and who reads what a bet may cost whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.erp import bet_terms as told

from .house import House
from .test_needs import PAY, Staff, told_of

POOL = 100_000
MOST = told.STAKE // 2
RIVAL_SHARE = 4_000


@pytest.fixture
def staff(house: House) -> Staff:
    """The house and its people: Hefei is of the house, Acme and Rival are partners."""
    return Staff(house)


def terms(staff: Staff, sponsor: str = "HEFEI", **changed: Any) -> dict[str, Any]:
    """A bet of Hefei with Acme, in which it is a party, too."""
    parties = told.member("ACME", 6_000), told.member("HEFEI", RIVAL_SHARE)
    made = told.terms_at(
        staff.house.clock.now,
        *parties,
        sponsor=sponsor,
        pool_minor=POOL,
        expected_value_minor=POOL // 2,
    )
    return {**made.model_dump(mode="json"), **changed}


def test_a_node_proposes_for_itself_and_finance_for_the_house(staff: Staff) -> None:
    assert told_of(staff.post("acme", "/bet-terms", **terms(staff))) == (409, "unknown-party")
    other = terms(staff, "ACME")
    assert told_of(staff.post("finance", "/bet-terms", **other)) == (409, "outside-books")
    assert staff.post("warehouse", "/bet-terms", **other).status_code == 403
    unsound = terms(staff, periods=61)
    assert told_of(staff.post("hefei", "/bet-terms", **unsound)) == (409, "bet-terms-unsound")
    number = staff.made("finance", "/bet-terms", **terms(staff))
    back = {"bet_terms": number, "reason": "the season is over"}
    assert told_of(staff.post("rival", "/bet-terms-withdrawals", **back)) == (
        409,
        "unknown-bet-terms",
    )
    assert told_of(staff.post("acme", "/bet-terms-withdrawals", **back)) == (409, "unknown-party")
    assert staff.made("hefei", "/bet-terms-withdrawals", **back)


def test_finance_approves_for_the_house_and_another_person_for_a_partner(staff: Staff) -> None:
    number = staff.made("finance", "/bet-terms", **terms(staff))
    house, partner = ({"bet_terms": number, "party": code} for code in ("HEFEI", "ACME"))
    assert told_of(staff.post("hefei", "/bet-approvals", **house)) == (409, "others-decide")
    assert told_of(staff.post("finance", "/bet-approvals", **partner)) == (409, "others-decide")
    assert told_of(staff.post("rival", "/bet-approvals", **partner)) == (409, "unknown-bet-terms")
    assert told_of(staff.post("finance", "/bet-approvals", **house)) == (
        409,
        "approved-by-proposer",
    )
    assert staff.made("finance-2", "/bet-approvals", **house)
    assert staff.get("acme", f"/bets/terms/{number}").json()["terms"]["status"] == "PROPOSED"
    assert staff.made("acme", "/bet-approvals", **partner)
    assert staff.get("acme", f"/bets/terms/{number}").json()["terms"]["status"] == "APPROVED"


def test_whoever_approves_sees_the_three_cases_and_its_budget_and_strangers_see_nothing(
    staff: Staff,
) -> None:
    number = staff.made("hefei", "/bet-terms", **terms(staff))
    staff.made("finance", "/bet-approvals", bet_terms=number, party="HEFEI")
    path = f"/bets/terms/{number}"
    page = staff.get("finance", path).json()
    assert [each["party"] for each in page["outlooks"]] == ["ACME", "HEFEI"]
    mine = page["outlooks"][1]
    assert (mine["at_most_minor"], mine["worst"]["result_minor"]) == (MOST, -MOST)
    assert mine["base"]["result_minor"] == POOL * RIVAL_SHARE // 10_000
    assert mine["expected"]["kept_bps"] == 7_500
    acme, hefei = page["approvals"]
    assert (acme["approval"], acme["budget"]) == (None, None)
    assert hefei["set_aside_minor"] == hefei["budget"]["pre_encumbered_minor"] == POOL + MOST
    assert hefei["budget"]["available_minor"] == PAY - POOL - MOST
    partners = staff.get("acme", path).json()
    assert partners["outlooks"][0]["worst"]["result_minor"] == -MOST
    assert [each["budget"] for each in partners["approvals"]] == [None, None]
    assert [each["set_aside_minor"] for each in partners["approvals"]] == [None, None]
    dock = staff.get("warehouse", path).json()
    assert (dock["pledges"], dock["outlooks"][0]["stake_minor"]) == (None, None)
    assert staff.get("rival", path).status_code == 404
    assert staff.get("rival", "/bet-terms").json()["items"] == []
    assert [row["number"] for row in staff.get("acme", "/bet-terms").json()["items"]] == [number]
