"""The worked case: clerks at the API, external events in between, one page at the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from erp.database import snapshot
from erp.kernel.roles import Role
from erp.parties.schemas import EnrolParty
from erp.payments.schemas import RecordEscrowDeposit, RecordPayment, RecordTokenIssue
from erp.procurement.schemas import (
    AttestReceipt,
    CloseOrder,
    OpenPurchaseOrder,
    RecordAward,
    RecordBid,
    RecordDespatch,
    RecordQuotation,
    RecordTender,
)
from erp.quality.schemas import AttestInspection
from erp.replay import differences

from .house import BUYER, RIVAL, SUPPLIER, House

DAY = 86_400
REF = "0x" + "ab" * 32
TERMS = {
    "lateness_bps_per_day": 10,
    "lateness_cap_bps": 500,
    "tax_bps": 1_300,
    "tolerance_bps": 200,
    "fund_seconds": 2 * DAY,
    "grace_seconds": 14 * DAY,
    "silence_seconds": 7 * DAY,
}
POLICY = TERMS | {
    "item": "STEEL",
    "buyer": "HEFEI",
    "reorder_point": 50,
    "reorder_quantity": 100,
    "estimate_minor": 1_200_000,
    "candidates": ["ACME", "RIVAL"],
    "commit_seconds": DAY,
    "reveal_seconds": DAY,
    "lead_seconds": 30 * DAY,
    "bond_minor": 1_000,
    "min_credit_bps": 0,
}
INVOICE = {
    "order": "PO-2026-00001",
    "delivery_id": 1,
    "invoice_number": "INV-778",
    "quantity": 86,
    "net_minor": 997_600,
    "tax_minor": 129_688,
}


def done(house: House, role: Role, path: str, **body: Any) -> dict[str, Any]:
    return house.confirmed(house.post(role, path, body))


def stocked(house: House, budget: int = 2_000_000) -> None:
    """An item in stock, a policy, a budget, and everybody enrolled with tokens."""
    house.settle(
        EnrolParty(account=BUYER, capabilities=1),
        EnrolParty(account=SUPPLIER, capabilities=2),
        EnrolParty(account=RIVAL, capabilities=2),
    )
    done(house, Role.FINANCE, "/capital-contributions", entity="HEFEI", amount_minor=5_000_000)
    if budget:
        done(house, Role.FINANCE, "/budget-approvals", entity="HEFEI", amount_minor=budget)
    house.settle(
        RecordTokenIssue(account=BUYER, amount_minor=3_000_000, bank_ref=REF),
        RecordTokenIssue(account=SUPPLIER, amount_minor=10_000, bank_ref=REF),
        RecordTokenIssue(account=RIVAL, amount_minor=10_000, bank_ref=REF),
    )
    done(house, Role.PLANNER, "/items", code="STEEL", name="Steel sheet", unit="sheet")
    opening = {"entity": "HEFEI", "item": "STEEL", "quantity": 60, "value_minor": 600_000}
    done(house, Role.FINANCE, "/stock-openings", **opening)
    done(house, Role.PLANNER, "/sourcing-policies", **POLICY)


def issued(house: House, quantity: int = 20) -> dict[str, Any]:
    return done(
        house,
        Role.WAREHOUSE,
        "/goods-issues",
        entity="HEFEI",
        item="STEEL",
        quantity=quantity,
        purpose="production",
        note="production order 4711",
    )


def ordered(house: House) -> int:
    """An order in escrow and a despatch of 90, from an issue that sets off the reorder.

    Returns the promise.
    """
    follow = issued(house)["follow_ups"]
    assert [document["type"] for document in follow] == ["requisition"]
    promised = house.clock.now + 30 * DAY
    requisition = follow[0]["number"]
    house.settle(
        RecordTender(
            tender_id=1,
            requisition=requisition,
            requisition_ref=REF,
            buyer=BUYER,
            quantity=100,
            ceiling_minor=1_200_000,
            bond_minor=1_000,
            min_credit_bps=0,
            commit_end=house.clock.now + DAY,
            reveal_end=house.clock.now + 2 * DAY,
            review_seconds=0,
            second_price=False,
            day_value_minor=0,
            max_days=0,
            credit_weight_bps=0,
            promised_at=promised,
            payment_seconds=0,
            **TERMS,
            invited_root=REF,
            invited=(SUPPLIER, RIVAL),
        ),
        *bid(SUPPLIER, 1, 1_150_000),
        *bid(RIVAL, 2, 1_180_000),
    )
    house.clock.now += 2 * DAY
    house.settle(
        RecordAward(tender_id=1, supplier=SUPPLIER, order_id=1, amount_minor=1_150_000, bids=2),
        OpenPurchaseOrder(
            order_id=1,
            tender_id=1,
            requisition=requisition,
            requisition_ref=REF,
            buyer=BUYER,
            supplier=SUPPLIER,
            quantity=100,
            amount_minor=1_150_000,
            deposit_minor=1_325_554,
            promised_at=promised,
            awarder="0x" + "aa" * 20,
            attester_post=1,
            arbiter_post=3,
            region="0x" + "00" * 32,
            schedule_root="0x" + "00" * 32,
            **TERMS,
        ),
        RecordEscrowDeposit(order_id=1, buyer=BUYER, amount_minor=1_350_000),
        RecordDespatch(
            order_id=1,
            delivery_id=1,
            supplier=SUPPLIER,
            quantity=90,
            shipped_at=house.clock.now,
            promised_at=promised,
            despatch_ref=REF,
        ),
    )
    return promised


def bid(account: str, index: int, amount: int) -> tuple[RecordBid, RecordQuotation]:
    return (
        RecordBid(
            tender_id=1,
            supplier=account,
            index=index,
            commitment="0x" + f"{index:064x}",
            bond_minor=1_000,
            credit_bps=5_000,
        ),
        RecordQuotation(
            tender_id=1,
            supplier=account,
            amount_minor=amount,
            bond_returned_minor=1_000,
            within_ceiling=True,
            offered_days=0,
            score=str(amount),
        ),
    )


def delivered(house: House) -> None:
    """90 received, 4 rejected; both reports attested."""
    ordered(house)
    house.clock.now += 5 * DAY
    received_at = house.clock.now
    receipt = done(
        house,
        Role.WAREHOUSE,
        "/goods-receipts",
        order="PO-2026-00001",
        delivery_id=1,
        quantity=90,
        received_at=received_at,
    )
    inspection = done(
        house,
        Role.QUALITY,
        "/inspections",
        receipt=receipt["document"]["number"],
        accepted=86,
        rejected=4,
        reason="bent edges",
    )
    house.settle(
        AttestReceipt(
            order_id=1,
            delivery_id=1,
            receipt=receipt["document"]["number"],
            quantity=90,
            received_at=received_at,
            days_late=0,
        ),
        AttestInspection(
            order_id=1,
            delivery_id=1,
            inspection=inspection["document"]["number"],
            accepted=86,
            rejected=4,
            accepted_amount_minor=989_000,
        ),
    )


def paid(house: House) -> None:
    """The supplier's invoice matches at once; the contract pays and closes."""
    delivered(house)
    match = done(house, Role.SUPPLIER, "/supplier-invoices", **INVOICE)["follow_ups"]
    assert [document["type"] for document in match] == ["match"]
    house.settle(
        RecordPayment(
            order_id=1,
            delivery_id=1,
            match=match[0]["number"],
            supplier=SUPPLIER,
            accepted_amount_minor=989_000,
            net_minor=997_600,
            tax_minor=129_688,
            penalty_minor=0,
            paid_minor=1_127_288,
            contestable_until=0,
        ),
        CloseOrder(
            order_id=1,
            buyer=BUYER,
            accepted=86,
            accepted_amount_minor=989_000,
            refunded_minor=222_712,
        ),
    )


