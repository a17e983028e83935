"""Needs, proposals and plans over HTTP: who raises, proposes and approves, and who reads what."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from erp.kernel.roles import Role
from erp.parties.schemas import EnrolParty
from erp.payments.schemas import RecordTokenIssue
from tests.erp import groups as told

from .house import BUYER, RIVAL, SUPPLIER, House
from .test_groups import form_first, open_groups

PAY = 300_000
NODE = 8
SECRET = "our-secret-press"


class Staff:
    """A house with leaders among its nodes: tokens of Hefei, of Acme, and of Acme's second person."""

    def __init__(self, house: House) -> None:
        self.house = house
        for account in (BUYER, SUPPLIER, RIVAL):
            house.settle(EnrolParty(account=account, capabilities=NODE))
        budget = {"entity": "HEFEI", "amount_minor": PAY}
        house.confirmed(house.post(Role.FINANCE, "/budget-approvals", budget))
        self.tokens = {
            "hefei": house.token("hefei-1", Role.NODE, "HEFEI"),
            "acme": house.tokens[Role.NODE],
            "acme-2": house.token("acme-2", Role.NODE, "ACME"),
            "rival": house.token("rival-1", Role.NODE, "RIVAL"),
            "finance": house.tokens[Role.FINANCE],
            "finance-2": house.second,
            "service": house.tokens[Role.SERVICE],
            "auditor": house.tokens[Role.AUDITOR],
            "warehouse": house.tokens[Role.WAREHOUSE],
        }

    def post(self, who: str, path: str, **body: Any) -> Response:
        """A write by somebody."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        key = {"Idempotency-Key": f"key-{next(self.house.keys)}"}
        return self.house.client.post(path, json=body, headers=headers | key)

    def get(self, who: str, path: str) -> Response:
        """A read by somebody."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        return self.house.client.get(path, headers=headers)

    def made(self, who: str, path: str, **body: Any) -> str:
        """The number of the document that a write made."""
        answer = self.post(who, path, **body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["document"]["number"])

    def need(self) -> str:
        """A need that service raises."""
        return self.made("service", "/needs", source="user", text="quiet ovens")

    def proposal(self, leader: str = "HEFEI", **changed: Any) -> dict[str, Any]:
        """What is proposed for a new need."""
        values = told.proposal((PAY,), self.need(), leader=leader).model_dump(mode="json")
        return {**values, **changed}

    def plan(self, who: str, party: str) -> Response:
        """A plan for role 1 of the first group."""
        group = self.get("auditor", "/groups/1").json()["group"]["code"]
        plan = {"text": SECRET, "price_minor": 77_777, "ready_at": 1}
        return self.post(who, "/role-plans", party=party, group=group, role_id=1, plan=plan)


@pytest.fixture
def staff(house: House) -> Staff:
    """The house and its people."""
    return Staff(house)


def told_of(answer: Response) -> tuple[int, str]:
    """Status and kind of a problem."""
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_needs_are_raised_by_service_and_read_by_nodes_without_the_clerk(staff: Staff) -> None:
    number = staff.need()
    assert staff.get("service", f"/needs/{number}").json()["raised_by"] == "service:service-1"
    shown = staff.get("acme", f"/needs/{number}").json()
    assert (shown["text"], shown["raised_by"], shown["status"]) == ("quiet ovens", None, "OPEN")
    assert staff.get("acme", "/needs?status=DROPPED").json()["items"] == []
    assert staff.post("finance", "/needs", source="user", text="x").status_code == 403
    assert staff.made("service", "/need-drops", need=number, reason="a fad")
    assert staff.house.get(Role.SUPPLIER, f"/needs/{number}").status_code == 403


def test_a_node_proposes_for_itself_and_finance_for_the_house(staff: Staff) -> None:
    assert told_of(staff.post("acme", "/group-proposals", **staff.proposal())) == (
        409,
        "unknown-party",
    )
    other = staff.proposal("ACME")
    assert told_of(staff.post("finance", "/group-proposals", **other)) == (409, "outside-books")
    assert staff.post("warehouse", "/group-proposals", **other).status_code == 403
    number = staff.made("hefei", "/group-proposals", **staff.proposal())
    short = staff.post("hefei", "/group-proposals", **staff.proposal())
    assert told_of(short) == (409, "budget-exceeded")
    assert "0 of budget available; 300000 is asked" in short.json()["detail"]
    back = {"proposal": number, "reason": "served already"}
    assert told_of(staff.post("acme", "/group-withdrawals", **back)) == (
        409,
        "unknown-group-proposal",
    )
    assert staff.made("finance", "/group-withdrawals", **back)
    assert staff.made("finance", "/group-proposals", **staff.proposal())


