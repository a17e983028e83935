"""Sales and reviews over HTTP: who sells, who is shown prices and who costs, and names and texts that can be erased."""

from __future__ import annotations

from typing import Any

import pytest

from erp.kernel.roles import Role

from .house import House
from .test_attachments import stored
from .test_problems import problem

NAME, TEXT = "Li Na of Hefei", "the oven hums all night"
DAY = 86_400


@pytest.fixture(autouse=True)
def shop(house: House) -> None:
    """Stock to sell, and a customer with a limit."""
    house.post(Role.PLANNER, "/items", {"code": "OVEN", "name": "Oven", "unit": "piece"})
    house.told(
        Role.FINANCE, "/stock-openings",
        {"entity": "HEFEI", "item": "OVEN", "quantity": 100, "value_minor": 600_077, "kind": "finished"},
    )  # fmt: skip
    made = house.post(Role.SALES, "/customers", {"code": "C-1", "kind": "person", "name": NAME})
    assert made.status_code == 201, made.text
    limit = {"customer": "C-1", "limit_minor": 1_000_000}
    assert house.post(Role.FINANCE, "/credit-limits", limit).status_code == 201


def order(house: House, **changed: Any) -> dict[str, Any]:
    stated = {
        "entity": "HEFEI", "customer": "C-1", "item": "OVEN", "kind": "goods", "quantity": 10, "net_minor": 123_400,
        "tax_bps": 1_300, "payment_seconds": 30 * DAY, "promised_at": house.clock.now + DAY,
    }  # fmt: skip
    answer = house.post(Role.SALES, "/sales-orders", stated | changed)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def delivered(house: House, **changed: Any) -> str:
    number = order(house, **changed)["document"]["number"]
    sent = house.post(Role.WAREHOUSE, "/sales-despatches", {"sales_order": number})
    assert sent.status_code == 201, sent.text
    told = {"sales_order": number, "delivered_at": house.clock.now}
    assert house.post(Role.SALES, "/sales-deliveries", told).status_code == 201
    return str(number)


def erase(house: House, number: str) -> None:
    """What is attached to a document is erased; its bytes are nowhere any more."""
    (side,) = house.get(Role.ADMIN, f"/documents/{number}/attachments").json()["items"]
    assert side["personal"]
    erased = house.post(
        Role.ADMIN, "/side-data-erasures", {"attachment": side["number"], "reason": "asked for"}
    )
    assert erased.status_code == 201, erased.text
    assert house.get(Role.SERVICE, f"/attachments/{side['number']}").status_code == 404


def test_a_sale_from_order_to_money(house: House) -> None:
    number = delivered(house)
    sale = house.get(Role.FINANCE, f"/sales-orders/{number}").json()
    assert (sale["status"], sale["owed_minor"], sale["cost_minor"]) == (
        "DELIVERED",
        139_442,
        60_007,
    )
    money = {"sales_order": number, "amount_minor": 139_442, "received_at": house.clock.now}
    paid = house.post(Role.FINANCE, "/customer-receipts", money | {"bank_ref": "b-1"})
    assert paid.status_code == 201
    again = house.post(Role.FINANCE, "/customer-receipts", money | {"bank_ref": "b-2"})
    problem(again, 409, "wrong-status")
    back = {"sales_order": number, "quantity": 1, "good": 1, "reason": "it hums"}
    assert house.post(Role.SERVICE, "/sales-returns", back).status_code == 201
    refund = house.post(
        Role.FINANCE, "/customer-refunds", {"sales_order": number, "amount_minor": 13_944}
    )
    assert refund.status_code == 201, refund.text
    (customer,) = house.get(Role.SALES, "/customers").json()["items"]
    assert (customer["owing_minor"], customer["score_bps"]) == (0, 8_244)


def test_a_hold_is_among_the_follow_ups_and_finance_alone_releases(house: House) -> None:
    held = order(house, net_minor=900_000)
    assert [one["type"] for one in held["follow_ups"]] == ["sales_hold"]
    told = {"sales_order": held["document"]["number"], "reason": "known to us"}
    assert house.post(Role.SALES, "/sales-releases", told).status_code == 403
    assert house.post(Role.FINANCE, "/sales-releases", told).status_code == 201
    (waiting,) = house.get(Role.SALES, "/sales-orders", status="CONFIRMED").json()["items"]
    assert waiting["number"] == told["sales_order"]