def test_the_worked_case_ends_on_one_page_to_the_fen(house: House) -> None:
    stocked(house)
    paid(house)
    page = house.get(Role.AUDITOR, "/orders/PO-2026-00001").json()
    assert page["order"]["status"] == "CLOSED"
    assert page["money"] == {
        "ordered_minor": 1_150_000,
        "required_deposit_minor": 1_325_554,
        "escrowed_minor": 0,
        "accepted_minor": 989_000,
        "matched_net_minor": 997_600,
        "matched_tax_minor": 129_688,
        "penalty_minor": 0,
        "paid_minor": 1_127_288,
        "refunded_minor": 222_712,
    }
    (delivery,) = page["goods"]
    assert (delivery["shipped"], delivery["received"], delivery["accepted"]) == (90, 90, 86)
    assert delivery["status"] == "PAID"
    types = [document["type"] for document in page["documents"]]
    assert types[:2] == ["requisition", "tender"]
    assert {"purchase_order", "goods_receipt", "inspection", "match", "payment"} <= set(types)
    assert types[-1] == "order_close"
    assert all(document["salt"] for document in page["documents"])
    balance = house.get(Role.AUDITOR, "/balances", entity="HEFEI", account="1403").json()
    assert balance["items"][0]["balance_minor"] == 400_000 + 997_600


