"""The door of the API: who asks is settled first, and what is sent and asked is read strictly."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from httpx import Response
from sqlalchemy import text
from sqlalchemy.orm import Session

from erp.api.routes import ACCESS, PUBLIC, documents
from erp.api.strict_json import StrictRequest
from erp.database import upgrade
from erp.kernel.roles import Role

from .house import House
from .test_access import BEFORE_ANY_ROW, filled
from .test_problems import problem

BROKEN = b'{"code": '
WRITES = sorted(path for method, path in ACCESS if method == "POST")
PATHS = sorted({path for _, path in ACCESS.keys() | PUBLIC})
READS = sorted(path for method, path in ACCESS.keys() | PUBLIC if method == "GET")


def sent(house: House, path: str, content: bytes, headers: Mapping[str, str]) -> Response:
    """A POST of bytes that claim to be JSON."""
    kind = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    return house.client.post(path, content=content, headers={**headers, **kind})


# ---- D14: who asks is settled before the body is read


@BEFORE_ANY_ROW
@pytest.mark.parametrize("path", WRITES)
def test_d14_a_broken_body_of_a_stranger_is_answered_401(door: House, path: str) -> None:
    problem(sent(door, path, BROKEN, {}), 401, "unauthenticated")
    wrong = {"Authorization": "Bearer erp_wrong"}
    problem(sent(door, path, BROKEN, wrong), 401, "unauthenticated")


@BEFORE_ANY_ROW
@pytest.mark.parametrize("path", WRITES)
def test_d14_a_broken_body_of_a_wrong_role_is_answered_403(door: House, path: str) -> None:
    for role in set(Role) - ACCESS["POST", path]:
        answer = sent(door, path, BROKEN, door.headers(role))
        assert problem(answer, 403, "forbidden")["role"] == role


def test_d14_a_broken_body_of_the_right_role_is_answered_422(house: House) -> None:
    answer = sent(house, "/items", BROKEN, house.headers(Role.PLANNER))
    problem(answer, 422, "validation-failed")


def test_d14_the_body_of_a_stranger_is_not_parsed_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[object] = []
    whole = StrictRequest.json

    async def watched(request: StrictRequest) -> object:
        parsed.append(request.url.path)
        return await whole(request)

    monkeypatch.setattr(StrictRequest, "json", watched)
    sent(house, "/items", b"{}", {})
    sent(house, "/items", b"{}", house.headers(Role.WAREHOUSE))
    assert parsed == []
    sent(house, "/items", b"{}", house.headers(Role.PLANNER))
    assert parsed == ["/items"]


# ---- D12: a key that stands twice


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b'{"code":"DUP","code":"DUP2","name":"n","unit":"piece"}', "code"),
        (b'{"code":"DUP","name":"n","unit":"piece","unit":"piece"}', "unit"),
        (b'{"code":"DUP","name":"n","unit":"piece","more":{"deep":[{"x":1,"x":2}]}}', "x"),
    ],
)
def test_d12_a_key_that_stands_twice_is_refused_and_named(
    house: House, content: bytes, key: str
) -> None:
    answer = sent(house, "/items", content, house.headers(Role.PLANNER))
    fault = problem(answer, 422, "validation-failed")["errors"][0]
    assert fault["field"] == "body"
    assert f"'{key}'" in fault["message"]
    assert "twice" in fault["message"]
    assert house.get(Role.PLANNER, "/items").json()["items"] == []


def test_d12_the_same_key_in_two_objects_is_no_fault(house: House) -> None:
    content = b'{"code":"A","name":"n","unit":"piece"}'
    assert sent(house, "/items", content, house.headers(Role.PLANNER)).status_code == 201


def test_d12_a_long_key_is_not_echoed_whole(house: House) -> None:
    key = b"k" * 10_000
    content = b'{"' + key + b'":1,"' + key + b'":2}'
    answer = sent(house, "/items", content, house.headers(Role.PLANNER))
    assert len(answer.content) < 1_000
    problem(answer, 422, "validation-failed")


# ---- a text nested deep


@pytest.mark.parametrize(
    "content",
    [b'{"more":' * 33, b"[" * 33 + b"]" * 33, b'{"name":"]]]","more":' + b"[{" * 16],
    ids=["objects", "lists", "both, with brackets in a string"],
)
def test_a_deep_text_is_refused_before_the_parser_meets_it(house: House, content: bytes) -> None:
    """A library may raise Python's recursion limit; then the parser ended the process at a depth of 100,000."""
    for path in ("/items", "/batches"):
        answer = sent(house, path, content, house.headers(Role.PLANNER))
        (fault,) = problem(answer, 422, "validation-failed")["errors"]
        assert fault == {"field": "body", "message": "not valid JSON: nested deeper than 32"}


