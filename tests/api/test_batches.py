"""Many commands in one request: all or each, every one with the rights, the rules and the secrecy of its own route."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response
from sqlalchemy import event, text

from erp.api.routes import ACCESS, WRITES
from erp.api.routes.attachments import AttachFile
from erp.api.routes.batches import EXAMPLES, PATH, list_of
from erp.api.settings import MAX_BATCH_BYTES, MAX_BODY_BYTES, Settings
from erp.execute import MAX_BATCH
from erp.kernel.roles import Role
from erp.rooms import OPERATIONS

from .house import House
from .test_problems import problem
from .test_story import INVOICE, delivered, done, stocked


def item(code: object) -> dict[str, Any]:
    return told("RegisterItem", code=code, name="Steel", unit="sheet")


def told(command: str, **fields: Any) -> dict[str, Any]:
    return {"command": command, "fields": fields}


def tell(
    house: House, role: Role, mode: str, *commands: dict[str, Any], key: str | None = None
) -> Response:
    return house.post(role, PATH, {"mode": mode, "commands": list(commands)}, key)


def documents(house: House) -> int:
    with house.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM document_log")).scalar_one())


# ---- all or each


def test_each_command_has_its_own_outcome_in_the_order_of_the_list(house: House) -> None:
    answer = tell(house, Role.PLANNER, "each", item("A"), item("A"), item("B"))
    assert answer.status_code == 201
    body = answer.json()
    assert (body["mode"], body["accepted"], body["refused"]) == ("each", 2, 1)
    first, refused, last = body["outcomes"]
    assert [one["index"] for one in body["outcomes"]] == [0, 1, 2]
    assert [one["status"] for one in body["outcomes"]] == [201, 409, 201]
    assert first["document"]["number"] == "ITM-2026-00001"
    assert last["document"]["number"] == "ITM-2026-00002"
    assert first["problem"] is last["problem"] is refused["document"] is None
    assert refused["problem"]["type"] == "urn:interlock:problem:item-exists"
    assert refused["problem"]["key"] == "A"
    assert refused["problem"]["instance"] == "/batches#/commands/1"


def test_all_or_none_names_the_first_refusal_and_leaves_nothing(house: House) -> None:
    before = documents(house)
    answer = tell(house, Role.PLANNER, "all", item("A"), item("B"), item("A"), item("C"), item("A"))
    body = problem(answer, 409, "item-exists")
    assert (body["index"], body["key"]) == (2, "A")
    assert documents(house) == before
    assert house.get(Role.PLANNER, "/items").json()["items"] == []
    done_now = tell(house, Role.PLANNER, "all", item("A"), item("B"))
    assert done_now.status_code == 201
    assert documents(house) == before + 2


def test_a_command_that_names_what_is_not_there_is_told_which_field_names_it(house: House) -> None:
    issue = told("IssueStock", entity="HEFEI", item="GOLD", quantity=1, purpose="production")
    (outcome,) = tell(house, Role.WAREHOUSE, "each", issue).json()["outcomes"]
    assert outcome["status"] == outcome["problem"]["status"] == 409
    assert outcome["problem"]["field"] == "body.commands.0.fields.item"
    body = problem(tell(house, Role.WAREHOUSE, "all", issue), 409, "unknown-item")
    assert body["index"] == 0


def test_a_later_command_sees_what_an_earlier_one_did(house: House) -> None:
    stocked(house)
    house.post(Role.ADMIN, "/items", {"code": "COPPER", "name": "Copper", "unit": "kg"})
    opening = told("OpenStock", entity="HEFEI", item="COPPER", quantity=5, value_minor=500)
    issue = told("IssueStock", entity="HEFEI", item="COPPER", quantity=5, purpose="production")
    house.told(Role.FINANCE, "/stock-openings", opening["fields"])
    answer = tell(house, Role.WAREHOUSE, "each", issue, issue).json()
    assert [one["status"] for one in answer["outcomes"]] == [201, 409]
    assert answer["outcomes"][1]["problem"]["on_hand"] == 0


def test_each_outcome_names_what_followed_from_its_own_command(house: House) -> None:
    stocked(house)
    issue = told("IssueStock", entity="HEFEI", item="STEEL", quantity=5, purpose="production")
    single = done(house, Role.WAREHOUSE, "/goods-issues", **issue["fields"])
    assert single["follow_ups"] == []
    outcomes = tell(house, Role.WAREHOUSE, "each", *[issue] * 3).json()["outcomes"]
    assert [len(one["follow_ups"]) for one in outcomes] == [0, 1, 0]  # below the reorder point
    (requisition,) = outcomes[1]["follow_ups"]
    assert requisition["caused_by"] == outcomes[1]["document"]["sequence"]


def test_a_list_of_the_most_commands_is_one_transaction_and_one_more_is_too_many(
    house: House,
) -> None:
    house.post(Role.PLANNER, "/items", item("KNOWN")["fields"])
    begun: list[object] = []
    event.listen(house.engine, "begin", begun.append)
    commands = [item(f"I-{n}") for n in range(MAX_BATCH)]
    answer = tell(house, Role.PLANNER, "all", *commands)
    assert answer.json()["accepted"] == MAX_BATCH
    assert len(begun) == 1
    many = tell(house, Role.PLANNER, "each", *commands, item("ONE-MORE"))
    (fault,) = problem(many, 422, "validation-failed")["errors"]
    assert fault["field"] == "body.commands"
    assert str(MAX_BATCH) in fault["message"]
    assert str(MAX_BATCH + 1) in fault["message"]
    (none,) = problem(tell(house, Role.PLANNER, "each"), 422, "validation-failed")["errors"]
    assert "at least 1" in none["message"]


# ---- form and rights are judged before anything is tried


@pytest.mark.parametrize("mode", ["all", "each"])
def test_one_malformed_command_is_pointed_at_and_nothing_is_tried(house: House, mode: str) -> None:
    before = documents(house)
    bad = told("RegisterItem", code=1.5, name="Steel")
    answer = tell(house, Role.PLANNER, mode, item("A"), item("B"), bad)
    faults = problem(answer, 422, "validation-failed")["errors"]
    assert [fault["field"] for fault in faults] == [
        "body.commands.2.fields.code",
        "body.commands.2.fields.unit",
    ]
    assert documents(house) == before


def test_an_unknown_command_is_named_by_its_place_and_not_echoed(house: House) -> None:
    secret = "x" * 2_000
    answer = tell(
        house, Role.PLANNER, "each", item("A"), told(secret), {"fields": {}}, told("RecordTender")
    )
    faults = problem(answer, 422, "validation-failed")["errors"]
    assert [fault["field"] for fault in faults] == [
        f"body.commands.{index}.command" for index in (1, 2, 3)
    ]
    assert "RegisterItem" in faults[0]["message"]
    assert "RecordTender" not in answer.text  # told by events alone
    assert secret not in answer.text


def test_a_field_that_no_command_has_is_refused(house: House) -> None:
    extra = item("A") | {"at": 7}
    answer = tell(house, Role.PLANNER, "each", extra)
    (fault,) = problem(answer, 422, "validation-failed")["errors"]
    assert fault["field"] == "body.commands.0.at"
    mode = problem(tell(house, Role.PLANNER, "some", item("A")), 422, "validation-failed")
    assert mode["errors"][0]["field"] == "body.mode"


@pytest.mark.parametrize("mode", ["all", "each"])
def test_a_command_that_the_role_may_not_tell_refuses_the_list(house: House, mode: str) -> None:
    opening = told("OpenStock", entity="HEFEI", item="A", quantity=5, value_minor=500)
    before = documents(house)
    body = problem(tell(house, Role.PLANNER, mode, item("A"), opening), 403, "forbidden")
    assert (body["index"], body["command"]) == (1, "OpenStock")
    assert body["roles_needed"] == ["finance"]
    assert documents(house) == before


def test_every_cell_of_role_and_command_is_as_on_its_own_route(house: House) -> None:
    listed = [write for write in WRITES if write.is_plain]
    assert len(listed) > 15
    for write in listed:
        for role in ACCESS["POST", PATH]:
            one = {"command": write.command.__name__, "fields": write.example}
            answer = tell(house, role, "all", one)
            allowed = role in ACCESS["POST", write.path]
            assert (answer.status_code != 403) == allowed, (write.path, role)
    assert house.post(Role.AUDITOR, PATH, {}).status_code == 403


def test_what_comes_with_bytes_is_told_alone() -> None:
    assert not next(write for write in WRITES if write.command is AttachFile).is_plain
    assert all(OPERATIONS[write.command].roles for write in WRITES)


# ---- secrecy


def test_a_supplier_tells_of_its_own_orders_only(house: House) -> None:
    stocked(house)
    delivered(house)
    rival = house.token("rival-1", Role.SUPPLIER, "RIVAL")
    house.tokens[Role.SUPPLIER], own = rival, house.tokens[Role.SUPPLIER]
    claim = told("RecordSupplierInvoice", **INVOICE)
    (outcome,) = tell(house, Role.SUPPLIER, "each", claim).json()["outcomes"]
    assert outcome["problem"]["type"] == "urn:interlock:problem:unknown-order"
    body = problem(tell(house, Role.SUPPLIER, "all", claim), 409, "unknown-order")
    assert body["index"] == 0
    house.tokens[Role.SUPPLIER] = own
    (outcome,) = tell(house, Role.SUPPLIER, "each", claim).json()["outcomes"]
    assert outcome["status"] == 201


def test_outcomes_show_what_the_same_write_would_show_alone(house: House) -> None:
    stocked(house)
    delivered(house)
    (outcome,) = tell(
        house, Role.SUPPLIER, "each", told("RecordSupplierInvoice", **INVOICE)
    ).json()["outcomes"]
    document = outcome["document"]
    assert (document["sequence"], document["salt"], document["actor"]) == (None, None, "supplier")
    assert all(entry["entity"] == "ACME" for entry in document["entries"])
    issue = told("IssueStock", entity="HEFEI", item="STEEL", quantity=1, purpose="production")
    (outcome,) = tell(house, Role.WAREHOUSE, "each", issue).json()["outcomes"]
    assert outcome["document"]["entries"] is None
    assert "cost_minor" not in outcome["document"]["fields"]


# ---- once


def test_a_list_sent_again_is_answered_as_the_first_time(house: House) -> None:
    commands = (item("A"), item("A"))
    first = tell(house, Role.PLANNER, "each", *commands, key="k-1")
    again = tell(house, Role.PLANNER, "each", *commands, key="k-1")
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    for other in (("all", *commands), ("each", *reversed(commands), item("B"))):
        answer = tell(house, Role.PLANNER, *other, key="k-1")
        problem(answer, 422, "idempotency-key-reused")
    problem(
        house.post(Role.PLANNER, "/items", item("C")["fields"], "k-1"),
        422,
        "idempotency-key-reused",
    )


def test_a_refused_list_is_judged_again_under_its_key(house: House) -> None:
    house.post(Role.PLANNER, "/items", item("A")["fields"])
    for _ in range(2):
        answer = tell(house, Role.PLANNER, "all", item("B"), item("A"), key="k-1")
        assert problem(answer, 409, "item-exists")["index"] == 1
    assert tell(house, Role.PLANNER, "all", item("B"), key="k-1").status_code == 201


def test_a_list_has_a_bound_of_its_own(house: House) -> None:
    house_room = told("RegisterItem", code="A", name="n" * MAX_BODY_BYTES, unit="u")
    problem(tell(house, Role.PLANNER, "each", house_room), 422, "validation-failed")
    huge = told("RegisterItem", code="A", name="n" * MAX_BATCH_BYTES, unit="u")
    body = problem(tell(house, Role.PLANNER, "each", huge), 413, "body-too-large")
    assert body["max_bytes"] == MAX_BATCH_BYTES
    with pytest.raises(ValueError, match="max_batch_bytes"):
        Settings(house.engine, max_batch_bytes=0)


def test_the_examples_of_the_description_are_lists_that_are_valid() -> None:
    form = list_of([write for write in WRITES if write.is_plain])
    for example in EXAMPLES.values():
        form.model_validate(example["value"])
