"""People at the door: hired by HR, known by their tokens, shown what is their party's, and shown nothing once they left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Response
from typer.testing import CliRunner

from erp.cli import app
from erp.database import open_engine, snapshot
from erp.exits import Exit
from erp.groups.rules import windows
from erp.groups.schemas import RecordRoleReopening
from erp.kernel.errors import Rejected
from erp.kernel.roles import Role
from erp.replay import differences
from tests.erp import groups as told
from tests.erp import test_bets as bets
from tests.erp.world import World, account

from .house import House
from .test_problems import problem

PAY = 200_000
INVOICE = {
    "delivery_id": 1,
    "invoice_number": "INV-1",
    "quantity": 1,
    "net_minor": 1,
    "tax_minor": 0,
}


class Door:
    """The API before the books of a world, and whose token is whose."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.house = House(world.engine)
        self.tokens: dict[str, str] = {}
        for name, role in (("hr", Role.HR), ("auditor", Role.AUDITOR), ("admin", Role.ADMIN)):
            self.give(name, role)

    def give(
        self, name: str, role: Role, party: str | None = None, person: str | None = None
    ) -> None:
        """A token by this name."""
        self.tokens[name] = self.house.token(name, role, party, person)

    def get(self, name: str, path: str, **query: Any) -> Response:
        """A read with a token."""
        headers = {"Authorization": f"Bearer {self.tokens[name]}"}
        return self.house.client.get(path, params=query, headers=headers)

    def post(self, name: str, path: str, body: Any, key: str | None = None) -> Response:
        """A write with a token, at the world's time."""
        self.house.clock.now = self.world.now
        headers = {
            "Authorization": f"Bearer {self.tokens[name]}",
            "Idempotency-Key": key or f"key-{next(self.house.keys)}",
        }
        return self.house.client.post(path, json=body, headers=headers)

    def hire(self, person: str, party: str, *duties: str) -> str:
        """HR registers and employs a person; the number of the employment."""
        registered = self.post(
            "hr",
            "/persons",
            {"code": person, "login": person.lower(), "name": f"Name of {person}"},
        )
        assert registered.status_code == 201, registered.text
        body = {"person": person, "party": party, "duties": list(duties)}
        employed = self.post("hr", "/employments", body)
        assert employed.status_code == 201, employed.text
        return str(employed.json()["document"]["number"])

    def end(self, employment: str) -> None:
        """HR lets somebody go."""
        body = {"employment": employment, "reason": "left the house"}
        assert self.post("hr", "/employment-ends", body).status_code == 201


@pytest.fixture
def door(database_url: str) -> Iterator[Door]:
    engine = open_engine(database_url)
    world = World(engine)
    world.prepare(budget=4_000_000)
    told.prepare(world)
    world.party("n9", 8)
    yield Door(world)
    with snapshot(engine) as session:
        assert differences(session) == []
    engine.dispose()


# ---- hiring and letting go


def test_a_persons_token_opens_what_its_employment_brings_and_nothing_once_that_ended(
    door: Door,
) -> None:
    employment = door.hire("P-1", "buyer", "order")
    door.give("anna", Role.BUYER, person="P-1")
    me = door.get("anna", "/me").json()
    assert (me["name"], me["person"], me["party"]) == ("anna", "P-1", None)
    body = {"item": "bolt", "quantity": 1, "estimate_minor": 1_000}
    made = door.post("anna", "/requisitions", body, "once")
    assert made.status_code == 201, made.text
    assert made.json()["document"]["actor"] == "buyer:anna@P-1"
    assert door.post("anna", "/requisitions", body, "once").json() == made.json()
    door.end(employment)
    for answer in (
        door.post("anna", "/requisitions", body, "once"),  # the kept answer is not told either
        door.post("anna", "/requisitions", body),
        door.get("anna", "/me"),
        door.get("anna", "/orders"),
    ):
        assert "employment" in problem(answer, 401, "unauthenticated")["detail"]


def test_a_token_outlives_no_role_of_its_person(door: Door) -> None:
    employment = door.hire("P-1", "buyer", "order", "plan")
    door.give("buying", Role.BUYER, person="P-1")
    door.give("planning", Role.PLANNER, person="P-1")
    door.end(employment)
    body = {"person": "P-1", "party": "buyer", "duties": ["plan"]}
    assert door.post("hr", "/employments", body).status_code == 201
    assert door.get("planning", "/me").status_code == 200
    assert door.get("buying", "/me").status_code == 401


