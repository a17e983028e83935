"""What a request names and is not there is refused on every route, and the nearest that there is is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from erp.api.nearest import nearest
from erp.api.references import MAX_LOOKED_AT, place_of
from erp.api.routes import ACCESS, PUBLIC, WRITES
from erp.kernel.roles import Role
from erp.rooms import OPERATIONS

from .house import House
from .test_problems import problem


def operations(house: House) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Verb, path and query parameters of every route of the OpenAPI document."""
    for path, by in house.app.openapi()["paths"].items():
        for verb, told in by.items():
            parameters = told.get("parameters", [])
            yield verb.upper(), path, [each for each in parameters if each["in"] == "query"]


def asked(house: House, verb: str, path: str, query: str) -> Any:
    """The answer to somebody who may use the route, asked with a query; nothing that its path names is there."""
    roles = ACCESS.get((verb, path), {Role.AUDITOR})
    for name in ("order", "tender", "auction", "claim", "bet", "group", "redemption", "token"):
        path = path.replace(f"{{{name}}}", "1")
    place = path.replace("{role}", "1").replace("{row}", "2.2").replace("{entity}", "HEFEI")
    headers = house.headers(min(roles)) | {"Idempotency-Key": "never-used"}
    return house.client.request(
        verb, f"{place.replace('{number}', 'X-1')}?{query}", headers=headers
    )


def choices(house: House, schema: dict[str, Any]) -> list[str]:
    """The values of a parameter that takes one of some; none when it takes others."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return choices(house, house.app.openapi()["components"]["schemas"][name])
    parts = [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    found = next((values for part in parts if (values := choices(house, part))), [])
    return found or [each for each in schema.get("enum", []) if isinstance(each, str)]


def test_every_route_refuses_a_parameter_that_it_does_not_take_and_names_the_nearest(
    door: House,
) -> None:
    seen = set()
    for verb, path, parameters in operations(door):
        body = problem(asked(door, verb, path, "stauts=1"), 422, "unknown-parameter")
        names = sorted(each["name"] for each in parameters)
        assert body["known"] == names, path
        for name in names:
            wrong = problem(asked(door, verb, path, f"{name}s=1"), 422, "unknown-parameter")
            assert wrong["nearest"] == {f"{name}s": name}, path
            assert repr(name) in wrong["detail"]
        seen.add((verb, path))
    assert seen == ACCESS.keys() | PUBLIC


def test_every_choice_of_a_parameter_that_is_misspelt_is_refused_and_the_nearest_is_named(
    door: House,
) -> None:
    chosen = 0
    for verb, path, parameters in operations(door):
        for parameter in parameters:
            for value in choices(door, parameter["schema"]):
                query = f"{parameter['name']}={value}x"
                body = problem(asked(door, verb, path, query), 422, "validation-failed")
                assert repr(value) in body["errors"][0]["message"], (path, query)
                chosen += 1
    assert chosen > 100


def test_every_parameter_of_one_value_is_refused_when_it_comes_twice(door: House) -> None:
    refused = 0
    for verb, path, parameters in operations(door):
        for parameter in parameters:
            schema = parameter["schema"]
            if "array" in {each.get("type") for each in [schema, *schema.get("anyOf", [])]}:
                continue
            name = parameter["name"]
            answer = asked(door, verb, path, f"{name}=1&{name}=2")
            assert problem(answer, 422, "repeated-parameter")["parameter"] == name, path
            refused += 1
    assert refused > 50


def test_no_write_is_answered_with_404_whatever_its_body_names(house: House) -> None:
    named = 0
    for write in WRITES:
        for role in OPERATIONS[write.command].roles:
            answer = house.post(role, write.path, write.example)
            assert answer.status_code in {201, 409}, (write.path, answer.text)
            if "field" in answer.json():
                named += 1
    assert named > 40


def test_what_a_query_names_and_is_not_there_is_422_and_what_a_path_names_404(door: House) -> None:
    asked_for = door.get(Role.FINANCE, "/statements/win-win", group="GRP-2026-00009")
    assert problem(asked_for, 422, "unknown-group")["field"] == "query.group"
    problem(door.get(Role.FINANCE, "/groups/GRP-2026-00009/cockpit"), 404, "unknown-group")


def test_a_command_of_another_name_is_refused_and_the_nearest_is_named(door: House) -> None:
    body = {"mode": "each", "commands": [{"command": "IssueStok", "fields": {}}]}
    answer = door.post(Role.WAREHOUSE, "/batches", body)
    assert "did you mean 'IssueStock'?" in problem(answer, 422, "validation-failed")["detail"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("stauts", "status"), ("STATUS", "status"), ("limits", "limit"), ("zzz", None), ("", None)],
)
def test_the_nearest_name_is_one_that_resembles(name: str, meant: str | None) -> None:
    assert nearest(name, ["after", "limit", "status"]) == meant


def test_a_place_is_the_first_value_that_is_the_key_and_the_search_has_an_end() -> None:
    body = {"a": [True, {"b": "x"}], "c": 7, "d": "7"}
    assert place_of("x", body, "body") == "body.a.1.b"
    assert place_of("7", body, "body") == "body.c"
    assert place_of("True", body, "body") is None
    assert place_of("x", {"a": ["y"] * MAX_LOOKED_AT + ["x"]}, "body") is None