def test_brackets_within_a_string_nest_nothing(house: House) -> None:
    content = b'{"code":"A","name":"' + b'n[{\\"[' * 10 + b'","unit":"piece"}'
    assert sent(house, "/items", content, house.headers(Role.PLANNER)).status_code == 201


# ---- D13: methods of a path


def methods_of(path: str) -> set[str]:
    own = {method for method, known in ACCESS.keys() | PUBLIC if known == path}
    return own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set())


def allowed(answer: Response) -> set[str]:
    return set(answer.headers["allow"].split(", "))


@BEFORE_ANY_ROW
@pytest.mark.parametrize("path", PATHS)
def test_d13_options_lists_all_methods_of_a_path(door: House, path: str) -> None:
    answer = door.client.options(filled(path))
    assert answer.status_code == 204
    assert answer.content == b""
    assert allowed(answer) == methods_of(path)


@BEFORE_ANY_ROW
@pytest.mark.parametrize("path", PATHS)
def test_d13_a_wrong_method_is_told_all_right_ones(door: House, path: str) -> None:
    for method in {"GET", "POST", "DELETE", "PUT", "PATCH"} - methods_of(path):
        answer = door.client.request(method, filled(path))
        problem(answer, 405, "method-not-allowed")
        assert allowed(answer) == methods_of(path), method


@BEFORE_ANY_ROW
@pytest.mark.parametrize("path", READS)
def test_d13_head_is_answered_like_get_without_a_body(door: House, path: str) -> None:
    headers = door.headers(Role.AUDITOR)
    told = door.client.get(filled(path), headers=headers)
    head = door.client.head(filled(path), headers=headers)
    assert head.status_code == told.status_code
    assert head.content == b""
    for name in ("content-type", "content-length"):
        assert head.headers.get(name) == told.headers.get(name)  # a stream has no length


def test_d13_head_asks_for_the_token_and_the_role_of_get(house: House) -> None:
    assert house.client.head("/documents").status_code == 401
    headers = house.headers(Role.WAREHOUSE)
    assert house.client.head("/trial-balance", headers=headers).status_code == 403
    assert house.client.head("/goods-issues", headers=headers).status_code == 405


def test_d13_a_path_that_is_not_there_stays_not_there(house: House) -> None:
    for method in ("OPTIONS", "HEAD", "GET", "DELETE"):
        assert house.client.request(method, "/nothing").status_code == 404
    assert house.client.head("/docs").status_code == 200


# ---- low findings of the same review


@pytest.mark.parametrize("sent_as", ["1_0", "+1", "1.0", " 1", "1e1", "-1", "\u0663", ""])
@pytest.mark.parametrize("name", ["after", "limit"])
def test_an_integer_of_a_query_is_plain_digits(door: House, name: str, sent_as: str) -> None:
    answer = door.get(Role.AUDITOR, "/documents", **{name: sent_as})
    if name == "limit":
        assert problem(answer, 422, "validation-failed")["errors"][0]["field"] == "query.limit"
    elif sent_as:  # none is the beginning of a list
        assert "digits" in problem(answer, 422, "unreadable-query")["detail"]
    assert door.get(Role.AUDITOR, "/documents", **{name: "010"}).status_code == 200


def test_healthz_tells_strangers_nothing_of_the_log(house: House) -> None:
    assert house.client.get("/healthz").json() == {"status": "ok", "platform": "P1"}


def test_a_500_logs_no_parameters_of_sql(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    salt = "5a" + "17" * 31  # spelt so that the traceback's own lines do not hold it

    def broken(session: Session, *_: object) -> None:
        session.execute(text("SELECT :salt FROM nowhere"), {"salt": salt})

    monkeypatch.setattr(documents, "voided", broken)
    answer = house.get(Role.AUDITOR, "/documents")
    assert problem(answer, 500, "internal-error")["incident"] in caplog.text
    assert "nowhere" in caplog.text
    assert salt[:4] not in caplog.text


@pytest.mark.sqlite("PostgreSQL reads a table as small as this one from end to end")
def test_documents_of_a_type_are_found_by_an_index_in_sequence(house: House) -> None:
    statement = (
        "EXPLAIN QUERY PLAN SELECT * FROM document_log "
        "WHERE type IN ('payment') AND sequence > 5 ORDER BY sequence LIMIT 100"
    )
    with house.engine.connect() as connection:
        plan = str(connection.execute(text(statement)).all())
    assert "ix_document_log_type_sequence" in plan
    assert "TEMP B-TREE" not in plan


def test_a_new_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "books.db"
    before = os.umask(0o022)
    try:
        upgrade(f"sqlite:///{file}")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(found.stat().st_mode) for found in tmp_path.iterdir()} == {0o600}


def test_a_sqlite_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "books.db"
    file.touch(0o640)
    file.chmod(0o640)
    upgrade(f"sqlite:///{file}")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
