"""A dry run of a write says what the write would make, or refuses as it would, and writes nothing at all."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine

from erp.api.desk import Desk
from erp.api.idempotency import Answer, Request
from erp.api.jobs import Done, Each, Job, Outcome, ToldCommand
from erp.api.routes import WRITES
from erp.api.tokens import create_token
from erp.database import transaction
from erp.kernel.base import metadata
from erp.kernel.log.model import Document
from erp.kernel.operation import Told
from erp.kernel.roles import Role
from erp.kernel.schema import Command
from erp.rooms import OPERATIONS
from tests.clerks import clerk_of
from tests.erp.conftest import NewEngine, new_engine, prepared
from tests.erp.test_replay import full_story
from tests.erp.world import World

from .house import House
from .test_problems import problem

__all__ = ["new_engine"]
CAPITAL = {"entity": "HEFEI", "amount_minor": 100}
STEEL = {"code": "STEEL", "name": "Steel", "unit": "sheet"}


def everything(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in metadata.sorted_tables
        }


def dry(house: House, role: Role, path: str, body: Any, key: str = "dry-1") -> Any:
    """A dry run by a role."""
    headers = house.headers(role) | {"Idempotency-Key": key}
    return house.client.post(path, params={"dry_run": "true"}, json=body, headers=headers)


def without_salts(answer: Any) -> Any:
    """An answer without what is new each time: salts, and digests over them."""
    if isinstance(answer, dict):
        kept = {
            name: part for name, part in answer.items() if name != "salt" and "digest" not in name
        }
        return {name: without_salts(part) for name, part in kept.items()}
    return [without_salts(part) for part in answer] if isinstance(answer, list) else answer


class Rehearsing(World):
    """A world that rehearses each command the first time that it is told, and holds what is made then to it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.rehearsed: set[str] = set()
        with transaction(engine) as session:
            create_token(
                session,
                name="any",
                role=Role.ADMIN,
                party=None,
                person=None,
                at=1,
                secret=b"s" * 32,
            )
        self.desk = Desk(engine, lambda: self.now, lambda size: b"\7" * size)
        self.keys = itertools.count()

    def rehearse(self, command: Command, actor: str) -> Outcome:
        """What the desk says that the command would make."""
        found: list[Outcome] = []

        def conclude(outcomes: Sequence[Outcome]) -> Answer:
            found.extend(outcomes)
            return Answer(201, "{}")

        work = Each([ToldCommand(command, actor)], conclude)
        request = Request(1, f"dry-{next(self.keys)}", "f")
        asyncio.run(self.desk.answer(Job(request, work, dry_run=True)))
        return found[0]

    def do(
        self,
        command: Command,
        *,
        origin: str | None = None,
        salt: bytes | None = None,
        actor: str | None = None,
    ) -> Document:
        """Rehearses a command that is new here, then tells it."""
        name = type(command).__name__
        if name in self.rehearsed or OPERATIONS[type(command)].second:
            return super().do(command, origin=origin, salt=salt, actor=actor)
        before = everything(self.engine)
        foreseen = self.rehearse(command, actor or clerk_of(command))
        assert everything(self.engine) == before, name
        made = super().do(command, origin=origin, salt=salt, actor=actor)
        assert isinstance(foreseen, Done), (name, foreseen)
        self.rehearsed.add(name)
        if origin is None:
            told = foreseen.document
            assert (told.number, told.fields, told.entries) == (
                made.number,
                made.fields,
                made.entries,
            ), name
            kept = [each for each in self.log() if each.sequence > made.sequence]
            assert [(each.number, each.fields) for each in foreseen.follow_ups] == [
                (each.number, each.fields) for each in kept
            ], name
        return made


@pytest.mark.sqlite("the same commands; what each database takes back is held below, on both")
def test_a_dry_run_of_any_command_of_the_story_leaves_every_table_as_it_was_and_foresees_its_documents(
    new_engine: NewEngine,
) -> None:
    world = Rehearsing(new_engine(prepared))
    full_story(world)
    people = {kind.__name__ for kind, made in OPERATIONS.items() if Told.BY_PEOPLE in made.told}
    routes = {write.command.__name__ for write in WRITES}  # rehearsed below, each by its route
    assert people - world.rehearsed <= routes
    assert len(world.rehearsed) > 80  # those that only events tell among them


