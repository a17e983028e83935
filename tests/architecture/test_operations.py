"""`erp.rooms.OPERATIONS` is the one place that says who may tell what: bridge, API and rooms are held against it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.capabilities import CALLS, OWN_OPERATIONS, REORGANISE, TOLD_OPERATIONS
from erp import rooms
from erp.api.routes import ACCESS, WRITES
from erp.api.settings import Settings
from erp.app import create_app
from erp.database import open_engine, upgrade
from erp.kernel.operation import Operation, Told
from erp.kernel.roles import Role
from erp.kernel.schema import Command
from erp.procurement.schemas import CancelRequisition
from erp.rooms import COMMANDS, FOLLOW_UPS, OPERATIONS, RoomsCollide, composed, joined
from tests.erp.test_worked_case import play
from tests.erp.world import World

ROOT = Path(__file__).resolve().parents[2]
# Routes that make documents of several commands, or of none: path -> why it has no operation of its own.
NO_SINGLE_OPERATION = {
    "/planning-runs": "raises every requisition that is due",
    "/performance-runs": "reports every period that is due",
    "/batches": "carries out a list of commands",
    "/chain": "asks a node, and writes nothing",
    "/transactions": "hands a party's own transaction to a node, and writes nothing",
    "/audits": "starts a process that reads both sides, and writes no document",
}


def test_the_bridge_books_what_is_told_externally_and_nothing_else() -> None:
    told = {cls.__name__ for cls, made in OPERATIONS.items() if made.told is Told.EXTERNALLY}
    assert told == {*TOLD_OPERATIONS, *OWN_OPERATIONS, REORGANISE}


def test_the_bridge_makes_a_call_for_each_document_that_asks_for_an_act_outside() -> None:
    assert {made.doc_type for made in OPERATIONS.values() if made.outward} == CALLS.keys()


@pytest.fixture(scope="module")
def commands_by_path() -> dict[str, str]:
    """Path of each POST route of the API -> name of the command that its body is or becomes, as OpenAPI tells it."""
    found: dict[str, str] = {}
    uploads = {write.body.__name__: write.command.__name__ for write in WRITES if write.upload}
    for path, methods in create_app(Settings(engine="sqlite://")).openapi()["paths"].items():
        if "requestBody" in methods.get("post", {}):
            schema = methods["post"]["requestBody"]["content"]["application/json"]["schema"]
            name = schema["$ref"].rpartition("/")[2]
            name = uploads.get(name, name)
            if name in COMMANDS:
                found[path] = name
    return found


def test_each_post_route_is_open_to_the_roles_of_its_operation(
    commands_by_path: dict[str, str],
) -> None:
    paths = {path for method, path in ACCESS if method == "POST"}
    assert paths - commands_by_path.keys() == NO_SINGLE_OPERATION.keys()
    for path, name in commands_by_path.items():
        assert ACCESS["POST", path] == OPERATIONS[COMMANDS[name]].roles, path


def test_every_operation_told_by_people_has_a_route_and_no_other_has(
    commands_by_path: dict[str, str],
) -> None:
    told = {cls.__name__ for cls, made in OPERATIONS.items() if Told.BY_PEOPLE in made.told}
    assert sorted(commands_by_path.values()) == sorted(told)


def told_by(operation: Operation) -> set[str]:
    """Who tells it, in the words of docs/erp.md."""
    words = {role.value for role in operation.roles}
    words |= {"self"} if Told.BY_FOLLOW_UP in operation.told else set()
    return words | ({"event"} if Told.EXTERNALLY in operation.told else set())


def test_the_page_of_the_erp_says_who_tells_each_operation() -> None:
    page = (ROOT / "docs" / "erp.md").read_text(encoding="utf-8")
    said: dict[str, set[str]] = {}
    for row in re.findall(r"^\| `\w+` [A-Z]+.*$", page, re.MULTILINE):
        _, _types, commands, told, *_entries = row.split("|")
        for name in re.findall(r"`(\w+)`", commands):
            said[name] = {word.strip(" *") for word in told.split(",")}
    assert said == {cls.__name__: told_by(made) for cls, made in OPERATIONS.items()}


IN_OTHER_STORIES = {
    "HoldSalesOrder",
    "ConfirmReview",
    "CloseReview",
    "AttachFile",  # the name of a person or a customer, the text of a review
    "ContinueRefunds",  # of a failed slot that many hold
    "ContinueReleases",  # of a group that many grabbed
    "EndGuaranteedOrder",
    "ExplainCapacityTransfer",
    "ExplainClaimTransfer",
    "CloseReport",  # of a bet that ends, or whose contract takes an index no more
    "ReportProgress",  # the work of groups: tests/erp/test_work.py
    "ConfirmProgress",
    "CloseProgress",
    "DropPlannedProcess",
    "StartProcess",
    "HoldProcess",
    "ReleaseSalesOrder",
    "RaiseNeed",  # where reviews of a role fall below its mark
}


def test_what_follows_in_a_purchase_is_told_by_follow_up(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'erp.db'}")
    upgrade(engine)
    world = World(engine)
    world.prepare()
    play(world)
    world.do(world.policy(reorder_point=500, estimate_minor=1_000))  # due: a requisition follows
    in_lots = {"sourcing": "lots", "lots": 2, "estimate_minor": 1_000}
    world.do(
        world.policy(reorder_point=800, **in_lots)
    )  # each lot a requisition, then their opening
    world.do(CancelRequisition(requisition=world.last("requisition").number, reason="a slip"))
    world.do(world.policy(reorder_point=900, estimate_minor=9_000_000))  # over budget: a hold
    followed = {made.command for made in world.log() if made.caused_by is not None}
    told = {cls.__name__ for cls, made in OPERATIONS.items() if Told.BY_FOLLOW_UP in made.told}
    confirmed = {cls.__name__ for cls, made in OPERATIONS.items() if made.second}
    assert followed - confirmed == told - IN_OTHER_STORIES
    assert followed & confirmed
    assert FOLLOW_UPS.keys() <= OPERATIONS.keys()
    engine.dispose()


def test_every_room_is_in_the_list_of_rooms() -> None:
    folders = {path.parent.name for path in (ROOT / "erp").glob("*/operations.py")}
    listed = {cls.__module__.split(".")[1] for cls in OPERATIONS}
    assert listed == folders
    with_tables = {path.parent.name for path in (ROOT / "erp").glob("*/tables.py")} - {
        "api",
        "web",
        "webhooks",
    }
    listed = {module.__name__.split(".")[1] for module in rooms.TABLES} - {"kernel"}
    assert listed == with_tables


class Another(Command):
    """A command of no room."""


def test_two_rooms_cannot_claim_the_same() -> None:
    (command, made), *_others = OPERATIONS.items()
    for change in ({"doc_type": "other"}, {"series": "OTH"}):
        with pytest.raises(RoomsCollide):
            composed({command: made}, {Another: replace(made, **change)})
    with pytest.raises(RoomsCollide, match=command.__name__):
        composed({command: made}, {command: replace(made, doc_type="other", series="OTH")})
    (reacted, follow_up), *_others = FOLLOW_UPS.items()
    with pytest.raises(RoomsCollide, match=reacted.__name__):
        joined({reacted: follow_up}, {reacted: follow_up})


@pytest.mark.parametrize(
    ("told", "roles"),
    [
        (Told.BY_PEOPLE, frozenset[Role]()),
        (Told.EXTERNALLY, frozenset({Role.FINANCE})),
        (Told.EXTERNALLY | Told.BY_FOLLOW_UP, frozenset[Role]()),
        (Told.EXTERNALLY | Told.BY_PEOPLE, frozenset({Role.FINANCE})),
    ],
)
def test_an_operation_cannot_contradict_itself(told: Told, roles: frozenset[Role]) -> None:
    with pytest.raises(ValueError, match="told"):
        Operation("test", "TST", lambda _context, _command: {}, told, roles)
