"""Schemathesis asks every route of the OpenAPI document, in process and seeded, what the document promises of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks
from sqlalchemy import text

from erp.api.routes import ACCESS, PUBLIC
from erp.database import open_engine
from erp.kernel.roles import Role
from tests.databases import Databases

from .everything import opened, with_everything
from .house import House
from .test_every_page import NAMED

SEED = 20_261_130
EXAMPLES = {
    GenerationMode.POSITIVE: 4,
    GenerationMode.NEGATIVE: 3,
}  # of each route; a minute in all
REAL = 0.7  # of the names in paths stand for what is there
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def asked(databases: Databases) -> Iterator[House]:
    """Books in which every table has rows, behind an API that is asked whatever its document allows and forbids."""
    url = databases.copy(with_everything)
    engine = open_engine(url)
    yield opened(engine, "supplier")
    engine.dispose()
    databases.drop(url)


def known(house: House) -> dict[str, list[Any]]:
    """What the names in paths stand for in these books; a name that they hold nothing of is missing."""
    with house.engine.connect() as connection:
        found = {name: list(connection.scalars(text(sql))) for name, sql in NAMED.items()}
    return {name: values for name, values in found.items() if values}


def cases(operation: Any, mode: GenerationMode, most: int) -> list[Any]:
    """At most so many requests of a route, allowed or forbidden by the document, the same for the same seed."""
    found: list[Any] = []

    @seed(SEED)
    @settings(
        max_examples=most, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def keep(case: Any) -> None:
        found.append(case)

    with suppress(Unsatisfiable):  # a route without parameters has no request that is forbidden
        keep()
    return found[:most]


@pytest.mark.sqlite("the databases differ in nothing that the document tells")
def test_every_route_keeps_what_the_document_promises_of_it(asked: House) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", asked.app)
    keys, dice, names = itertools.count(1), Random(SEED), known(asked)
    met: set[tuple[str, str]] = set()
    broken: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        route = (operation.method.upper(), operation.path)
        roles = sorted(ACCESS.get(route, {Role.AUDITOR}))
        for case in (
            each for mode, most in EXAMPLES.items() for each in cases(operation, mode, most)
        ):
            for name in case.path_parameters.keys() & names.keys():
                if dice.random() < REAL:
                    case.path_parameters[name] = str(dice.choice(names[name]))
            headers = asked.headers(dice.choice(roles))
            if route[0] == "POST":
                headers["Idempotency-Key"] = f"schemathesis-{next(keys)}"
            answer = case.call(headers=headers)
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failures:
                broken += [
                    f"{route}: {failure} {answer.status_code}" for failure in failures.exceptions
                ]
        met.add(route)
    assert met == ACCESS.keys() | PUBLIC
    assert broken == []
