"""Reads of the reorder board, of credit, of the month's end, of transfers in suspense and of times of payment."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from erp.credit.rules import LADDER, grade_by, next_after
from erp.credit.schemas import CreditComponent, RecordCreditComponent, RecordCreditOutcome
from erp.kernel.roles import Role
from erp.payments.schemas import RecordTokenTransfer
from erp.procurement.schemas import RecordTenderVoid

from .house import BUYER, SUPPLIER, House
from .test_invitations import auctioned, opened
from .test_problems import problem
from .test_story import done, issued, ordered, paid, stocked

MONTH = 32 * 86_400


def board(house: House, role: Role = Role.PLANNER) -> dict[str, Any]:
    (row,) = house.get(role, "/reorders").json()["items"]
    return dict(row)


def test_the_board_follows_a_reorder_from_requisition_to_order(house: House) -> None:
    stocked(house)
    row = board(house)
    assert (row["on_hand"], row["on_order"], row["reorder_point"], row["due"]) == (60, 0, 50, False)
    assert row["underway"] == []
    ordered(house)
    row = board(house)
    assert (row["on_hand"], row["on_order"], row["due"]) == (40, 100, False)
    (chain,) = row["underway"]
    assert (chain["requisition"], chain["status"]) == ("PR-2026-00001", "ORDERED")
    assert (chain["tender"], chain["tender_status"]) == ("TND-2026-00001", "AWARDED")
    assert (chain["order"], chain["order_status"], chain["supplier"]) == (
        "PO-2026-00001",
        "FUNDED",
        "ACME",
    )
    assert (chain["amount_minor"], chain["estimate_minor"]) == (1_150_000, 1_200_000)


def test_what_is_brought_is_underway_no_more(house: House) -> None:
    stocked(house)
    paid(house)
    assert board(house)["underway"] == []


def test_an_auction_stands_in_the_chain_of_its_requisition(house: House) -> None:
    auctioned(house)
    (chain,) = board(house)["underway"]
    assert (chain["auction"], chain["auction_status"], chain["tender"]) == (
        "AUC-2026-00001",
        "OPEN",
        None,
    )


def test_an_item_whose_tender_is_void_is_due_and_nothing_is_underway(house: House) -> None:
    opened(house)
    house.clock.now += 3 * 86_400
    house.settle(RecordTenderVoid(tender_id=1, requisition="PR-2026-00001", bids=0))
    row = board(house)
    assert (row["due"], row["underway"], row["hold"]) == (True, [], None)


def test_a_hold_tells_its_reason_to_those_who_may_know_the_budget(house: House) -> None:
    stocked(house, budget=7_654)
    issued(house)
    told, dock = board(house), board(house, Role.WAREHOUSE)
    assert "7654" in told["hold_reason"]
    assert told["hold"] == dock["hold"] == "HLD-2026-00001"
    assert told["held_since"] == house.clock.now
    assert dock["hold_reason"] is None


def test_movements_end_at_what_is_on_hand(house: House) -> None:
    stocked(house)
    paid(house)
    read = house.get(Role.WAREHOUSE, "/stock-movements", entity="HEFEI", item="STEEL").json()
    assert [each["on_hand"] for each in read["points"]] == [60, 40, 126]
    moved = [house.get(Role.WAREHOUSE, f"/documents/{each['document']}") for each in read["points"]]
    types = ["stock_opening", "goods_issue", "inspection"]
    assert [each.json()["type"] for each in moved] == types
    assert (read["complete"], read["reorder_point"]) == (True, 50)
    none = house.get(Role.WAREHOUSE, "/stock-movements", entity="HEFEI", item="NOTHING").json()
    assert (none["points"], none["complete"]) == ([], True)


def test_the_price_of_an_item_is_told_order_by_order_with_the_tender_that_brought_it(
    house: House,
) -> None:
    stocked(house)
    ordered(house)
    read = house.get(Role.BUYER, "/item-prices", item="STEEL").json()
    (price,) = read["points"]
    assert (price["order"], price["tender"], price["auction"]) == (
        "PO-2026-00001",
        "TND-2026-00001",
        None,
    )
    assert (price["quantity"], price["amount_minor"], price["each_minor"]) == (
        100,
        1_150_000,
        11_500,
    )
    assert read["complete"]
    (dock,) = house.get(Role.WAREHOUSE, "/item-prices", item="STEEL").json()["points"]
    assert (dock["quantity"], dock["amount_minor"], dock["each_minor"]) == (100, None, None)
    assert house.get(Role.BUYER, "/item-prices", item="NOTHING").json()["points"] == []


def scored(house: House) -> None:
    """Two outcomes of ACME: of a delivery, and of its peers."""
    house.settle(
        RecordCreditOutcome(
            account=SUPPLIER, order_id=1, delivery_id=1, value_minor=989_000, delivery_bps=10_000, quality_bps=9_555,
            score_bps=6_800,
        ),
        RecordCreditComponent(
            account=SUPPLIER, subject_id=3, component=CreditComponent.PEERS, value_minor=300_000, outcome_bps=9_100,
            score_bps=7_299,
        ),
    )  # fmt: skip


def test_a_card_shows_each_document_that_moved_the_score(house: House) -> None:
    stocked(house)
    paid(house)
    scored(house)
    card = house.get(Role.BUYER, "/parties/ACME/credit").json()
    assert (card["score_bps"], card["outcomes"], card["grade"]) == (7_299, 2, "BBB")
    assert (card["next_grade"]["grade"], card["missing_bps"]) == ("A", 701)
    first, second = card["steps"]
    assert (first["about"], first["delivery_id"], first["change_bps"]) == ("PO-2026-00001", 1, None)
    assert (second["component"], second["score_bps"], second["change_bps"]) == ("peers", 7_299, 499)
    assert card["complete"]
    means = {each["component"]: each["mean_bps"] for each in card["components"]}
    assert means == {
        "delivery": 10_000,
        "quality": 9_555,
        "bets": None,
        "peers": 9_100,
        "users": None,
    }
    assert (
        house.get(Role.WAREHOUSE, "/parties/ACME/credit").json()["steps"][0]["value_minor"] is None
    )


def test_a_supplier_reads_its_own_card_and_no_other(house: House) -> None:
    assert house.get(Role.SUPPLIER, "/parties/ACME/credit").json()["score_bps"] is None
    problem(house.get(Role.SUPPLIER, "/parties/RIVAL/credit"), 404, "unknown-party")
    problem(house.get(Role.SUPPLIER, "/parties/NOBODY/credit"), 404, "unknown-party")


def test_grades_are_those_of_the_registry() -> None:
    marks = [(mark.grade, mark.least_bps, mark.newcomers) for mark in LADDER]
    assert marks == [("AAA", 9_500, 8), ("AA", 9_000, 4), ("A", 8_000, 2), ("BBB", 7_000, 1), ("BB", 6_000, 0),
                     ("B", 5_000, 0), ("C", 3_500, 0), ("D", 0, 0)]  # fmt: skip
    assert [grade_by(score).grade for score in (10_000, 9_499, 3_500, 3_499, 0)] == [
        "AAA",
        "AA",
        "C",
        "D",
        "D",
    ]
    assert next_after(LADDER[0]) is None
    assert all(next_after(lower) == upper for upper, lower in pairwise(LADDER))


def test_the_check_list_says_what_the_close_would_say(house: House) -> None:
    stocked(house)
    house.settle(RecordTokenTransfer(sender=BUYER, receiver=SUPPLIER, amount_minor=100_000))
    running = house.get(Role.FINANCE, "/period-checks/HEFEI").json()
    assert (running["period"], running["over"], running["newest_closed"]) == (
        "2026-05",
        False,
        None,
    )
    house.clock.now += MONTH
    checks = house.get(Role.FINANCE, "/period-checks/HEFEI").json()
    assert checks["over"]
    sent = next(each for each in checks["checks"] if each["name"] == "suspense_sent")
    assert (sent["account"], sent["balance_minor"], sent["open"], sent["blocks"]) == (
        "1221.09",
        100_000,
        True,
        True,
    )
    close = {"entity": "HEFEI", "period": "2026-05"}
    problem(house.post(Role.FINANCE, "/period-closes", close), 409, "period-not-ready")
    waived = close | {"waived": ["suspense_sent"], "reason": "asked the bank"}
    done(house, Role.FINANCE, "/period-closes", **waived)
    after = house.get(Role.FINANCE, "/period-checks/HEFEI").json()
    assert (after["newest_closed"], after["period"]) == ("2026-05", "2026-06")


def test_books_of_others_have_no_check_list(house: House) -> None:
    problem(house.get(Role.FINANCE, "/period-checks/ACME"), 409, "outside-books")
    problem(house.get(Role.FINANCE, "/period-checks/NOBODY"), 404, "unknown-party")


def test_a_transfer_is_unexplained_until_it_is_explained(house: House) -> None:
    stocked(house)
    (moved,) = house.settle(
        RecordTokenTransfer(sender=BUYER, receiver=SUPPLIER, amount_minor=100_000)
    )
    (found,) = house.get(Role.FINANCE, "/unexplained-transfers").json()["items"]
    assert (found["number"], found["sender"], found["receiver"], found["amount_minor"]) == (
        moved.number, "HEFEI", "ACME", 100_000,
    )  # fmt: skip
    done(
        house,
        Role.FINANCE,
        "/transfer-explanations",
        transfer=moved.number,
        purpose="advance",
        reason="half of it",
    )
    assert house.get(Role.FINANCE, "/unexplained-transfers").json()["items"] == []


def test_times_of_payment_are_those_of_match_and_payment(house: House) -> None:
    stocked(house)
    assert house.get(Role.FINANCE, "/payment-times").json() == {"items": []}
    paid(house)
    (told,) = house.get(Role.BUYER, "/payment-times").json()["items"]
    at = {
        each["type"]: each["at"]
        for each in house.get(Role.AUDITOR, "/documents", order="PO-2026-00001").json()["items"]
    }
    assert (told["matched_at"], told["paid_at"]) == (at["match"], at["payment"])
    assert (told["order"], told["delivery_id"]) == ("PO-2026-00001", 1)


@pytest.mark.parametrize("path", ["/unexplained-transfers", "/period-checks/HEFEI"])
def test_books_are_read_by_those_who_keep_and_audit_them(house: House, path: str) -> None:
    for role in Role:
        expected = 200 if role in {Role.FINANCE, Role.AUDITOR} else 403
        assert house.get(role, path).status_code == expected