def test_a_dry_run_of_every_write_answers_as_the_write_does_and_writes_nothing(
    house: House,
) -> None:
    before = everything(house.engine)
    for number, write in enumerate(WRITES):
        (role, *_) = sorted(OPERATIONS[write.command].roles)
        foreseen = dry(house, role, write.path, write.example, f"key-of-{number}")
        assert everything(house.engine) == before, write.path
        done = house.post(role, write.path, write.example, f"key-of-{number}")
        assert "idempotency-replayed" not in done.headers
        assert foreseen.status_code == {201: 200}.get(done.status_code, done.status_code)
        assert without_salts(foreseen.json()) == without_salts(done.json()), write.path
        before = everything(house.engine)


def test_a_dry_run_tells_the_documents_and_entries_and_that_nothing_was_made(house: House) -> None:
    house.post(Role.PLANNER, "/items", STEEL)
    opening = {"entity": "HEFEI", "item": "STEEL", "quantity": 5, "value_minor": 500}
    house.told(Role.FINANCE, "/stock-openings", opening)
    issue = {"entity": "HEFEI", "item": "STEEL", "quantity": 2, "purpose": "production"}
    answer = dry(house, Role.WAREHOUSE, "/goods-issues", issue)
    assert answer.status_code == 200
    assert answer.json()["document"]["number"] == "GI-2026-00001"
    assert house.get(Role.AUDITOR, "/documents", type="goods_issue").json()["items"] == []
    real = house.post(Role.WAREHOUSE, "/goods-issues", issue, "dry-1")
    assert real.status_code == 201
    assert real.json()["document"]["number"] == "GI-2026-00001"


def test_a_dry_run_under_a_used_key_says_what_the_write_would_be_answered(house: House) -> None:
    made = house.post(Role.PLANNER, "/items", STEEL, "k-1")
    again = dry(house, Role.PLANNER, "/items", STEEL, "k-1")
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    assert again.json() == made.json()
    other = dry(house, Role.PLANNER, "/items", STEEL | {"name": "Iron"}, "k-1")
    problem(other, 422, "idempotency-key-reused")


@pytest.mark.parametrize("mode", ["each", "all"])
def test_a_dry_run_of_a_list_writes_none_of_it(house: House, mode: str) -> None:
    commands = [{"command": "RegisterItem", "fields": STEEL | {"code": code}} for code in "AB"]
    before = everything(house.engine)
    answer = dry(house, Role.PLANNER, "/batches", {"mode": mode, "commands": commands})
    assert answer.status_code == 200
    assert [each["status"] for each in answer.json()["outcomes"]] == [201, 201]
    assert everything(house.engine) == before


def test_a_dry_run_of_an_upload_keeps_no_bytes(house: House) -> None:
    write = next(each for each in WRITES if each.path == "/attachments")
    made = house.confirmed(house.post(Role.FINANCE, "/capital-contributions", CAPITAL))
    (role, *_) = sorted(OPERATIONS[write.command].roles)
    before = everything(house.engine)
    body = write.example | {"about": made["document"]["number"]}
    answer = dry(house, role, write.path, body)
    assert answer.status_code == 200, answer.text
    assert everything(house.engine) == before


@pytest.mark.parametrize("wrong", ["yes", "1", "TRUE", ""])
def test_what_is_neither_true_nor_false_is_refused_and_nothing_is_written(
    house: House, wrong: str
) -> None:
    before = everything(house.engine)
    headers = house.headers(Role.PLANNER) | {"Idempotency-Key": "k"}
    answer = house.client.post(f"/items?dry_run={wrong}", json=STEEL, headers=headers)
    problem(answer, 422, "validation-failed")
    misspelt = house.client.post("/items?dryrun=true", json=STEEL, headers=headers)
    assert problem(misspelt, 422, "unknown-parameter")["nearest"] == {"dryrun": "dry_run"}
    assert everything(house.engine) == before


def test_dry_runs_among_writes_take_nothing_from_them(house: House) -> None:
    def told(number: int) -> int:
        body = STEEL | {"code": f"STEEL-{number // 2}"}
        if number % 2:
            return int(dry(house, Role.PLANNER, "/items", body, f"k-{number}").status_code)
        return house.post(Role.PLANNER, "/items", body, f"k-{number}").status_code

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(told, range(24)))
    assert set(answers[::2]) == {201}
    assert set(answers[1::2]) <= {200, 409}
    numbers = [
        each["number"]
        for each in house.get(Role.AUDITOR, "/documents", type="item").json()["items"]
    ]
    assert numbers == [f"ITM-2026-{n:05}" for n in range(1, 13)]
