"""Role by route by field: the table in `shown.txt` is what the wire carries, and partners see their own alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

import pytest

from erp.api.document_view import CLASSES
from erp.api.routes import ACCESS
from erp.api.shown import SHOWN_TO
from erp.kernel.field_class import FieldClass
from erp.kernel.roles import PARTNERS, Role
from tests.erp.conftest import NewEngine, new_engine, prepared
from tests.erp.test_replay import full_story
from tests.erp.world import World, account

from .house import House
from .shown_table import FILE, models, routes, rows, text
from .test_every_page import ASKED, CLERKS, PATHS, places
from .test_problems import problem

__all__ = ["new_engine"]
EVERY_TABLE = pytest.mark.sqlite("the same answers, and every role at every route takes its time")
IN_THE_DOCUMENT = {
    "registered_at"
}  # no row tells it; `at` of the document does, to whoever may read the list
PLACES = 2  # things of a kind that each role is shown on the wire
SCHEMAS = "/acts"  # names of fields, and nothing that stands in the books
OPEN_TO_NODES = {"/needs", "/needs/{number}"}  # a need is told to whoever may lead a group for it
SECRETS = {"reason", "note", "text", "payload", "plan", "says", "budget", "answer"}


@pytest.fixture
def told(new_engine: NewEngine) -> House:
    """Books in which every table has rows, and a party that nobody deals with."""
    world = World(new_engine(prepared))
    full_story(world)
    world.party("stranger", 8)
    house = House(world.engine)
    house.clock.now = world.now
    for role in CLERKS:
        house.tokens[role] = house.token(f"{role}-1", role)
    for role in PARTNERS:
        house.tokens[role] = house.token(f"{role}-1", role, "supplier")
    return house


def test_the_table_says_who_is_shown_what() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), (
        "a field or a right was changed: if it is meant, `python -m tests.api.shown_table write`, and read the difference"
    )


def test_no_list_goes_by_a_column_that_a_reader_of_it_is_not_shown() -> None:
    seen = 0
    for route in routes():
        for listing in (
            getattr(each.call, "listing", None) for each in route.dependant.dependencies
        ):
            if listing is None:
                continue
            (row,) = (
                each for each in models(route.response_model.model_fields["items"].annotation)
            )
            for column in listing.orders.values():
                of = row.classes.get(column, FieldClass.OPEN if column in IN_THE_DOCUMENT else None)
                assert of is not None, (route.path, column)
                readers = ACCESS["GET", route.path]
                if not readers <= SHOWN_TO[of]:
                    assert listing.withheld.get(column) is of, (route.path, column)
                    seen += 1
    assert seen > 0


@EVERY_TABLE
def test_an_amount_is_not_told_by_the_order_of_a_list(told: House) -> None:
    for role in sorted(ACCESS["GET", "/orders"]):
        rows_shown = told.get(role, "/orders", limit=500).json()["items"]
        for query in (
            {"sort": "amount"},
            {"sort": "-amount"},
            {"sort": "amount", "after": "5|0"},
            {"sort": "amount", "before": "5|0"},
        ):
            for headers in ({}, {"Accept": "text/csv"}):
                answer = told.client.get(
                    "/orders", params={"limit": 1, **query}, headers=told.headers(role) | headers
                )
                if role in SHOWN_TO[FieldClass.MONEY]:
                    assert answer.status_code == 200, answer.text
                else:
                    assert all(row["amount_minor"] is None for row in rows_shown)
                    problem(answer, 422, "unreadable-query")
                    assert "|" not in answer.headers.get("link", "")


@cache
def shown() -> dict[tuple[str, str], frozenset[Role]]:
    """The roles that are shown a field, by route and field, of the table."""
    return {(route, name): roles for route, name, roles in rows()}


def told_fields(route: str, value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Route and field, as the table names them, of everything in an answer that is not null."""
    if isinstance(value, list):
        for part in value:
            yield from told_fields(route, part, path)
    elif isinstance(value, dict):
        of_document = (route, f"{path}.<document>") in shown()
        if of_document or (path == "" and value.keys() >= {"type", "salt", "entries"}):
            yield from told_of_document(value)
            return
        for name, part in value.items():
            inner = f"{path}.{name}".lstrip(".")
            if is_told(name, part) and (route, inner) in shown():
                yield route, inner
                yield from told_fields(route, part, inner)


