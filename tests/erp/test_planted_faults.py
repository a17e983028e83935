"""Tests of the tests: each fault, planted in one function of the ERP, is found by a short walk, and by which invariant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from erp.budget import queries as budget
from erp.capacity import queries as minutes_held
from erp.database import snapshot
from erp.kernel import rows
from erp.kernel.context import Context
from erp.kernel.schema import Command
from erp.kernel.unit import Unit
from erp.ledger import chart, posting
from erp.ledger.turnover import queries as turnover
from erp.payments.schemas import RecordPayment, RecordTokenIssue
from erp.procurement import booking, invoices, planning
from erp.reversals.schemas import ReverseDocument
from erp.rooms import OPERATIONS
from erp.stock import rules, service
from tests.erp.walk.checks import check_walk
from tests.erp.walk.walker import Walk
from tests.erp.world import World

COMMANDS = 1_500  # within which a fault must be found
BETWEEN_CHECKS = 50
SEED = 3

Patch = pytest.MonkeyPatch


def wrapped(patch: Patch, command: type[Command], spoil: Callable[[Context], None]) -> None:
    """Spoils what an operation has posted, each time."""
    operation = OPERATIONS[command]

    def function(context: Context, told: Any) -> Any:
        made = operation.function(context, told)
        spoil(context)
        return made

    patch.setitem(OPERATIONS, command, replace(operation, function=function))


def post_to_one_side(patch: Patch) -> None:
    place = posting._place

    def halved(*arguments: Any) -> Any:
        placed = place(*arguments)
        return replace(placed, entry=replace(placed.entry, lines=placed.entry.lines[:-1]))

    patch.setattr(posting, "_place", halved)
    patch.setattr(posting.rules, "check", lambda *_: None)


def round_up(patch: Patch) -> None:
    patch.setattr(rules, "issue_cost", lambda value, on_hand, some: -(-value * some // on_hand))


def skip_the_budget_check(patch: Patch) -> None:
    move = posting._move

    def unguarded(held: Any, key: Any, account: Any, amount: int) -> None:
        free = account.code == chart.AVAILABLE
        move(held, key, replace(account, guarded=False) if free else account, amount)

    patch.setattr(posting, "_move", unguarded)
    for room in (budget, planning, invoices):
        patch.setattr(room, "expect_available", lambda *_: None)


def forget_the_group_on_one_line(patch: Patch) -> None:
    line_row = posting._line_row

    def forgetful(entry: int, position: int, *rest: Any) -> dict[str, Any]:
        row = line_row(entry, position, *rest)
        return row | (
            {"chain_group": "" if row["chain_group"] else "CG-9"} if position == 2 else {}
        )

    patch.setattr(posting, "_line_row", forgetful)


def pay_twice(patch: Patch) -> None:
    wrapped(patch, RecordPayment, lambda context: context.post(*context.entries))


def read_a_stale_row(patch: Patch) -> None:
    """What a batch has changed and not written yet is read again as the database has it."""

    def hold(held: Any, row: Any) -> Any:
        key = held.shape.key_in(row)
        held.now[key], held.stored[key] = held.shape.record(*row), tuple(row)
        return held.now[key]

    patch.setattr(rows._Held, "hold", hold)


def leave_a_gap_in_the_log(patch: Patch) -> None:
    claim = Unit.claim_sequence
    patch.setattr(Unit, "claim_sequence", lambda unit: claim(unit) and claim(unit))


def take_a_number_twice(patch: Patch) -> None:
    patch.setattr(Unit, "next_number", lambda _unit, series, _at: f"{series}-2026-00099")


def leave_out_the_turnover(patch: Patch) -> None:
    patch.setattr(posting, "_add_turnovers", lambda *_: None)


def value_an_issue_one_off(patch: Patch) -> None:
    move = service.move

    def inexact(held: Any, entity: str, code: str, **moved: int) -> None:
        worth = moved.get("value", 0)
        move(held, entity, code, **moved | ({"value": worth + 1} if worth < 0 else {}))

    patch.setattr(service, "move", inexact)


def value_a_rejected_unit(patch: Patch) -> None:
    amount_of = booking.next_delivery_amount

    def generous(order: Any, accepted: int) -> int:
        return amount_of(order, min(accepted + 1, order.quantity - order.accepted))

    patch.setattr(booking, "next_delivery_amount", generous)


def leave_out_the_treasury(patch: Patch) -> None:
    wrapped(patch, RecordTokenIssue, lambda context: context.entries.pop() and None)


def count_outside_books_as_ours(patch: Patch) -> None:
    patch.setattr(turnover, "scoped", lambda statement, _scope: statement)


def mirror_a_reversal_twice(patch: Patch) -> None:
    wrapped(patch, ReverseDocument, lambda context: context.post(*context.entries))


def leave_minutes_with_who_gave_them_away(patch: Patch) -> None:
    def copied(held: Any, token_id: str, party: str, minutes: int) -> int:
        found = minutes_held.held(held, token_id, party)
        return found.carrying_minor * min(minutes, found.minutes) // max(found.minutes, 1)

    patch.setattr(minutes_held, "take", copied)


PLANTED = {
    post_to_one_side: "I1",
    round_up: "I10",
    skip_the_budget_check: "I4",
    forget_the_group_on_one_line: "I3",
    pay_twice: "I11",
    leave_a_gap_in_the_log: "I17",
    leave_out_the_turnover: "I3",
    value_an_issue_one_off: "I10",
    value_a_rejected_unit: "I11",
    leave_out_the_treasury: "I6",
    count_outside_books_as_ours: "I18",
    mirror_a_reversal_twice: "I1[05]",
    leave_minutes_with_who_gave_them_away: "I19",
}


def walk_until_found(world: World) -> None:
    walk = Walk(world, SEED, 1)
    while walk.accepted < COMMANDS:
        walk.walk(BETWEEN_CHECKS)
        with snapshot(world.engine) as session:
            check_walk(session)


@pytest.mark.sqlite("what the code does wrong it does wrong on both")
@pytest.mark.parametrize(
    ("plant", "invariant"), [pytest.param(*each, id=each[0].__name__) for each in PLANTED.items()]
)
def test_a_planted_fault_is_found_and_named(
    world: World, plant: Callable[[Patch], None], invariant: str, monkeypatch: Patch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=rf"\b{invariant}\b"):
        walk_until_found(world)


@pytest.mark.sqlite("what the code does wrong it does wrong on both")
def test_a_number_taken_twice_is_refused_by_the_database(world: World, monkeypatch: Patch) -> None:
    take_a_number_twice(monkeypatch)
    with pytest.raises(IntegrityError, match="number"):
        walk_until_found(world)


@pytest.mark.sqlite("what the code does wrong it does wrong on both")
def test_a_row_that_is_read_stale_is_found_or_stopped_by_the_bound_of_a_quantity(
    world: World, monkeypatch: Patch
) -> None:
    read_a_stale_row(monkeypatch)
    with pytest.raises(
        (AssertionError, ValueError), match=r"\bI(9|11)\b|on order would become -\d"
    ):
        walk_until_found(world)


@pytest.mark.sqlite("what the code does wrong it does wrong on both")
def test_the_same_walk_finds_nothing_where_nothing_is_planted(world: World) -> None:
    walk_until_found(world)
