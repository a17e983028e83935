"""D1, D6 and D11: what the API says of its numbers is what it takes, and no number it takes ends the trial balance."""

from __future__ import annotations

import json
import re
from typing import Any

from erp.kernel.roles import Role
from erp.kernel.schema import MAX_AMOUNT

from .house import House

BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}


def schemas(node: Any) -> list[dict[str, Any]]:
    """Every JSON schema of an integer, at any depth."""
    if isinstance(node, list):
        return [found for part in node for found in schemas(part)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("type") == "integer" else []
    return own + [found for part in node.values() for found in schemas(part)]


def test_d6_every_bound_of_an_integer_is_published_as_an_integer(house: House) -> None:
    text = house.client.get("/openapi.json").text
    assert '"maximum":999999999999999,' in text.replace(" ", "")
    published = [
        (name, schema[name])
        for schema in schemas(json.loads(text))
        for name in BOUNDS & schema.keys()
    ]
    assert len(published) > 50
    assert all(type(bound) is int and abs(bound) < 2**53 for _, bound in published), published
    assert not re.search(r'"(?:exclusive)?[Mm](?:ax|in)imum":\s*[-\d]*[.e]', text)


def test_d6_each_amount_of_a_request_is_taken_up_to_its_published_bound(house: House) -> None:
    told = house.client.get("/openapi.json").json()["components"]["schemas"]
    bound = told["ContributeCapital"]["properties"]["amount_minor"]["maximum"]
    assert bound == MAX_AMOUNT
    body = {"entity": "HEFEI", "amount_minor": bound}
    assert house.post(Role.FINANCE, "/capital-contributions", body).status_code == 201
    body["amount_minor"] += 1
    refusal = house.post(Role.FINANCE, "/capital-contributions", body)
    assert refusal.status_code == 422
    assert "999999999999999" in refusal.json()["errors"][0]["message"]


def test_d1_no_accepted_amount_ends_the_trial_balance_or_the_account(house: House) -> None:
    for entity in ("HEFEI", "TREASURY"):
        for amount in (2**63 - 1, 2**62, MAX_AMOUNT, MAX_AMOUNT):
            body = {"entity": entity, "amount_minor": amount}
            answer = house.told(Role.FINANCE, "/capital-contributions", body)
            assert answer.status_code == (201 if amount <= MAX_AMOUNT else 422)
    for query in ({}, {"by": "entity"}, {"by": "platform"}, {"by": "chain_group"}):
        answer = house.get(Role.AUDITOR, "/trial-balance", scope="all", **query)
        assert answer.status_code == 200
        assert answer.json()["debit_minor"] == answer.json()["credit_minor"] == 4 * MAX_AMOUNT
    held = house.get(Role.AUDITOR, "/balances", entity="TREASURY", account="1002").json()["items"]
    assert [row["balance_minor"] for row in held] == [2 * MAX_AMOUNT]


def test_d11_a_text_of_nothing_is_refused_with_its_field_and_the_reason(house: House) -> None:
    body = {"code": "NUT", "name": "Nut\u202e", "unit": "piece"}
    told = house.post(Role.PLANNER, "/items", body).json()
    assert told["errors"][0]["field"] == "body.name"
    assert "U+202E" in told["errors"][0]["message"]
    told = house.post(Role.PLANNER, "/items", {**body, "name": "\u3000"}).json()
    assert "at least one letter or digit" in told["errors"][0]["message"]
    told = house.post(Role.PLANNER, "/items", {**body, "code": "A/../../b", "name": "Nut"}).json()
    assert told["errors"][0]["field"] == "body.code"
    made = house.post(Role.PLANNER, "/items", {**body, "name": " Nut "}).json()
    assert made["document"]["fields"]["name"] == "Nut"


def test_a_place_in_a_list_that_is_no_number_is_answered_as_a_place_before_all(
    house: House,
) -> None:
    for path in ("/capacity-slots", "/force-majeure-days", "/open-roles"):
        for after in ("²|1", "1|²", "٣|x", "9" * 150 + "|1"):
            answer = house.get(Role.PLANNER, path, after=after)
            assert answer.status_code == 200, (path, after, answer.text)
