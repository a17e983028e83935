"""My work: what waits is told to whom it waits for, and what time will do with its time, each from the state of things."""

from __future__ import annotations

from typing import Any

import pytest

from erp.api.routes import my_work
from erp.boards import time
from erp.kernel.roles import PARTNERS, Role
from tests.erp.conftest import NewEngine, new_engine

from .everything import opened, with_everything
from .house import House
from .test_groups import open_groups
from .test_story import delivered, ordered, stocked

__all__ = ["new_engine"]
DAY = 86_400


def work(house: House, role: Role) -> dict[str, Any]:
    answer = house.get(role, "/work")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def waiting(house: House, role: Role) -> list[tuple[str, str]]:
    return [(task["what"], task["about"]) for task in work(house, role)["tasks"]]


def edges(house: House, role: Role = Role.BUYER) -> dict[str, dict[str, Any]]:
    return {edge["name"]: edge for edge in work(house, role)["edges"]}


def test_a_delivery_waits_first_for_the_warehouse_then_for_quality_then_for_its_suppliers_invoice(
    house: House,
) -> None:
    stocked(house)
    ordered(house)
    assert waiting(house, Role.WAREHOUSE) == [("receive", "PO-2026-00001 / 1")]
    assert waiting(house, Role.QUALITY) == []
    house.clock.now += 3_600
    body = {
        "order": "PO-2026-00001",
        "delivery_id": 1,
        "quantity": 90,
        "received_at": house.clock.now,
    }
    receipt = house.told(Role.WAREHOUSE, "/goods-receipts", body).json()["document"]["number"]
    assert waiting(house, Role.WAREHOUSE) == []
    assert waiting(house, Role.QUALITY) == [("inspect", "PO-2026-00001 / 1")]
    judged = {"receipt": receipt, "accepted": 90, "rejected": 0}
    assert house.told(Role.QUALITY, "/inspections", judged).status_code == 201
    assert waiting(house, Role.QUALITY) == []
    assert ("invoice", "PO-2026-00001 / 1") in waiting(house, Role.SUPPLIER)
    house.tokens[Role.SUPPLIER] = house.token("rival-1", Role.SUPPLIER, "RIVAL")
    assert work(house, Role.SUPPLIER)["tasks"] == work(house, Role.SUPPLIER)["edges"] == []


def test_a_proposal_waits_for_everybody_of_finance_but_its_proposer(house: House) -> None:
    body = {"entity": "HEFEI", "amount_minor": 5}
    number = house.post(Role.FINANCE, "/capital-contributions", body).json()["document"]["number"]
    assert ("confirm", number) not in waiting(house, Role.FINANCE)
    house.tokens[Role.FINANCE] = house.second
    assert waiting(house, Role.FINANCE) == [("confirm", number)]
    assert house.confirm(number).status_code == 201
    assert waiting(house, Role.FINANCE) == []


def test_a_person_is_not_told_to_confirm_what_it_proposed_in_another_of_its_offices(
    house: House,
) -> None:
    person = {"code": "P-1", "login": "anna", "name": "Anna"}
    assert house.post(Role.HR, "/persons", person).status_code == 201
    employed = {"person": "P-1", "party": "HEFEI", "duties": ["keep_books", "approve"]}
    assert house.post(Role.HR, "/employments", employed).status_code == 201
    first, second = (house.token(name, Role.FINANCE, person="P-1") for name in ("anna-1", "anna-2"))
    house.tokens[Role.FINANCE] = first
    body = {"entity": "HEFEI", "amount_minor": 5}
    number = house.post(Role.FINANCE, "/capital-contributions", body).json()["document"]["number"]
    house.tokens[Role.FINANCE] = second
    assert ("confirm", number) not in waiting(house, Role.FINANCE)
    own = house.post(Role.FINANCE, "/confirmations", {"proposal": number})
    assert own.json()["type"] == "urn:interlock:problem:confirmed-by-proposer"
    house.tokens[Role.FINANCE] = house.second
    assert waiting(house, Role.FINANCE) == [("confirm", number)]


def test_time_is_told_of_an_order_until_it_has_decided(house: House) -> None:
    stocked(house)
    ordered(house)
    order = house.get(Role.BUYER, "/orders/PO-2026-00001").json()["order"]
    found = edges(house)
    assert found["promised_at"]["at"] == order["promised_at"]
    assert found["promised_at"]["passed"] is False
    assert found["closable_at"]["at"] == (
        order["promised_at"] + order["grace_seconds"] + 2 * order["silence_seconds"]
    )
    assert {found[name]["about"] for name in ("promised_at", "closable_at")} == {"PO-2026-00001"}
    house.clock.now = order["promised_at"]
    assert edges(house)["promised_at"]["passed"] is True
    assert edges(house, Role.SUPPLIER)["closable_at"]["then_zh"].startswith("订单可关闭")


def test_the_silence_of_a_receipt_counts_from_its_report(house: House) -> None:
    stocked(house)
    delivered(house)
    order = house.get(Role.BUYER, "/orders/PO-2026-00001").json()
    (delivery,) = order["goods"]
    (report,) = house.get(Role.AUDITOR, "/documents", type="receipt_attestation").json()["items"]
    silent = [edge for edge in work(house, Role.BUYER)["edges"] if edge["name"] == "silence_end"]
    assert delivery["status"] == "INSPECTED"
    assert [edge["at"] for edge in silent] == [report["at"] + order["order"]["silence_seconds"]]


@pytest.mark.sqlite("the same states; each list is read on both databases elsewhere")
def test_what_time_will_do_is_told_for_everything_under_way_and_every_path_answers(
    new_engine: NewEngine,
) -> None:
    house = opened(new_engine(with_everything), "supplier")
    kinds = {edge["kind"] for edge in work(house, Role.AUDITOR)["edges"]}
    assert kinds >= {"order", "group", "bet", "claim"}
    for role in Role:
        told = work(house, role)
        for each in (*told["tasks"], *told["edges"]):
            assert house.get(role, each["path"]).status_code == 200, (role, each)
        assert told["edges"] == sorted(told["edges"], key=lambda edge: (edge["at"], edge["about"]))
        if role in PARTNERS:
            own = {each["number"] for each in house.get(role, "/orders").json()["items"]}
            assert {e["about"] for e in told["edges"] if e["kind"] == "order"} <= own


def test_a_group_that_is_opened_while_work_is_read_is_told_and_no_error(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a list names later than another snapshot began is not in that one."""
    read = my_work.groups.list_groups

    def opened_meanwhile(**asked: Any) -> Any:
        open_groups(house)
        return read(**asked)

    monkeypatch.setattr(my_work.groups, "list_groups", opened_meanwhile)
    told = house.get(Role.AUDITOR, "/work")
    assert told.status_code == 200, told.text
    assert "GRP-2026-00001" in {each["about"] for each in told.json()["edges"]}


def test_what_follows_is_said_in_both_languages() -> None:
    for name, (english, chinese) in time.THEN.items():
        assert english.endswith("."), name
        assert chinese.endswith("。"), name
        assert not chinese.isascii(), name