def test_who_sells_is_shown_prices_and_no_costs_and_the_dock_neither(house: House) -> None:
    number = delivered(house)
    shown = {
        role: house.get(role, f"/sales-orders/{number}").json()
        for role in (Role.SALES, Role.WAREHOUSE, Role.SERVICE, Role.FINANCE)
    }
    assert [shown[role]["net_minor"] for role in shown] == [123_400, None, None, 123_400]
    assert [shown[role]["cost_minor"] for role in shown] == [None, None, None, 60_007]
    listed = house.get(Role.SALES, "/documents", type="sales_delivery").json()["items"][0]
    assert listed["entries"] is None
    assert listed["fields"]["net_minor"] == 123_400
    assert "booked_cost_minor" not in listed["fields"]


def test_a_node_sees_its_own_sales_alone(house: House) -> None:
    number = delivered(house)
    problem(house.get(Role.NODE, f"/sales-orders/{number}"), 404, "unknown-sales-order")
    for query in ({}, {"entity": "HEFEI"}):
        assert house.get(Role.NODE, "/sales-orders", **query).json()["items"] == []
    headers = {"Authorization": f"Bearer {house.token('hefei-node', Role.NODE, 'HEFEI')}"}
    (own,) = house.client.get("/sales-orders", headers=headers).json()["items"]
    assert (own["number"], own["net_minor"], own["cost_minor"]) == (number, 123_400, 60_007)
    assert house.get(Role.NODE, "/customers").status_code == 403


def test_a_customers_name_and_a_reviews_text_can_be_erased(house: House) -> None:
    number = delivered(house)
    said = {"sales_order": number, "score_bps": 2_000, "text": TEXT}
    made = house.post(Role.SERVICE, "/reviews", said)
    assert made.status_code == 201, made.text
    document = made.json()["document"]
    assert TEXT not in made.text
    assert document["fields"]["text_bytes"] == len(TEXT)
    (side,) = house.get(Role.SERVICE, f"/documents/{document['number']}/attachments").json()[
        "items"
    ]
    assert side["digest"] == document["fields"]["text_digest"]
    assert house.get(Role.SERVICE, f"/attachments/{side['number']}").text == TEXT
    erase(house, document["number"])
    erase(house, house.get(Role.SALES, "/customers").json()["items"][0]["number"])
    kept = stored(house)
    assert TEXT.encode() not in kept
    assert NAME.encode() not in kept
    (listed,) = house.get(Role.SALES, "/reviews").json()["items"]
    assert (listed["score_bps"], listed["weight_minor"]) == (2_000, 123_400)


def test_a_review_is_told_by_service_and_a_node_reads_what_is_said_of_it(house: House) -> None:
    number = delivered(house)
    said = {"sales_order": number, "score_bps": 2_000}
    assert house.post(Role.SALES, "/reviews", said).status_code == 403
    assert house.post(Role.SERVICE, "/reviews", said).status_code == 201
    problem(house.post(Role.SERVICE, "/reviews", said), 409, "reviewed-before")
    problem(house.post(Role.SERVICE, "/reviews", said | {"role_id": 1}), 409, "not-in-a-group")
    assert house.get(Role.NODE, "/reviews").json()["items"] == []
    pay = {"entity": "HEFEI", "person": "P-1", "month": "2026-05", "base_minor": 100_000}
    assert house.post(Role.FINANCE, "/review-pays", pay).status_code == 201
    (row,) = house.get(Role.FINANCE, "/review-pays/HEFEI").json()["items"]
    assert (row["person"], row["amount_minor"]) == ("P-1", 20_000)


def test_bad_debts_are_provided_for_and_read_by_the_books(house: House) -> None:
    delivered(house)
    house.clock.now += 31 * DAY
    assert house.post(Role.FINANCE, "/bad-debt-provisions", {"entity": "HEFEI"}).status_code == 201
    (row,) = house.get(Role.AUDITOR, "/bad-debt-provisions/HEFEI").json()["items"]
    # one day late: 2,000 × (10,000 − 8,219) ÷ 10,000 = 356 bps of 1,394.42, up
    assert (row["owed_minor"], row["amount_minor"]) == (139_442, 4_965)
    assert house.get(Role.SALES, "/bad-debt-provisions/HEFEI").status_code == 403


def test_a_week_far_above_the_weeks_before_is_a_signal(house: House) -> None:
    order(house, quantity=1, net_minor=100)
    house.clock.now += 8 * DAY
    order(house, quantity=1, net_minor=100)
    house.clock.now += 1
    told = house.get(Role.SALES, "/sales-signals").json()
    assert told["at"] == house.clock.now
    assert told["signals"] == [{"entity": "HEFEI", "item": "OVEN", "week": 1, "weeks_before": 1}]
    assert house.get(Role.NODE, "/sales-signals").json()["signals"] == []
    early = house.get(Role.SALES, "/sales-signals", at=house.clock.now - DAY).json()
    assert early["signals"] == []