@pytest.mark.parametrize(
    ("role", "party", "person", "why"),
    [
        (Role.BUYER, None, "P-9", "not registered"),
        (Role.FINANCE, None, "P-1", "no employment of P-1 brings the role finance"),
        (Role.NODE, "rival", "P-1", "no employment of P-1 at rival"),
        (Role.NODE, None, "P-1", "needs --party"),
    ],
)
def test_a_token_is_made_for_what_its_person_is_employed_for(
    door: Door, role: Role, party: str | None, person: str, why: str
) -> None:
    door.hire("P-1", "supplier", "represent")
    door.give("own", Role.NODE, "supplier", "P-1")
    with pytest.raises(Rejected, match=why):
        door.give("other", role, party, person)


def test_the_command_line_makes_and_lists_tokens_of_persons(door: Door, database_url: str) -> None:
    door.hire("P-1", "buyer", "receive")
    made = ["token", "create", "--role", "warehouse", "--name", "dock", "--db", database_url]
    done = CliRunner().invoke(app, [*made, "--person", "P-1"])
    assert done.exit_code == 0, done.output
    listed = CliRunner().invoke(app, ["token", "list", "--db", database_url])
    assert ["dock", "token", "warehouse", "-", "P-1"] in [
        line.split()[:5] for line in listed.output.splitlines()
    ]
    refused = CliRunner().invoke(
        app, ["token", "create", "--role", "quality", "--name", "q", "--person", "P-1", "--db", database_url]
    )  # fmt: skip
    assert refused.exit_code == Exit.REFUSED


def test_hr_lists_persons_by_name_until_the_name_is_erased(door: Door) -> None:
    employment = door.hire("P-1", "buyer", "order", "plan")
    door.hire("P-2", "buyer", "inspect")
    door.end(employment)
    (row,) = door.get("hr", "/persons", code="P-1").json()["items"]
    assert (row["login"], row["name"], row["number"]) == ("p-1", "Name of P-1", "PSN-2026-00001")
    (first, second) = door.get("hr", "/employments").json()["items"]
    assert (first["person"], first["duties"]) == ("P-1", ["order", "plan"])
    assert first["until"] is not None
    assert (second["person"], second["until"]) == ("P-2", None)
    assert door.get("hr", "/employments", person="P-2").json()["items"] == [second]
    assert door.get("hr", "/employments", party="n1").json()["items"] == []
    (attached,) = door.get("admin", "/documents/PSN-2026-00001/attachments").json()["items"]
    body = {"attachment": attached["number"], "reason": "asked for"}
    assert door.post("admin", "/side-data-erasures", body).status_code == 201
    assert [one["name"] for one in door.get("hr", "/persons").json()["items"]] == [
        None,
        "Name of P-2",
    ]


def test_no_answer_tells_another_firm_who_works_here(door: Door) -> None:
    door.hire("P-1", "buyer", "order")
    door.give("n1", Role.NODE, "n1")
    for path in ("/persons", "/employments", "/documents"):
        assert door.get("n1", path).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "Li Ming", "login": "li", "name": "Li"}, "body.code"),
        ({"code": "P-1", "login": "LI", "name": "Li"}, "body.login"),
        ({"code": "P-1", "login": "li", "name": ""}, "body.name"),
        ({"code": "P-1", "login": "li", "name": "Li", "phone": "1"}, "body.phone"),
    ],
)
def test_a_malformed_person_is_refused_field_by_field(
    door: Door, body: dict[str, str], field: str
) -> None:
    answer = problem(door.post("hr", "/persons", body), 422, "validation-failed")
    assert [one["field"] for one in answer["errors"]] == [field]


def test_a_refused_registration_leaves_no_name_behind(door: Door) -> None:
    door.hire("P-1", "buyer", "order")
    body = {"code": "P-1", "login": "other", "name": "Somebody"}
    problem(door.post("hr", "/persons", body), 409, "person-exists")
    with snapshot(door.world.engine) as session:
        assert differences(session) == []


# ---- what of a group is shown to whom


def formed(door: Door) -> str:
    """A group of lead with two roles that n1 and n2 hold; its code."""
    world = door.world
    order = world.do(told.order(world, (PAY, PAY)))
    world.do(told.grab("n1"))
    world.do(told.grab("n2", role_id=2))
    world.wait(told.GRAB + told.SELECT)
    world.do(told.forming(200))
    for node in ("lead", "n1", "n2", "n3", "n9"):
        door.give(node, Role.NODE, node)
    return order.number