@pytest.mark.parametrize("by", [None, "entity", "platform", "chain_group", "node"])
def test_the_trial_balance_is_zero_in_total_and_by_every_dimension(
    house: House, by: str | None
) -> None:
    stocked(house)
    paid(house)
    told = house.get(Role.FINANCE, "/trial-balance", **({"by": by} if by else {})).json()
    assert told["debit_minor"] == told["credit_minor"] > 0
    assert told["difference_minor"] == 0
    assert told["unbalanced"] == []
    assert {"银行存款"} <= {line["name_zh"] for line in told["lines"]}


def test_the_reading_side_tells_where_everything_stands(house: House) -> None:
    stocked(house)
    paid(house)
    stock = house.get(Role.WAREHOUSE, "/stock", entity="HEFEI").json()["items"]
    assert [(row["item"], row["on_hand"]) for row in stock] == [("STEEL", 126)]
    (budget,) = house.get(Role.BUYER, "/budgets").json()["items"]
    assert budget == {
        "entity": "HEFEI",
        "approved_minor": 2_000_000,
        "available_minor": 2_000_000 - 997_600,
        "pre_encumbered_minor": 0,
        "encumbered_minor": 0,
        "expended_minor": 997_600,
    }
    tender = house.get(Role.BUYER, "/tenders/1").json()
    assert tender["tender"]["supplier"] == "ACME"
    assert [row["amount_minor"] for row in tender["bids"]] == [1_150_000, 1_180_000]
    assert house.get(Role.BUYER, "/tenders").json()["items"] == [tender["tender"]]
    (requisition,) = house.get(Role.BUYER, "/requisitions", status="ORDERED").json()["items"]
    assert requisition["number"] == "PR-2026-00001"
    (policy,) = house.get(Role.PLANNER, "/sourcing-policies").json()["items"]
    assert {name: policy[name] for name in POLICY} == POLICY
    assert (policy["sourcing"], policy["lots"]) == ("sealed", 0)
    parties = house.get(Role.BUYER, "/parties").json()["items"]
    assert [party["code"] for party in parties] == ["ACME", "HEFEI", "RIVAL", "TREASURY"]
    assert parties[0]["status"] == "ENROLLED"
    assert house.get(Role.BUYER, "/orders", status="FUNDED").json()["items"] == []


def test_a_supplier_sees_its_own_side_and_no_rivals(house: House) -> None:
    stocked(house)
    paid(house)
    mine = house.get(Role.SUPPLIER, "/orders/PO-2026-00001")
    types = {document["type"] for document in mine.json()["documents"]}
    assert not types & {"requisition", "tender", "bid", "quotation", "budget_approval"}
    for document in mine.json()["documents"]:
        assert {entry["entity"] for entry in document["entries"]} <= {"ACME"}
        assert document["salt"] is None
        assert not {"saving_minor", "estimate_minor"} & document["fields"].keys()
    told = mine.json()
    bids = house.get(Role.SUPPLIER, "/invitations/1").json()["bids"]
    # all opened bids are told to whom the tender invited (decision 115), and nothing else says another's price
    assert [(each["supplier"], each["amount_minor"]) for each in told.pop("bids")] == [
        (each["supplier"], each["amount_minor"]) for each in bids
    ]
    assert "1180000" not in json.dumps(told)
    assert [row["number"] for row in house.get(Role.SUPPLIER, "/orders").json()["items"]] == [
        "PO-2026-00001"
    ]


def test_another_suppliers_order_is_as_if_it_were_not_there(house: House) -> None:
    stocked(house)
    delivered(house)
    house.tokens[Role.SUPPLIER] = house.token("rival-portal", Role.SUPPLIER, "RIVAL")
    assert house.get(Role.SUPPLIER, "/orders").json()["items"] == []
    theirs = house.get(Role.SUPPLIER, "/orders/PO-2026-00001")
    nothing = house.get(Role.SUPPLIER, "/orders/PO-2026-00009")
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.text.replace("PO-2026-00001", "PO-2026-00009") == nothing.text
    claim = house.post(Role.SUPPLIER, "/supplier-invoices", INVOICE)
    assert claim.status_code == 409
    assert house.get(Role.AUDITOR, "/documents", type="supplier_invoice").json()["items"] == []


