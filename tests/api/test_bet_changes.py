"""Papers that change a bet over HTTP: who proposes, approves and withdraws, and who reads them."""

from __future__ import annotations

from typing import Any

import pytest

from erp.bets import schemas as s
from erp.payments.schemas import RecordTokenIssue
from tests.erp import bet_terms as told
from tests.erp.world import DAY, REF

from .house import BUYER, RIVAL, SUPPLIER, House
from .test_needs import Staff, told_of

ACCOUNTS = {"ACME": SUPPLIER, "HEFEI": BUYER}
POOL = 100_000


@pytest.fixture
def staff(house: House) -> Staff:
    """A running bet of Hefei, which is of the house, with Acme: on no terms. The rival has no part in it."""
    made = Staff(house)
    for account in (BUYER, SUPPLIER, RIVAL):
        house.settle(RecordTokenIssue(account=account, amount_minor=1_000_000, bank_ref=REF))
    terms = told.terms_at(
        house.clock.now,
        *(told.member("ACME", 6_000), told.member("HEFEI", 4_000)),
        sponsor="HEFEI",
        pool_minor=POOL,
        expected_value_minor=0,
    )
    house.settle(told.proposed_on(None, terms, sponsor=BUYER))
    for place, code in enumerate(("ACME", "HEFEI")):
        house.settle(told.signed_on(terms, place, party=ACCOUNTS[code]))
    house.settle(s.RecordBetActivation(bet_id=1, parties=2))
    return made


def change(staff: Staff, proposer: str = "HEFEI", **changed: Any) -> dict[str, Any]:
    """From the second period on both have the same share."""
    bet = staff.get("auditor", "/bets/1").json()["bet"]
    parties = [told.member(code, 5_000).model_dump(mode="json") for code in ACCOUNTS]
    values = {
        "bet": bet["number"], "proposer": proposer, "from_period": 2, "periods": 2, "start": bet["start"],
        "sign_by": bet["start"] + DAY, "parties": parties,
    }  # fmt: skip
    return {**values, **changed}


def test_a_change_is_proposed_by_its_people_and_approved_by_others(staff: Staff) -> None:
    path = "/bet-changes"
    assert told_of(staff.post("rival", path, **change(staff, "RIVAL"))) == (409, "unknown-bet")
    assert told_of(staff.post("acme", path, **change(staff))) == (409, "unknown-party")
    assert told_of(staff.post("finance", path, **change(staff, "ACME"))) == (409, "outside-books")
    unsound = change(staff, from_period=3)
    assert told_of(staff.post("hefei", path, **unsound)) == (409, "bet-change-unsound")
    number = staff.made("hefei", path, **change(staff))
    house, partner = ({"bet_change": number, "party": code} for code in ("HEFEI", "ACME"))
    path = "/bet-change-approvals"
    assert told_of(staff.post("finance", path, **partner)) == (409, "others-decide")
    assert told_of(staff.post("hefei", path, **house)) == (409, "others-decide")
    assert told_of(staff.post("rival", path, **partner)) == (409, "unknown-bet-change")
    staff.made("finance", path, **house)
    staff.made("acme", path, **partner)
    page = staff.get("finance", f"/bets/changes/{number}").json()
    assert page["change"]["status"] == "APPROVED"
    assert [each["party"] for each in page["outlooks"]] == ["ACME", "HEFEI"]
    assert page["outlooks"][1]["base"]["result_minor"] == POOL * 9 // 20, "0.4, then half of it"
    acme, hefei = page["approvals"]
    assert (acme["budget"], hefei["budget"]["entity"]) == (None, "HEFEI")
    dock = staff.get("warehouse", f"/bets/changes/{number}").json()
    assert (dock["pledges"], dock["outlooks"][0]["worst"]["result_minor"]) == (None, None)
    assert told_of(staff.get("rival", f"/bets/changes/{number}")) == (404, "unknown-bet-change")
    back = {"bet_change": number, "reason": "the market came back"}
    assert told_of(staff.post("acme", "/bet-change-withdrawals", **back)) == (409, "unknown-party")
    assert staff.made("hefei", "/bet-change-withdrawals", **back)
    assert staff.get("finance", f"/bets/changes/{number}").json()["outlooks"] == []


def test_parties_ask_what_an_attainment_would_mean_and_strangers_do_not(staff: Staff) -> None:
    path = "/bets/1/what-if?party=HEFEI&attainment_bps=20000"
    found = staff.get("acme", path).json()
    assert [each["share_minor"] for each in found["parties"]] == [
        POOL * 6 // 14,
        POOL * 8 // 14,
    ]
    assert staff.get("warehouse", path).json()["parties"][0]["paid_minor"] is None
    assert told_of(staff.get("rival", path)) == (404, "unknown-bet")
    other = "/bets/1/what-if?party=RIVAL&attainment_bps=0"
    assert told_of(staff.get("acme", other)) == (404, "unknown-bet-party")
    assert staff.get("acme", path + "0").status_code == 422


def test_a_pool_grows_on_finances_word_and_its_parties_read_the_papers(staff: Staff) -> None:
    bet = staff.get("auditor", "/bets/1").json()["bet"]["number"]
    more = {"bet": bet, "payer": "HEFEI", "amount_minor": 5_000, "reason": "it runs well"}
    assert told_of(staff.post("rival", "/pool-top-ups", **more)) == (409, "unknown-bet")
    other = {**more, "payer": "ACME"}
    assert told_of(staff.post("acme", "/pool-top-ups", **other)) == (409, "not-the-sponsor")
    number = staff.made("hefei", "/pool-top-ups", **more)
    path = "/pool-top-up-approvals"
    assert told_of(staff.post("hefei", path, top_up=number)) == (409, "others-decide")
    assert told_of(staff.post("rival", path, top_up=number)) == (409, "unknown-top-up")
    staff.made("finance", path, top_up=number)
    (row,) = staff.get("finance", f"/bets/{bet}/papers").json()["top_ups"]
    assert (row["status"], row["aside_minor"]) == ("APPROVED", 5_000)
    (row,) = staff.get("acme", "/bets/1/papers").json()["top_ups"]
    assert (row["amount_minor"], row["aside_minor"]) == (5_000, None)
    assert told_of(staff.get("rival", "/bets/1/papers")) == (404, "unknown-bet")
    back = {"top_up": number, "reason": "the pool is enough"}
    assert staff.made("hefei", "/pool-top-up-withdrawals", **back)