def n1_resigns(door: Door) -> None:
    """The role of n1 is open again; afterwards n2 earns something, and n3 stands for the open role."""
    world = door.world
    world.wait(10)
    work_end = world.last("group_order").fields["work_end"]
    grab_end, select_end = windows(world.now, told.GRAB, told.SELECT, work_end)
    world.do(
        RecordRoleReopening(
            group_id=told.GROUP_ID,
            role_id=1,
            round=2,
            former_holder=account("n1"),
            reason="resigned",
            grab_end=grab_end,
            select_end=select_end,
        )
    )
    world.wait(10)
    earned = told.progress(5_000, PAY // 2, "n2")
    world.do(earned.model_copy(update={"role_id": 2}))
    world.do(told.grab("n3", round=2))


def page(door: Door, name: str, code: str) -> dict[str, Any]:
    answer = door.get(name, f"/groups/{code}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def earned(body: dict[str, Any]) -> list[int | None]:
    """What the page tells of earnings: of the group, then of each role."""
    return [body["group"]["earned_minor"], *(role["earned_minor"] for role in body["roles"])]


def test_members_read_all_a_former_one_what_was_and_a_stranger_nothing(door: Door) -> None:
    code = formed(door)
    before = page(door, "n1", code)
    assert earned(before) == [0, 0, 0]
    assert [row["party"] for row in before["members"]] == ["lead", "n1", "n2"]
    assert door.get("n9", f"/groups/{code}").status_code == 404
    assert door.get("n9", "/groups").json()["items"] == []
    n1_resigns(door)

    member = page(door, "n2", code)
    assert member == page(door, "lead", code)
    assert earned(member) == [PAY // 2, 0, PAY // 2]
    assert [row["party"] for row in member["candidates"]] == ["n1", "n3", "n2"]

    gone = page(door, "n1", code)
    assert earned(gone) == [None, None, None]
    assert (gone["group"]["pledged"], gone["group"]["leader"]) == (None, "lead")
    assert [(row["party"], row["round"]) for row in gone["candidates"]] == [
        ("n1", 1),  # its own
        ("n3", 2),  # of the role that is open to anybody
        ("n2", 1),  # stood before n1 left
    ]
    stakes = {row["party"]: row["stake_held_minor"] for row in gone["candidates"]}
    assert (stakes["n1"], stakes["n2"]) == (told.STAKE, None)
    assert [(row["party"], row["until"] is None) for row in gone["members"]] == [
        ("lead", True), ("n1", False), ("n2", True),
    ]  # fmt: skip

    grabbing = page(door, "n9", code)  # a role is open again, so that any node may decide
    assert earned(grabbing) == [None, None, None]
    assert [row["party"] for row in grabbing["candidates"]] == ["n3"]
    assert grabbing["members"] == []
    assert [row["code"] for row in door.get("n9", "/groups").json()["items"]] == [code]


def test_a_former_member_learns_nothing_of_what_came_after_it_left(door: Door) -> None:
    code = formed(door)
    n1_resigns(door)
    at = page(door, "n1", code)
    world = door.world
    world.wait(told.GRAB + told.SELECT)
    seating = {"group_id": told.GROUP_ID, "role_id": 1, "round": 2, "holder": account("n3")}
    world.do(told.s.RecordRoleSeating(**seating, pledge="100"))
    seated = page(door, "n1", code)
    assert [row["party"] for row in seated["candidates"]] == ["n1", "n2"]
    assert seated["members"] == at["members"]
    world.do(told.settlement(2 * PAY, PAY // 2))
    assert page(door, "n1", code)["members"] == at["members"]
    assert earned(page(door, "n1", code)) == [None, None, None]
    assert earned(page(door, "n2", code)) == [PAY // 2, 0, PAY // 2]  # a member to the end
    assert door.get("n9", f"/groups/{code}").status_code == 404


def test_a_clerk_of_a_member_reads_as_the_member_and_its_finance_its_own_entity(
    door: Door,
) -> None:
    code = formed(door)
    n1_resigns(door)
    door.world.sisters = (*door.world.sisters, "sister")
    door.world.party("sister", 1)
    for person, party, duty, role in (
        ("P-1", "lead", "order", Role.BUYER),
        ("P-2", "lead", "match", Role.FINANCE),
        ("P-3", "sister", "order", Role.BUYER),
    ):
        door.hire(person, party, duty)
        door.give(person, role, person=person)
    door.give("house", Role.BUYER)
    clerk = page(door, "P-1", code)
    assert earned(clerk) == earned(page(door, "house", code)) == [PAY // 2, 0, PAY // 2]
    finance = page(door, "P-2", code)
    assert earned(finance) == [PAY // 2, None, None]
    assert [row["party"] for row in finance["members"]] == ["lead"]
    assert earned(page(door, "P-3", code)) == [None, None, None]  # any node, while a role is open
    assert earned(page(door, "auditor", code)) == [PAY // 2, 0, PAY // 2]


def test_an_order_of_a_group_is_read_by_its_members_while_they_are_and_by_its_two_sides(
    door: Door,
) -> None:
    code = formed(door)
    number = door.world.ordered(chain_group=code).number
    alone = door.world.ordered(2).number
    door.give("supplier", Role.SUPPLIER, "supplier")
    door.give("rival", Role.SUPPLIER, "rival")
    door.hire("P-1", "buyer", "order")
    door.give("P-1", Role.BUYER, person="P-1")
    readers = {"lead", "n1", "n2", "supplier", "P-1", "auditor"}

    def seen(order: str) -> set[str]:
        names = (*readers, "n3", "n9", "rival")
        found = {name for name in names if door.get(name, f"/orders/{order}").status_code == 200}
        listed = {
            name
            for name in names
            if order in [row["number"] for row in door.get(name, "/orders").json()["items"]]
        }
        assert found == listed
        return found

    assert seen(number) == readers
    assert seen(alone) == {"supplier", "P-1", "auditor"}
    n1_resigns(door)
    assert seen(number) == readers - {"n1"}
    body = INVOICE | {"order": number}
    problem(door.post("rival", "/supplier-invoices", body), 409, "unknown-order")


def test_a_member_invoices_no_order_of_another_though_it_reads_it(door: Door) -> None:
    code = formed(door)
    number = door.world.ordered(chain_group=code).number
    door.give("n1-bills", Role.SUPPLIER, "n1")
    assert door.get("n1-bills", f"/orders/{number}").status_code == 200
    body = INVOICE | {"order": number}
    problem(door.post("n1-bills", "/supplier-invoices", body), 409, "unknown-order")


def test_a_bet_is_read_by_the_clerks_of_its_parties_and_by_no_other_person(door: Door) -> None:
    bets.active(door.world)
    number = door.world.last("bet_contract").number
    door.world.sisters = (*door.world.sisters, "sister")
    door.world.party("sister", 1)
    for person, party in (("P-1", "lead"), ("P-2", "sister")):
        door.hire(person, party, "order")
        door.give(person, Role.BUYER, person=person)
    for node in ("n1", "n9"):
        door.give(node, Role.NODE, node)
    for name, allowed in (("P-1", True), ("n1", True), ("P-2", False), ("n9", False)):
        assert (door.get(name, f"/bets/{number}").status_code == 200) == allowed, name
        listed = [row["number"] for row in door.get(name, "/bets").json()["items"]]
        assert (number in listed) == allowed, name


def test_a_requisition_for_a_group_is_for_persons_of_its_members(door: Door) -> None:
    code = formed(door)
    door.hire("P-1", "buyer", "order")
    door.give("P-1", Role.BUYER, person="P-1")
    body = {"item": "bolt", "quantity": 1, "estimate_minor": 1_000, "chain_group": code}
    answer = problem(door.post("P-1", "/requisitions", body), 409, "denied")
    assert (answer["action"], answer["group"]) == ("raise", code)
    listed = {"mode": "each", "commands": [{"command": "RaiseRequisition", "fields": body}]}
    (outcome,) = door.post("P-1", "/batches", listed).json()["outcomes"]
    assert outcome["problem"]["type"].endswith("denied")


def test_a_planning_run_of_a_person_looks_after_its_own_employer_alone(door: Door) -> None:
    world = door.world
    world.party("sister", 1, 1_000)
    for person, party in (("P-1", "buyer"), ("P-2", "sister")):
        door.hire(person, party, "plan", "order")
        door.give(person, Role.PLANNER, person=person)
    door.give("planner", Role.PLANNER)
    world.do(world.policy(reorder_point=500, estimate_minor=9_000_000))  # due, and held
    for name, due in (("planner", 1), ("P-1", 1), ("P-2", 0)):
        answer = door.post(name, "/planning-runs", {})
        assert answer.status_code == 201, answer.text
        assert answer.json()["due"] == due, name