def test_a_receipt_above_the_despatch_tells_what_would_be_right(house: House) -> None:
    stocked(house)
    ordered(house)
    refused = house.post(
        Role.WAREHOUSE,
        "/goods-receipts",
        {
            "order": "PO-2026-00001",
            "delivery_id": 1,
            "quantity": 91,
            "received_at": house.clock.now,
        },
    )
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["type"] == "urn:interlock:problem:over-receipt"
    assert (problem["quantity"], problem["shipped"]) == (91, 90)


def test_an_invoice_over_tolerance_is_blocked_with_its_reason(house: House) -> None:
    stocked(house)
    delivered(house)
    done(house, Role.FINANCE, "/supplier-invoices", **(INVOICE | {"net_minor": 1_100_000}))
    (blocked,) = house.get(Role.FINANCE, "/blocked-invoices").json()["items"]
    assert blocked["invoice_number"] == "INV-778"
    assert "tolerance" in blocked["reason"]
    follow = done(
        house, Role.FINANCE, "/supplier-invoices", **(INVOICE | {"invoice_number": "INV-779"})
    )["follow_ups"]
    assert [document["type"] for document in follow] == ["match"]


def test_a_supplier_never_learns_of_the_buyers_budget(house: House) -> None:
    stocked(house, budget=1_200_000)
    delivered(house)
    committed = INVOICE | {"net_minor": 1_008_780, "tax_minor": 131_141}
    done(house, Role.PLANNER, "/requisitions", item="STEEL", quantity=1, estimate_minor=50_000)
    answer = house.post(Role.SUPPLIER, "/supplier-invoices", committed)
    page = house.get(Role.SUPPLIER, "/orders/PO-2026-00001")
    (match,) = answer.json()["follow_ups"]
    assert match["fields"]["status"] == "BLOCKED"
    for told in (answer, page):
        assert "not yet payable; ask the buyer" in told.text
        assert "budget" not in told.text
    (blocked,) = house.get(Role.FINANCE, "/blocked-invoices").json()["items"]
    assert "budget 0" in blocked["reason"]


def test_a_planning_run_raises_or_holds_and_never_twice(house: House) -> None:
    stocked(house, budget=0)
    held = issued(house)["follow_ups"]
    assert [document["type"] for document in held] == ["reorder_hold"]
    run = done(house, Role.PLANNER, "/planning-runs", buyer="HEFEI")
    assert (run["due"], run["raised"], run["held"]) == (1, [], [])
    assert run["still_held"] == ["STEEL"]
    (hold,) = house.get(Role.PLANNER, "/reorder-holds").json()["items"]
    assert "budget" in hold["reason"]
    assert done(house, Role.PLANNER, "/planning-runs", buyer="ACME")["due"] == 0
    approved = done(
        house, Role.FINANCE, "/budget-approvals", entity="HEFEI", amount_minor=2_000_000
    )
    assert [document["type"] for document in approved["follow_ups"]] == ["requisition"]
    assert done(house, Role.PLANNER, "/planning-runs")["due"] == 0
    assert house.get(Role.PLANNER, "/reorder-holds").json()["items"] == []


def test_what_clerks_did_at_the_api_replays_row_by_row(house: House) -> None:
    stocked(house, budget=0)
    issued(house)
    done(house, Role.PLANNER, "/planning-runs")
    done(house, Role.FINANCE, "/budget-approvals", entity="HEFEI", amount_minor=2_000_000)
    made = done(house, Role.FINANCE, "/capital-contributions", entity="HEFEI", amount_minor=7)
    done(house, Role.FINANCE, "/reversals", number=made["document"]["number"], reason="trial")
    with snapshot(house.engine) as session:
        assert differences(session) == []