def is_told(name: str, value: Any) -> bool:
    """Whether a field says something; of an actor its office alone is told to partners."""
    return value is not None and (name != "actor" or ":" in value)


def told_of_document(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The same of a document: its own fields, and those of its type."""
    for name, part in value.items():
        if part is not None and (
            name != "actor" or ":" in part
        ):  # the office alone is told to partners
            yield "<document>", name
    for name, part in value["fields"].items():
        if part is not None and name in CLASSES.get(value["type"], {}):
            yield f"<document> {value['type']}", name


@EVERY_TABLE
def test_what_the_table_withholds_from_a_role_is_not_on_the_wire(told: House) -> None:
    seen: set[tuple[str, str]] = set()
    for route in PATHS:
        for place in islice(places(told, route), PLACES):
            for role in sorted(ACCESS["GET", route]):
                answer = told.get(role, place, **ASKED.get(route, {}))
                if answer.status_code != 200 or "json" not in answer.headers["content-type"]:
                    continue
                for row in told_fields(route, answer.json()):
                    assert role in shown()[row], (role, place, row)
                    seen.add(row)
    assert len(seen) > 800  # the walk does reach fields, of documents too
    assert ("<document> payment", "paid_minor") in seen


def as_party(house: House, role: Role, party: str) -> Iterator[tuple[str, object, str]]:
    """Everything that a party's token is answered: route, answer, and its text."""
    headers = {"Authorization": f"Bearer {house.token(f'{role}-of-{party}', role, party)}"}
    for route in PATHS:
        if role not in ACCESS["GET", route] or route == SCHEMAS:
            continue
        for place in places(house, route):
            answer = house.client.get(place, params=ASKED.get(route, {}), headers=headers)
            if answer.status_code == 200 and "json" in answer.headers["content-type"]:
                yield route, answer.json(), answer.text


def told_secrets(value: object) -> Iterator[tuple[str, object]]:
    """Amounts and texts of an answer."""
    if isinstance(value, list):
        for part in value:
            yield from told_secrets(part)
    if isinstance(value, dict):
        for name, part in value.items():
            if (name.endswith("_minor") or name in SECRETS) and part not in (None, 0, ""):
                yield name, part
            yield from told_secrets(part)


@EVERY_TABLE
@pytest.mark.parametrize("role", sorted(PARTNERS))
def test_a_party_that_nobody_deals_with_reads_no_price_no_budget_and_no_note(
    told: House, role: Role
) -> None:
    answered = set()
    for route, answer, _ in as_party(told, role, "stranger"):
        answered.add(route)
        if route not in OPEN_TO_NODES:
            found = [each for each in told_secrets(answer) if not is_of_the_statement(route, each)]
            assert found == [], route
    assert len(answered) > 8


def is_of_the_statement(route: str, told: tuple[str, object]) -> bool:
    """Whether it is the wording of a row of the statement, the same for everybody."""
    return route == "/statements/win-win" and told[0] == "note"


@EVERY_TABLE
@pytest.mark.parametrize("role", sorted(PARTNERS))
def test_a_bidder_that_lost_reads_amounts_of_what_is_its_own_alone(told: House, role: Role) -> None:
    own = ("rival", account("rival"))
    amounts = 0
    for route, answer, whole in as_party(told, role, "rival"):
        for part in parts_of(answer):
            found = [name for name, _ in told_secrets(part) if name.endswith("_minor")]
            amounts += len(found)
            assert not found or any(name in json.dumps(part) for name in own), (route, whole[:500])
    assert amounts > 3


def parts_of(answer: object) -> list[object]:
    """The things of a list, or the one that was asked for."""
    if isinstance(answer, dict) and isinstance(answer.get("items"), list):
        return list(answer["items"])
    return [answer]
