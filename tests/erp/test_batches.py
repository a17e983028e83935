"""A batch is its commands one by one: the same rows, the same documents, the same refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine

from erp.database import all_rows, metadata, transaction
from erp.execute import MAX_BATCH, Outcome, Submission
from erp.kernel.errors import BatchRefused, BatchTooLarge, DuplicateOrigin, Rejected
from erp.kernel.log.model import Document
from erp.kernel.schema import Command
from erp.parties.errors import UnknownParty
from erp.payments.schemas import ContributeCapital
from erp.rooms import execute, execute_many
from erp.stock.errors import InsufficientStock
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.conftest import NewEngine, prepared
from tests.erp.world import START, World

NOBODY = ContributeCapital(entity="nobody", amount_minor=1)


def told(
    commands: Sequence[Command], origins: Sequence[str | None] | None = None
) -> list[Submission]:
    """Submissions of these commands, each with a salt of its own."""
    return [
        Submission(
            command,
            START + index,
            hashlib.sha256(b"%d" % index).digest(),
            "test",
            None if origins is None else origins[index],
        )
        for index, command in enumerate(commands)
    ]


def capital(amount: int) -> ContributeCapital:
    return ContributeCapital(entity="buyer", amount_minor=amount)


def issue(quantity: int) -> IssueStock:
    return IssueStock(entity="buyer", item="bolt", quantity=quantity, purpose="production")


def one_by_one(engine: Engine, submissions: Sequence[Submission]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for each in submissions:
        try:
            with transaction(engine) as session:
                outcomes.append(
                    execute(
                        session,
                        each.command,
                        at=each.at,
                        salt=each.salt,
                        origin=each.origin,
                        actor=each.actor,
                    )
                )
        except Rejected as refusal:
            outcomes.append(refusal)
    return outcomes


def at_once(engine: Engine, submissions: Sequence[Submission]) -> list[Outcome]:
    with transaction(engine) as session:
        return execute_many(session, submissions, atomic=False)


def spoken(outcomes: Sequence[Outcome]) -> list[Document | str]:
    return [
        outcome if isinstance(outcome, Document) else f"{type(outcome).__name__}: {outcome}"
        for outcome in outcomes
    ]


def books(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with transaction(engine) as session:
        return {
            table.name: sorted((tuple(row.values()) for row in all_rows(session, table)), key=str)
            for table in metadata.sorted_tables
        }


@pytest.fixture
def twin(new_engine: NewEngine) -> World:
    """A second world that is equal to the first."""
    return World(new_engine(prepared))


def test_a_batch_writes_what_its_commands_write_one_by_one(world: World, twin: World) -> None:
    commands: list[Command] = [
        OpenStock(entity="buyer", item="bolt", quantity=500, value_minor=100_001),
        world.policy(reorder_point=450),
        *(issue(7) for _ in range(30)),
        issue(10_000),
        NOBODY,
        *(capital(index) for index in range(1, 20)),
        world.policy(reorder_point=10, candidates=("rival",)),
    ]
    submissions = told(commands)
    assert spoken(at_once(world.engine, submissions)) == spoken(
        one_by_one(twin.engine, submissions)
    )
    assert books(world.engine) == books(twin.engine)


@pytest.mark.parametrize("places", [[0], [4], [0, 1, 2, 3, 4], [1, 3], [2, 3]])
def test_refused_commands_leave_exactly_the_others_and_no_gap(
    world: World, places: list[int]
) -> None:
    before = len(world.log())
    commands = [NOBODY if index in places else capital(index + 1) for index in range(5)]
    outcomes = at_once(world.engine, told(commands))
    assert [
        index for index, each in enumerate(outcomes) if isinstance(each, UnknownParty)
    ] == places
    kept = world.log()[before:]
    assert kept == [each for each in outcomes if isinstance(each, Document)]
    assert [each.sequence for each in kept] == [before + 1 + index for index in range(len(kept))]
    assert [each.number for each in kept] == [
        f"CAP-2026-{index + 1:05d}" for index in range(len(kept))
    ]


def test_a_batch_told_as_a_whole_leaves_nothing_when_one_command_is_refused(world: World) -> None:
    before = books(world.engine)
    with (
        transaction(world.engine) as session,
        pytest.raises(BatchRefused, match=r"command 2 .*'nobody'") as refusal,
    ):
        execute_many(session, told([capital(1), capital(2), NOBODY, capital(3)]), atomic=True)
    assert refusal.value.index == 2
    assert isinstance(refusal.value.cause, UnknownParty)
    assert books(world.engine) == before


def test_a_batch_told_as_a_whole_stands_when_all_agree(world: World) -> None:
    with transaction(world.engine) as session:
        made = execute_many(session, told([capital(1), capital(2)]), atomic=True)
    assert world.log()[-2:] == made


def test_no_command_of_a_batch_sees_a_row_as_it_was_before_the_batch(world: World) -> None:
    world.do(OpenStock(entity="buyer", item="bolt", quantity=10, value_minor=1_000))
    outcomes = at_once(world.engine, told([issue(6), issue(6), issue(4), issue(1)]))
    assert [type(each) for each in outcomes] == [
        Document,
        InsufficientStock,
        Document,
        InsufficientStock,
    ]


def test_the_same_origin_twice_in_one_batch_is_one_document(world: World) -> None:
    commands = [capital(1), capital(2), capital(1), capital(3), capital(2)]
    origins = ["a", "b", "a", "b", "b"]
    first, second, again, conflict, once_more = at_once(world.engine, told(commands, origins))
    assert again == first
    assert once_more == second
    assert isinstance(conflict, DuplicateOrigin)
    assert world.log()[-2:] == [first, second]
    assert at_once(world.engine, told(commands[:2], origins[:2])) == [first, second]


def test_a_batch_above_the_bound_is_refused(world: World) -> None:
    submissions = told([NOBODY]) * (MAX_BATCH + 1)
    with transaction(world.engine) as session:
        with pytest.raises(BatchTooLarge, match="has 501 commands; at most 500") as refusal:
            execute_many(session, submissions, atomic=False)
        assert refusal.value.code == "batch-too-large"
        assert len(execute_many(session, submissions[:MAX_BATCH], atomic=False)) == MAX_BATCH
        assert execute_many(session, [], atomic=True) == []


def test_a_submission_needs_a_whole_salt() -> None:
    with pytest.raises(ValueError, match="salt has 3 bytes, not 32"):
        Submission(NOBODY, START, b"abc", "test")
