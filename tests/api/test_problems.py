"""Every error is a problem detail that tells what was wrong, and never more than it may."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from erp.api import carry_out
from erp.api.settings import MAX_BODY_BYTES, Settings
from erp.app import create_app
from erp.kernel.roles import Role
from tests.databases import shorten_waits, writer_at_work

from .house import House

MEMBERS = {"type", "title", "status", "detail", "instance"}


def problem(answer: Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body.keys() >= MEMBERS
    assert body["type"] == f"urn:interlock:problem:{code}"
    assert body["status"] == status
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (10.5, "got a float"),
        (10.0, "got a float"),
        ("1050", "got a string"),
        (True, "got a boolean"),
        (None, "got null"),
        ([1], "got a list"),
    ],
)
def test_money_that_is_no_whole_number_of_minor_units_is_refused(
    house: House, amount: object, told: str
) -> None:
    answer = house.post(
        Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": amount}
    )
    body = problem(answer, 422, "validation-failed")
    assert body["errors"][0]["field"] == "body.amount_minor"
    assert "10.50 is sent as 1050" in body["errors"][0]["message"]
    assert told in body["errors"][0]["message"]


@pytest.mark.parametrize("amount", [0, -1, 10**15, 2**63, 10**4000])
def test_money_out_of_bounds_is_refused(house: House, amount: int) -> None:
    answer = house.post(
        Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": amount}
    )
    assert problem(answer, 422, "validation-failed")["errors"][0]["field"] == "body.amount_minor"


def test_each_wrong_field_is_named(house: House) -> None:
    answer = house.post(Role.ADMIN, "/parties", {"code": "!", "kind": "friend", "shoe_size": 43})
    body = problem(answer, 422, "validation-failed")
    assert {fault["field"] for fault in body["errors"]} == {
        "body.code",
        "body.name",
        "body.kind",
        "body.account",
        "body.shoe_size",
    }


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"entity": ', "application/json", 422),
        (b"\xff\xff", "application/json", 400),
        (b'{"entity":"HEFEI","amount_minor":' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"entity":"HEFEI","amount_minor":NaN}', "application/json", 422),
        (b'{"entity":"\\ud800","amount_minor":1}', "application/json", 422),
        (b"amount=1", "application/x-www-form-urlencoded", 422),
        (b"{}", "text/plain", 422),
        (b"", "application/json", 422),
        (b"null", "application/json", 422),
        (b"[]", "application/json", 422),
    ],
)
def test_a_body_that_is_no_command_is_refused(
    house: House, content: bytes, kind: str, status: int
) -> None:
    headers = house.headers(Role.FINANCE) | {"Content-Type": kind, "Idempotency-Key": "k"}
    answer = house.client.post("/capital-contributions", content=content, headers=headers)
    code = {400: "bad-request", 422: "validation-failed"}[status]
    assert problem(answer, status, code)["instance"] == "/capital-contributions"


def test_a_body_nested_beyond_reason_is_refused(house: House) -> None:
    headers = house.headers(Role.FINANCE) | {
        "Content-Type": "application/json",
        "Idempotency-Key": "k",
    }
    content = b"[" * 30_000 + b"]" * 30_000
    answer = house.client.post("/capital-contributions", content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_nul_character_is_refused(house: House) -> None:
    answer = house.post(Role.PLANNER, "/items", {"code": "A", "name": "a\0b", "unit": "piece"})
    assert problem(answer, 422, "validation-failed")["errors"][0]["field"] == "body.name"
    answer = house.post(Role.BUYER, "/order-close-requests", {"order": "PO\0"})
    assert problem(answer, 422, "text-not-storable")["field"] == "body.order"


def test_an_unknown_path_and_a_wrong_method_are_problems(house: House) -> None:
    problem(house.get(Role.ADMIN, "/nothing"), 404, "no-such-route")
    wrong = house.client.delete("/documents")
    problem(wrong, 405, "method-not-allowed")
    assert "GET" in wrong.headers["allow"]


def test_a_rule_that_says_no_tells_its_facts(house: House) -> None:
    house.post(Role.PLANNER, "/items", {"code": "STEEL", "name": "Steel", "unit": "sheet"})
    opening = {"entity": "HEFEI", "item": "STEEL", "quantity": 5, "value_minor": 500}
    house.told(Role.FINANCE, "/stock-openings", opening)
    issue = {"entity": "HEFEI", "item": "STEEL", "quantity": 6, "purpose": "production"}
    body = problem(house.post(Role.WAREHOUSE, "/goods-issues", issue), 409, "insufficient-stock")
    assert (body["on_hand"], body["asked"], body["item"]) == (5, 6, "STEEL")
    assert body["title"] == "Insufficient stock"
    unknown = house.post(Role.WAREHOUSE, "/goods-issues", issue | {"item": "GOLD"})
    told = problem(unknown, 409, "unknown-item")
    assert (told["key"], told["field"]) == ("GOLD", "body.item")


def test_a_large_body_is_refused_whether_declared_or_not(house: House) -> None:
    headers = house.headers(Role.FINANCE) | {
        "Content-Type": "application/json",
        "Idempotency-Key": "k",
    }

    def parts() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1024 + 1):
            yield b" " * 1024

    declared = house.client.post(
        "/capital-contributions", content=b" " * (MAX_BODY_BYTES + 1), headers=headers
    )
    assert problem(declared, 413, "body-too-large")["max_bytes"] == MAX_BODY_BYTES
    undeclared = house.client.post("/capital-contributions", content=parts(), headers=headers)
    problem(undeclared, 413, "body-too-large")


def test_a_bug_is_logged_with_its_traceback_and_told_to_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr(carry_out, "execute_many", broken)
    with caplog.at_level(logging.ERROR, logger="erp.api"):
        answer = house.post(
            Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": 1}, "k-1"
        )
    body = problem(answer, 500, "internal-error")
    assert "secret" not in answer.text
    assert body["incident"] in caplog.text
    assert "ZeroDivisionError: the secret of the house" in caplog.text
    monkeypatch.undo()
    repaired = house.post(
        Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": 1}, "k-1"
    )
    assert repaired.status_code == 201


def test_a_busy_database_asks_to_come_again_and_readers_never_wait(house: House) -> None:
    shorten_waits(house.engine)
    with writer_at_work(house.engine):
        answer = house.post(
            Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": 1}, "k-1"
        )
        reading = house.get(Role.FINANCE, "/documents")
    problem(answer, 503, "database-busy")
    assert int(answer.headers["retry-after"]) > 0
    assert reading.status_code == 200
    later = house.post(
        Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": 1}, "k-1"
    )
    assert later.status_code == 201


def test_problem_bodies_are_json_even_for_strange_facts(house: House) -> None:
    answer = house.get(Role.AUDITOR, "/documents/%00%ff")
    assert answer.status_code in {404, 422}
    json.loads(answer.content)


@pytest.mark.parametrize("size", [0, -1, 10**9])
def test_a_body_bound_out_of_range_is_refused(house: House, size: int) -> None:
    with pytest.raises(ValueError, match="max_body_bytes"):
        Settings(house.engine, max_body_bytes=size)


def test_a_database_that_is_away_asks_to_come_again() -> None:
    app = create_app(Settings("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    answer = TestClient(app, raise_server_exceptions=False).get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:interlock:problem:database-busy"
    assert "nobody" not in answer.text
