"""One request, one effect: however often it is sent, and however many at once."""

from __future__ import annotations

import json
import threading

from sqlalchemy import text

from erp.api.idempotency import prune
from erp.api.settings import SECONDS_PER_DAY
from erp.database import transaction
from erp.kernel.roles import Role

from .house import House

CAPITAL = {"entity": "HEFEI", "amount_minor": 5_000_000}


def documents(house: House, kind: str = "proposal") -> int:
    with transaction(house.engine) as session:
        found = session.execute(
            text("SELECT count(*) FROM document_log WHERE type = :kind"), {"kind": kind}
        )
        return int(found.scalar_one())


def test_a_repeated_request_gets_the_first_answer_and_writes_nothing(house: House) -> None:
    first = house.post(Role.FINANCE, "/capital-contributions", CAPITAL, "k-1")
    house.clock.now += 60
    again = house.post(Role.FINANCE, "/capital-contributions", CAPITAL, "k-1")
    assert first.status_code == again.status_code == 201
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    assert documents(house) == 1


def test_the_same_meaning_in_other_spacing_is_the_same_request(house: House) -> None:
    house.post(Role.FINANCE, "/capital-contributions", CAPITAL, "k-1")
    again = house.client.post(
        "/capital-contributions",
        content=json.dumps(dict(reversed(CAPITAL.items())), indent=4),
        headers=house.headers(Role.FINANCE)
        | {"Idempotency-Key": "k-1", "Content-Type": "application/json"},
    )
    assert again.headers["idempotency-replayed"] == "true"


def test_a_key_used_for_another_body_is_refused(house: House) -> None:
    house.post(Role.FINANCE, "/capital-contributions", CAPITAL, "k-1")
    other = house.post(Role.FINANCE, "/capital-contributions", CAPITAL | {"amount_minor": 1}, "k-1")
    assert other.status_code == 422
    assert other.json()["type"] == "urn:interlock:problem:idempotency-key-reused"
    assert other.json()["idempotency_key"] == "k-1"
    assert documents(house) == 1


def test_a_key_used_on_another_route_is_refused(house: House) -> None:
    house.post(Role.FINANCE, "/capital-contributions", CAPITAL, "k-1")
    other = house.post(Role.FINANCE, "/budget-approvals", CAPITAL, "k-1")
    assert other.status_code == 422
    assert documents(house) == 1


def test_keys_of_two_tokens_never_meet(house: House) -> None:
    item = {"code": "STEEL", "name": "Steel", "unit": "sheet"}
    assert house.post(Role.PLANNER, "/items", item, "k-1").status_code == 201
    other = house.post(Role.ADMIN, "/items", item | {"code": "COPPER"}, "k-1")
    assert other.status_code == 201
    assert documents(house, "item") == 2


def test_a_refused_request_is_judged_again_under_its_key(house: House) -> None:
    issue = {"entity": "HEFEI", "item": "STEEL", "quantity": 1, "purpose": "production"}
    assert house.post(Role.WAREHOUSE, "/goods-issues", issue, "k-1").status_code == 409
    house.post(Role.PLANNER, "/items", {"code": "STEEL", "name": "Steel", "unit": "sheet"})
    opening = {"entity": "HEFEI", "item": "STEEL", "quantity": 5, "value_minor": 500}
    assert house.told(Role.FINANCE, "/stock-openings", opening).status_code == 201
    assert house.post(Role.WAREHOUSE, "/goods-issues", issue, "k-1").status_code == 201


def test_a_write_without_a_key_is_refused(house: House) -> None:
    answer = house.client.post(
        "/capital-contributions", json=CAPITAL, headers=house.headers(Role.FINANCE)
    )
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["header.Idempotency-Key"]
    assert documents(house) == 0


def test_many_at_once_with_one_key_have_one_effect(house: House) -> None:
    answers: list[tuple[int, bytes, bool]] = []

    def send() -> None:
        answer = house.post(Role.FINANCE, "/capital-contributions", CAPITAL, "k-1")
        replayed = "idempotency-replayed" in answer.headers
        answers.append((answer.status_code, answer.content, replayed))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _, _ in answers} == {201}
    assert len({content for _, content, _ in answers}) == 1
    assert sorted(replayed for _, _, replayed in answers) == [False] + [True] * 7
    assert documents(house) == 1


def test_pruning_forgets_old_answers_and_no_document(house: House) -> None:
    house.post(Role.FINANCE, "/capital-contributions", CAPITAL, "old")
    house.clock.now += 10 * SECONDS_PER_DAY
    house.post(Role.FINANCE, "/capital-contributions", CAPITAL, "new")
    with transaction(house.engine) as session:
        assert prune(session, house.clock.now - SECONDS_PER_DAY) == 1
        assert prune(session, house.clock.now - SECONDS_PER_DAY) == 0
    assert documents(house) == 2
    kept = house.post(Role.FINANCE, "/capital-contributions", CAPITAL, "new")
    assert kept.headers["idempotency-replayed"] == "true"
