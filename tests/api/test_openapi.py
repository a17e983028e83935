"""The API describes itself: every route, every problem it may answer with."""

from __future__ import annotations

import re
from typing import Any

import pytest

from erp.api.problems import PROBLEM_TYPE
from erp.api.routes import ACCESS, ASKS, PUBLIC, WRITES

from .house import House

BYTES = {  # answers that are no JSON, and what they are
    "/attachments/{number}": "*/*",
    "/events": "text/event-stream",
    "/statements/win-win.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "/statements/win-win.html": "text/html",
    "/statements/win-win.pdf": "application/pdf",
}


Operations = list[tuple[str, str, dict[str, Any]]]

pytestmark = pytest.mark.sqlite("the description knows of no database")


@pytest.fixture(scope="module")
def document(door: House) -> dict[str, Any]:
    """The description, asked for once."""
    told: dict[str, Any] = door.client.get("/openapi.json").json()
    return told


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> Operations:
    """Each verb and path, and what is told of it."""
    paths = document["paths"]
    return [(verb.upper(), path, told) for path, by in paths.items() for verb, told in by.items()]


def test_each_route_is_described_and_each_description_is_a_route(operations: Operations) -> None:
    assert {(verb, path) for verb, path, _ in operations} == ACCESS.keys() | PUBLIC


def test_each_route_has_words_an_owner_and_its_own_name(operations: Operations) -> None:
    for _, path, told in operations:
        assert told["summary"], path
        assert len(told["description"]) > 20, path
        assert len(told["tags"]) == 1, path
    names = [told["operationId"] for _, _, told in operations]
    assert len(names) == len(set(names))


def test_each_route_describes_its_answer(operations: Operations) -> None:
    for verb, path, told in operations:
        writes = verb == "POST" and (verb, path) not in ASKS
        answer = told["responses"]["201" if writes else "200"]
        if path in BYTES:
            assert answer["content"].keys() == {BYTES[path]}, path
        else:
            assert answer["content"]["application/json"]["schema"].get("$ref"), path


def test_each_route_documents_its_problems(operations: Operations) -> None:
    for verb, path, told in operations:
        responses = told["responses"]
        refusals = {status for status in responses if status >= "400"}
        expected = {"503"} if (verb, path) in PUBLIC else {"401", "403", "422", "500", "503"}
        expected |= {"409", "413"} if verb == "POST" and (verb, path) not in ASKS else set()
        assert expected <= refusals, path
        for status in refusals:
            schema = responses[status]["content"][PROBLEM_TYPE]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}


def test_each_protected_route_asks_for_a_token(operations: Operations) -> None:
    for verb, path, told in operations:
        assert ("security" in told) == ((verb, path) not in PUBLIC), path


def test_each_write_takes_a_key_and_shows_an_example_that_is_valid(operations: Operations) -> None:
    for verb, path, told in operations:
        if verb == "POST" and (verb, path) not in ASKS:
            header = next(part for part in told["parameters"] if part["in"] == "header")
            assert header["name"] == "Idempotency-Key", path
            assert header["required"] is True, path
            assert told["requestBody"]["content"]["application/json"]["examples"], path
    for write in WRITES:
        write.body.model_validate(write.example)


def test_no_reference_of_the_description_dangles(document: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    def references(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(part) for part in node.values()))
        if isinstance(node, list):
            return set().union(*(references(part) for part in node))
        return set()

    assert references(document) <= known


def test_the_documentation_page_needs_no_internet(house: House) -> None:
    page = house.client.get("/docs")
    assert page.status_code == 200
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"", page.text)
    assert addresses
    for address in addresses:
        assert address.startswith("/")
        assert house.client.get(address).status_code == 200


def test_d16_no_write_fixes_an_idempotency_key_for_generated_clients(
    operations: Operations,
) -> None:
    for verb, path, told in operations:
        if verb == "POST" and (verb, path) not in ASKS:
            header = next(part for part in told["parameters"] if part["in"] == "header")
            fixed = {"example", "examples", "default"}
            assert not fixed & (header.keys() | header["schema"].keys()), path


def test_d16_each_write_documents_the_422_of_keys_and_fields_beside_the_409_of_rules(
    operations: Operations,
) -> None:
    for verb, path, told in operations:
        if verb == "POST" and (verb, path) not in ASKS:
            assert "rule" in told["responses"]["409"]["description"], path
            assert "field" in told["responses"]["422"]["description"], path
            assert "`Idempotency-Key`" in told["responses"]["422"]["description"], path