def test_documents_are_reversed_once(house: House) -> None:
    made = done(house, Role.FINANCE, "/capital-contributions", entity="HEFEI", amount_minor=700)
    number = made["document"]["number"]
    done(house, Role.FINANCE, "/reversals", number=number, reason="wrong entity")
    again = house.told(Role.FINANCE, "/reversals", {"number": number, "reason": "again"})
    assert again.json()["type"] == "urn:interlock:problem:already-reversed"
    party = house.told(Role.FINANCE, "/reversals", {"number": "PTY-2026-00001", "reason": "no"})
    assert party.json()["type"] == "urn:interlock:problem:not-reversible"


def test_d8_periods_close_in_order_and_the_newest_is_reopened(house: House) -> None:
    def refused(path: str, **body: Any) -> str:
        body = {"entity": "HEFEI", **body}
        return str(house.told(Role.FINANCE, path, body).json()["type"]).rpartition(":")[2]

    assert refused("/period-closes", period="0000-01") == "validation-failed"
    assert refused("/period-closes", period="2026-13") == "validation-failed"
    assert refused("/period-closes", period="2026-05") == "period-not-over"
    house.clock.now += 40 * DAY  # July
    assert refused("/period-closes", period="2026-06") == "period-out-of-order"
    assert done(house, Role.FINANCE, "/period-closes", entity="HEFEI", period="2026-05")
    assert refused("/period-closes", period="2026-05") == "period-already-closed"
    assert refused("/period-closes", entity="NOBODY", period="2026-05") == "unknown-party"
    assert refused("/period-closes", period="2026-06", waived=["bank"]) == "validation-failed"
    assert refused("/period-reopenings", period="2026-05") == "validation-failed"
    reason = {"entity": "HEFEI", "period": "2026-05", "reason": "an invoice came late"}
    reopened = done(house, Role.FINANCE, "/period-reopenings", **reason)["document"]
    assert (reopened["type"], reopened["fields"]["reason"]) == (
        "period_reopening",
        reason["reason"],
    )
    assert refused("/period-reopenings", **reason) == "period-not-newest"
    assert house.post(Role.AUDITOR, "/period-reopenings", reason).status_code == 403


def test_an_order_whose_time_has_run_out_can_be_asked_to_close(house: House) -> None:
    stocked(house)
    promised = ordered(house)
    body = {"order": "PO-2026-00001"}
    early = house.post(Role.BUYER, "/order-close-requests", body)
    assert early.json()["type"] == "urn:interlock:problem:not-yet-closable"
    house.clock.now = promised + 30 * DAY
    asked = done(house, Role.BUYER, "/order-close-requests", **body)
    assert asked["document"]["type"] == "order_close_request"


def test_the_log_is_read_to_its_end_page_by_page(house: House) -> None:
    stocked(house)
    whole = house.get(Role.AUDITOR, "/documents", limit=500).json()["items"]
    after, pages = 0, []
    while after is not None:
        page = house.get(Role.AUDITOR, "/documents", after=after, limit=3).json()
        pages += page["items"]
        after = page["next_after"]
    assert pages == whole
    assert [document["sequence"] for document in whole] == list(range(1, len(whole) + 1))
    kinds = house.get(Role.AUDITOR, "/documents", type=["capital", "item"]).json()["items"]
    assert {document["type"] for document in kinds} == {"capital", "item"}
    one = house.get(Role.BUYER, "/documents/ITM-2026-00001").json()
    assert one["fields"]["code"] == "STEEL"
    assert one["salt"] is None
    assert house.get(Role.BUYER, "/documents/ITM-2026-00009").status_code == 404


@pytest.mark.parametrize("path", ["/stock", "/balances", "/parties", "/items", "/budgets"])
def test_a_list_is_read_to_its_end_page_by_page(house: House, path: str) -> None:
    stocked(house)
    done(house, Role.PLANNER, "/items", code="COPPER", name="Copper", unit="kg")
    opening = {"entity": "TREASURY", "item": "COPPER", "quantity": 1, "value_minor": 1}
    done(house, Role.FINANCE, "/stock-openings", **opening)
    role = Role.FINANCE
    whole = house.get(role, path).json()["items"]
    rows, after = [], ""
    while after is not None:
        page = house.get(role, path, after=after, limit=1).json()
        rows += page["items"]
        after = page["next_after"]
    assert rows == whole
    assert len(rows) > 1 or path == "/budgets"


@pytest.mark.parametrize("limit", [0, -1, 501, "many"])
def test_a_page_has_a_bound(house: House, limit: object) -> None:
    refused = house.get(Role.AUDITOR, "/documents", limit=limit)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "query.limit"
