"""Every problem is told in the language that the request prefers, and its code, facts and status are the same in both."""

from __future__ import annotations

import re
from typing import Any

import pytest

from erp.api import errors, words
from erp.api.problems import HTTP_CODES
from erp.kernel.roles import Role

from .house import House

CHINESE = re.compile(r"[\u4e00-\u9fff]")
DETAILS = {"detail", "errors"}


def codes(kind: type[errors.ApiError] = errors.ApiError) -> set[str]:
    """The codes of what the API itself refuses."""
    own = (
        {kind.code}
        if "code" in vars(kind)
        and kind is not errors.ApiError
        and kind.__module__.startswith("erp.api")
        else set()
    )
    return own.union(*(codes(each) for each in kind.__subclasses__()))


def asked(house: House, method: str, path: str, language: str, **request: Any) -> Any:
    headers = request.pop("headers", house.headers(Role.WAREHOUSE))
    headers = headers | {"Accept-Language": language, "Idempotency-Key": "k"}
    return house.client.request(method, path, headers=headers, **request)


REQUESTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/documents", {"headers": {}}),
    ("GET", "/budgets", {}),
    ("GET", "/nothing", {}),
    ("DELETE", "/documents", {}),
    ("GET", "/documents?tpye=payment", {}),
    ("GET", "/documents?limit=1&limit=2", {}),
    ("GET", "/documents?limit=0", {}),
    ("GET", "/documents?after=1|2", {}),
    ("GET", "/documents/NO-1", {}),
    ("POST", "/goods-issues", {"json": {"entity": "HEFEI", "quantity": 1.5, "shoe": 43}}),
    ("POST", "/goods-issues", {"content": b"{", }),
    ("POST", "/goods-issues", {"content": b" " * 70_000}),
    (
        "POST",
        "/goods-issues",
        {"json": {"entity": "HEFEI", "item": "GOLD", "quantity": 1, "purpose": "production"}},
    ),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path", "request_"), REQUESTS, ids=lambda each: str(each)[:40])
def test_a_problem_is_told_in_the_language_that_is_preferred_and_is_the_same_otherwise(
    door: House, method: str, path: str, request_: dict[str, Any]
) -> None:
    english = asked(door, method, path, "en", **request_)
    chinese = asked(door, method, path, "fr, en;q=0.5, zh-CN;q=0.9", **request_)
    assert english.status_code == chinese.status_code >= 400
    assert (english.headers["content-language"], chinese.headers["content-language"]) == (
        "en",
        "zh",
    )
    assert "Accept-Language" in chinese.headers["vary"]
    told, said = english.json(), chinese.json()
    assert not CHINESE.search(told["detail"])
    assert CHINESE.search(said["detail"]), said
    assert {n: v for n, v in told.items() if n not in DETAILS} == {
        n: v for n, v in said.items() if n not in DETAILS
    }


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh", "zh"), ("zh-TW,en;q=0.9", "zh"), ("en,zh", "en"), ("", "en"), ("fr", "en"), ("en;q=0.1, zh;q=0.2", "zh"),
        ("zh;q=0", "en"), ("zh;q=x", "en"), (";;,,", "en"), ("zh" * 500, "en"),
    ],
)  # fmt: skip
def test_the_header_is_read_as_browsers_write_it(door: House, header: str, language: str) -> None:
    assert asked(door, "GET", "/nothing", header).headers["content-language"] == language


def test_all_that_the_api_refuses_has_its_chinese() -> None:
    wanted = codes() | set(HTTP_CODES.values()) | {"database-busy", "internal-error"}
    missing = wanted - words.texts().keys()
    assert missing <= {"validation-failed"}, missing
    for text in words.texts().values():
        assert CHINESE.search(text)


def test_long_answers_are_zipped_for_who_takes_it(door: House) -> None:
    zipped = door.client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    plain = door.client.get("/openapi.json", headers={"Accept-Encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content
    assert int(zipped.headers["content-length"]) < len(plain.content) / 5