def test_finance_approves_for_the_house_and_another_person_for_a_partner(staff: Staff) -> None:
    own = staff.made("finance", "/group-proposals", **staff.proposal())
    assert told_of(staff.post("hefei", "/group-approvals", proposal=own)) == (409, "others-decide")
    assert told_of(staff.post("acme", "/group-approvals", proposal=own)) == (
        409,
        "unknown-group-proposal",
    )
    by_proposer = staff.post("finance", "/group-approvals", proposal=own)
    assert told_of(by_proposer) == (409, "approved-by-proposer")
    assert staff.made("finance-2", "/group-approvals", proposal=own)
    partners = staff.made("acme", "/group-proposals", **staff.proposal("ACME"))
    assert told_of(staff.post("finance", "/group-approvals", proposal=partners)) == (
        409,
        "others-decide",
    )
    assert told_of(staff.post("acme", "/group-approvals", proposal=partners)) == (
        409,
        "approved-by-proposer",
    )
    assert staff.made("acme-2", "/group-approvals", proposal=partners)


def test_finance_approves_by_the_figures_of_the_budget_and_nobody_else_sees_them(
    staff: Staff,
) -> None:
    number = staff.made("hefei", "/group-proposals", **staff.proposal())
    page = staff.get("finance", f"/group-proposals/{number}").json()
    budget = {
        name: page["budget"][f"{name}_minor"]
        for name in ("approved", "available", "pre_encumbered")
    }
    assert budget == {"approved": PAY, "available": 0, "pre_encumbered": PAY}
    assert page["proposal"]["set_aside_minor"] == PAY
    own = staff.get("hefei", f"/group-proposals/{number}").json()
    assert (own["proposal"]["budget_minor"], own["budget"]["available_minor"]) == (PAY, None)
    assert own["proposal"]["base_margin_minor"] is None
    dock = staff.get("warehouse", f"/group-proposals/{number}").json()
    assert (dock["proposal"]["budget_minor"], dock["proposal"]["roles"][0]["pay_minor"]) == (
        None,
        None,
    )
    assert staff.get("acme", f"/group-proposals/{number}").status_code == 404
    assert staff.get("acme", "/group-proposals").json()["items"] == []
    assert len(staff.get("hefei", "/group-proposals").json()["items"]) == 1


def test_a_plan_is_read_by_its_own_node_alone_until_it_is_opened(staff: Staff) -> None:
    open_groups(staff.house)
    assert told_of(staff.plan("rival", "ACME")) == (409, "unknown-party")
    answer = staff.plan("acme", "ACME")
    number = answer.json()["document"]["number"]
    path = f"/role-plans/{number}"
    assert staff.get("acme", path).json()["plan"]["text"] == SECRET
    assert staff.get("auditor", path).json()["plan"]["price_minor"] == 77_777
    for who in ("hefei", "rival", "finance"):
        assert told_of(staff.get(who, path)) == (404, "unknown-plan")
    for role in Role:
        if role in (Role.AUDITOR, Role.NODE, Role.SUPPLIER):
            continue
        found = staff.house.get(role, f"/documents/{number}")
        assert SECRET not in found.text
        assert "77777" not in found.text
    opening = told.s.RecordPlanOpening(
        group_id=1, role_id=1, round=1, node=SUPPLIER, plan_hash=told.REF, plan=number
    )
    staff.house.settle(opening)
    assert staff.get("hefei", path).json()["plan"]["text"] == SECRET
    assert told_of(staff.get("rival", path)) == (404, "unknown-plan")


def test_finance_reads_what_a_plan_of_the_house_costs_and_nothing_else(staff: Staff) -> None:
    staff.house.settle(
        *(told.s.RecordGroupOrder(**{**order, "leader": SUPPLIER}) for order in [_order(staff)])
    )
    number = staff.plan("hefei", "HEFEI").json()["document"]["number"]
    shown = staff.get("finance", f"/role-plans/{number}").json()
    assert (shown["price_minor"], shown["plan"]) == (77_777, None)


def _order(staff: Staff) -> dict[str, Any]:
    """A group that Acme leads."""
    staff.house.settle(
        RecordTokenIssue(account=SUPPLIER, amount_minor=1_000_000, bank_ref=told.REF)
    )
    made: dict[str, Any] = told.order_at(staff.house.clock.now, (PAY,), group_id=1).model_dump()
    return made


def test_a_role_that_is_held_takes_no_plan(staff: Staff) -> None:
    open_groups(staff.house)
    form_first(staff.house)
    assert told_of(staff.plan("rival", "RIVAL")) == (409, "not-open-to-grabs")
