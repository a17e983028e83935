"""A batch is its commands one by one: the same rows, the same documents, the same refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from itertools import cycle
from typing import Any, TypeGuard

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.budget.schemas import ApproveBudget
from erp.comparison import OUTSIDE, Difference
from erp.database import all_rows, metadata, transaction
from erp.execute import MAX_BATCH, Outcome, Submission
from erp.items.tables import Item
from erp.kernel.errors import BatchRefused, BatchTooLarge, DuplicateOrigin, Rejected
from erp.kernel.log import queries as log
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.parties.errors import UnknownAccount
from erp.payments.schemas import RecordTokenIssue
from erp.procurement.schemas import RecordGoodsReceipt, RecordSupplierInvoice
from erp.proposals.schemas import ConfirmProposal, Propose
from erp.quality.schemas import RecordInspection
from erp.replay import differences
from erp.rooms import command_of, execute, execute_many
from erp.stock.errors import InsufficientStock
from erp.stock.schemas import IssueStock, OpenStock
from tests.clerks import clerk_of
from tests.erp.conftest import NewEngine, prepared
from tests.erp.test_replay import full_story
from tests.erp.world import REF, START, World, account

NOBODY = RecordTokenIssue(account=account("nobody"), amount_minor=1, bank_ref=REF)


def told(
    commands: Sequence[Command], origins: Sequence[str | None] | None = None
) -> list[Submission]:
    """Submissions of these commands, each with a salt of its own."""
    return [
        Submission(
            command,
            START + index,
            hashlib.sha256(b"%d" % index).digest(),
            clerk_of(command),
            None if origins is None else origins[index],
        )
        for index, command in enumerate(commands)
    ]


def issued(amount: int) -> RecordTokenIssue:
    return RecordTokenIssue(account=account("buyer"), amount_minor=amount, bank_ref=REF)


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
        return books_in(session)


def books_in(session: Session) -> dict[str, list[tuple[object, ...]]]:
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
        *(issued(index) for index in range(1, 20)),
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
    commands = [NOBODY if index in places else issued(index + 1) for index in range(5)]
    outcomes = at_once(world.engine, told(commands))
    assert [
        index for index, each in enumerate(outcomes) if isinstance(each, UnknownAccount)
    ] == places
    kept = world.log()[before:]
    assert kept == [each for each in outcomes if isinstance(each, Document)]
    assert [each.sequence for each in kept] == [before + 1 + index for index in range(len(kept))]
    assert [each.number for each in kept] == [
        f"TKI-2026-{index + 4:05d}" for index in range(len(kept))
    ]


def test_a_batch_told_as_a_whole_leaves_nothing_when_one_command_is_refused(world: World) -> None:
    before = books(world.engine)
    with (
        transaction(world.engine) as session,
        pytest.raises(BatchRefused, match=f"command 2 .*{account('nobody')}") as refusal,
    ):
        execute_many(session, told([issued(1), issued(2), NOBODY, issued(3)]), atomic=True)
    assert refusal.value.index == 2
    assert isinstance(refusal.value.cause, UnknownAccount)
    assert books(world.engine) == before


def test_what_a_batch_had_to_write_in_its_middle_goes_with_it(world: World) -> None:
    fields = ApproveBudget(entity="buyer", amount_minor=1).model_dump(mode="json")
    proposal = world.do(Propose(command="ApproveBudget", fields=fields), actor="finance:another")
    before = books(world.engine)
    written = ConfirmProposal(proposal=proposal.number)  # what follows looks for blocked invoices
    with transaction(world.engine) as session:
        with pytest.raises(BatchRefused):
            execute_many(session, told([issued(1), written, NOBODY]), atomic=True)
        assert books_in(session) == before
        outcomes = execute_many(session, told([issued(1), written, NOBODY]), atomic=False)
    assert [each for each in world.log() if each.caused_by is None][-2:] == outcomes[:2]
    assert world.log()[-1].type == "budget_approval"
    assert replayed(world.engine) == []


def test_what_the_caller_wrote_before_a_refused_batch_stands(world: World) -> None:
    for atomic in (True, False):
        with transaction(world.engine) as session:
            session.add(Item(code=f"nut {atomic}", name="Nut", unit="piece"))  # not yet written
            with pytest.raises(BatchRefused) if atomic else nullcontext():
                execute_many(session, told([issued(1), NOBODY]), atomic=atomic)
    with transaction(world.engine) as session:
        assert {row.code for row in Rows.of(session).select(Item)} >= {"nut True", "nut False"}


def test_a_batch_told_as_a_whole_stands_when_all_agree(world: World) -> None:
    with transaction(world.engine) as session:
        made = execute_many(session, told([issued(1), issued(2)]), atomic=True)
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
    commands = [issued(1), issued(2), issued(1), issued(3), issued(2)]
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


def cut(submissions: Sequence[Submission], sizes: Sequence[int]) -> list[list[Submission]]:
    """Batches of these sizes, over and over."""
    batches, at = [], 0
    for size in cycle(sizes):
        if at >= len(submissions):
            return batches
        batches.append(list(submissions[at : at + size]))
        at += size
    return batches


def retold(documents: Sequence[Document]) -> list[Submission]:
    """The commands of a log, as they were told."""
    return [
        Submission(command_of(made), made.at, made.salt, made.actor, made.origin)
        for made in documents
        if made.caused_by is None
    ]


@pytest.mark.parametrize("sizes", [[1], [2, 1, 5], [7], [500]])
def test_a_whole_story_in_batches_of_any_size_makes_the_same_books(
    world: World, engine: Engine, sizes: list[int]
) -> None:
    first, second = world, engine
    full_story(first)
    for batch in cut(retold(first.log()), sizes):
        assert all(isinstance(each, Document) for each in at_once(second, batch))
    mine, yours = books(first.engine), books(second)
    side = {name for name in mine if name.startswith(OUTSIDE)}
    assert {name: rows for name, rows in mine.items() if name not in side} == {
        name: rows for name, rows in yours.items() if name not in side
    }


def test_what_follows_in_a_batch_stands_behind_its_cause(world: World) -> None:
    world.do(OpenStock(entity="buyer", item="bolt", quantity=10, value_minor=1_000))
    world.do(world.policy(reorder_point=8))
    before = len(world.log())
    at_once(world.engine, told([issue(1), issue(2), issue(3)]))
    after = world.log()[before:]
    assert [(made.type, made.caused_by) for made in after] == [
        ("goods_issue", None),
        ("goods_issue", None),
        ("requisition", after[1].sequence),
        ("goods_issue", None),
    ]


def test_an_order_can_be_received_inspected_and_invoiced_in_one_batch(world: World) -> None:
    number = world.ordered().number
    world.fund()
    world.despatch(90)
    receipt = f"GR-2026-{1:05d}"
    commands: list[Command] = [
        RecordGoodsReceipt(order=number, delivery_id=1, quantity=90, received_at=world.now),
        RecordInspection(receipt=receipt, accepted=90, rejected=0),
        RecordSupplierInvoice(
            order=number,
            delivery_id=1,
            invoice_number="INV-1",
            quantity=90,
            net_minor=1_035_000,
            tax_minor=134_550,
        ),
        RecordSupplierInvoice(
            order=number,
            delivery_id=1,
            invoice_number="inv 1",
            quantity=90,
            net_minor=1_035_000,
            tax_minor=134_550,
        ),
    ]
    submissions = [replace(each, at=world.now) for each in told(commands)]
    outcomes = at_once(world.engine, submissions)
    assert [getattr(each, "code", "made") for each in outcomes] == [
        "made",
        "made",
        "made",
        "duplicate-invoice-number",
    ]
    assert world.log()[-1].type == "match"
    assert world.log()[-1].fields["status"] == "MATCHED"
    assert replayed(world.engine) == []


def replayed(engine: Engine) -> list[Difference]:
    with transaction(engine) as session:
        return differences(session)


def test_an_unexpected_error_in_a_batch_leaves_nothing_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = books(world.engine)
    row_of = log.row_of

    def broken(document: Document) -> dict[str, Any]:
        if document.fields.get("amount_minor") == 3:
            raise ZeroDivisionError
        return row_of(document)

    monkeypatch.setattr(log, "row_of", broken)
    with transaction(world.engine) as session:
        with pytest.raises(ZeroDivisionError):
            execute_many(session, told([issued(1), NOBODY, issued(2), issued(3)]), atomic=False)
        assert books_in(session) == before
    monkeypatch.undo()
    assert books(world.engine) == before


def test_batches_of_two_threads_lose_nothing(world: World) -> None:
    world.do(OpenStock(entity="buyer", item="bolt", quantity=70, value_minor=7_000))

    def write(thread: int) -> list[Outcome]:
        made: list[Outcome] = []
        for turn in range(5):
            commands: list[Command] = [issue(1), issued(1), NOBODY, issue(2), issue(1)] * 2
            submissions = [
                replace(each, origin=f"{thread} {turn} {index}")
                for index, each in enumerate(told(commands))
            ]
            made += at_once(world.engine, submissions)
        return made

    with ThreadPoolExecutor(2) as pool:
        outcomes = [each for made in pool.map(write, range(2)) for each in made]
    gone = sum(each.fields["quantity"] for each in outcomes if is_issue(each))
    assert gone == 70
    assert sum(isinstance(each, InsufficientStock) for each in outcomes) >= 1
    kept = world.log()
    assert [made.sequence for made in kept] == list(range(1, len(kept) + 1))
    assert [made.number for made in kept if made.type == "goods_issue"] == [
        f"GI-2026-{index + 1:05d}" for index in range(sum(map(is_issue, outcomes)))
    ]
    assert {made.number for made in kept} >= {
        each.number for each in outcomes if isinstance(each, Document)
    }
    assert replayed(world.engine) == []


def is_issue(outcome: Outcome) -> TypeGuard[Document]:
    return isinstance(outcome, Document) and outcome.type == "goods_issue"
