"""D15 at the door: routes of commands that need two persons make proposals, and somebody else confirms them."""

from __future__ import annotations

from typing import Any

import pytest

from erp.api.routes import WRITES
from erp.database import snapshot
from erp.kernel.roles import Role
from erp.replay import differences
from erp.rooms import OPERATIONS

from .house import House
from .test_problems import problem

CAPITAL = {"entity": "HEFEI", "amount_minor": 700}


def proposed(house: House, key: str | None = None) -> str:
    """The number of a proposal to contribute capital."""
    answer = house.post(Role.FINANCE, "/capital-contributions", CAPITAL, key)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()["document"]
    assert (document["type"], document["entries"]) == ("proposal", [])
    return str(document["number"])


def held(house: House) -> list[int]:
    found = house.get(Role.AUDITOR, "/balances", entity="HEFEI", account="1002").json()["items"]
    return [row["balance_minor"] for row in found]


def test_d15_a_route_of_two_makes_a_proposal_and_another_token_confirms_it(house: House) -> None:
    number = proposed(house)
    assert held(house) == []
    answer = house.confirm(number)
    assert answer.status_code == 201
    assert answer.json()["document"]["fields"]["proposed_by"] == "finance:finance-1"
    (capital,) = answer.json()["follow_ups"]
    assert (capital["type"], capital["fields"]["amount_minor"]) == ("capital", 700)
    assert held(house) == [700]
    with snapshot(house.engine) as session:
        assert differences(session) == []


def test_d15_the_proposer_confirms_nothing_of_his_own(house: House) -> None:
    number = proposed(house)
    own = house.post(Role.FINANCE, "/confirmations", {"proposal": number})
    body = problem(own, 409, "confirmed-by-proposer")
    assert (body["proposal"], body["actor"]) == (number, "finance:finance-1")
    assert held(house) == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.FINANCE}))
def test_d15_no_other_role_proposes_confirms_or_withdraws(house: House, role: Role) -> None:
    number = proposed(house)
    for path, body in (
        ("/proposals", {"command": "ContributeCapital", "fields": CAPITAL}),
        ("/confirmations", {"proposal": number}),
        ("/proposal-withdrawals", {"proposal": number, "reason": "trial"}),
        ("/capital-contributions", CAPITAL),
    ):
        problem(house.post(role, path, body), 403, "forbidden")


def test_d15_a_proposal_is_repeated_and_confirmed_once(house: House) -> None:
    assert proposed(house, "k-1") == proposed(house, "k-1")
    number = proposed(house)
    assert house.confirm(number).status_code == 201
    problem(house.confirm(number), 409, "wrong-status")
    problem(house.confirm("PRP-2026-00099"), 409, "unknown-proposal")
    assert held(house) == [700]


def test_d15_proposals_are_listed_with_what_became_of_them(house: House) -> None:
    first, second, third = (proposed(house) for _ in range(3))
    confirmation = house.confirm(second).json()["document"]["number"]
    withdrawal = {"proposal": third, "reason": "mistyped"}
    assert house.post(Role.FINANCE, "/proposal-withdrawals", withdrawal).status_code == 201
    listed = house.get(Role.AUDITOR, "/proposals").json()["items"]
    assert [(row["number"], row["status"]) for row in listed] == [
        (first, "OPEN"),
        (second, "CONFIRMED"),
        (third, "WITHDRAWN"),
    ]
    assert listed[1]["decided_by"] == confirmation
    assert (listed[0]["command"], listed[0]["fields"]) == ("ContributeCapital", CAPITAL)
    assert listed[0]["proposed_by"] == "finance:finance-1"
    (still,) = house.get(Role.FINANCE, "/proposals", status="OPEN").json()["items"]
    assert still == listed[0]
    assert house.get(Role.FINANCE, f"/proposals/{first}").json() == listed[0]
    problem(house.get(Role.FINANCE, "/proposals/PRP-2026-00099"), 404, "unknown-proposal")
    for role in set(Role) - {Role.FINANCE, Role.AUDITOR}:
        problem(house.get(role, "/proposals"), 403, "forbidden")


def test_d15_a_malformed_command_is_no_proposal(house: House) -> None:
    bad = house.post(Role.FINANCE, "/capital-contributions", {"entity": "HEFEI"})
    assert problem(bad, 422, "validation-failed")["errors"][0]["field"] == "body.amount_minor"
    alone = {"command": "ClosePeriod", "fields": {}}
    body = problem(house.post(Role.FINANCE, "/proposals", alone), 409, "needs-no-second-person")
    assert "ContributeCapital" in body["needing"]
    lacking = {"command": "ContributeCapital", "fields": {"entity": "HEFEI"}}
    problem(house.post(Role.FINANCE, "/proposals", lacking), 409, "proposal-malformed")
    assert house.get(Role.FINANCE, "/proposals").json()["items"] == []


def test_d15_in_a_list_it_is_a_proposal_as_well(house: House) -> None:
    body = {"mode": "all", "commands": [{"command": "ContributeCapital", "fields": CAPITAL}] * 2}
    answer = house.post(Role.FINANCE, "/batches", body).json()
    numbers = [one["document"]["number"] for one in answer["outcomes"]]
    assert [one["document"]["type"] for one in answer["outcomes"]] == ["proposal"] * 2
    confirmations = {
        "mode": "each",
        "commands": [
            {"command": "ConfirmProposal", "fields": {"proposal": one}} for one in numbers
        ],
    }
    own = house.post(Role.FINANCE, "/batches", confirmations).json()
    assert [one["status"] for one in own["outcomes"]] == [409, 409]
    house.tokens[Role.FINANCE] = house.second
    done = house.post(Role.FINANCE, "/batches", confirmations).json()
    assert [one["follow_ups"][0]["type"] for one in done["outcomes"]] == ["capital"] * 2
    assert held(house) == [1_400]


def test_d15_the_description_says_which_routes_make_proposals(house: House) -> None:
    paths = house.client.get("/openapi.json").json()["paths"]
    for write in WRITES:
        told = paths[write.path]["post"]["description"]
        assert ("`POST /confirmations`" in told) == OPERATIONS[write.command].second, write.path
