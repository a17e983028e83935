"""Rebuilt books are gone on with by what came since: new rows are compared at once, old ones when their turn comes."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table
from sqlalchemy.orm import Session

from erp.budget.schemas import ApproveBudget
from erp.comparison import Difference
from erp.database import Key, rows_at, snapshot
from erp.replay import continued, differences
from scripts.plays.acts.tampering import tamper
from tests.erp.test_replay import full_story
from tests.erp.test_worked_case import play
from tests.erp.world import World

ALL = 1_000_000  # rows: more than there are
# The story writes a row of it for a transfer whose block leaves the chain: its reorganisation takes the row away again.
GOES_AWAY = frozenset({"suspense_item"})


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where rebuilt books stay."""
    return tmp_path / "books.db"


def begin(world: World, kept: Path) -> None:
    """The books are rebuilt whole, and kept."""
    with snapshot(world.engine) as session:
        assert differences(session, file=kept) == []


def go_on(world: World, kept: Path, rows: int = 1) -> list[Difference]:
    """What is found by what came since and so many other rows."""
    with snapshot(world.engine) as session:
        return continued(session, kept, rows)


def test_books_gone_on_with_in_steps_are_those_made_at_once(world: World, kept: Path) -> None:
    begin(world, kept)
    full_story(world)
    assert go_on(world, kept) == []
    assert go_on(world, kept, ALL) == []
    for amount in (5, 6):
        world.do(ApproveBudget(entity="buyer", amount_minor=amount))
        assert go_on(world, kept) == []
    with snapshot(world.engine) as session:
        assert differences(session) == []


def test_an_edit_of_what_new_documents_wrote_is_found_at_once_and_again_until_it_is_gone(
    world: World, kept: Path
) -> None:
    begin(world, kept)
    play(world)
    tamper(world.engine, "UPDATE purchase_order SET amount_minor = amount_minor + 1")
    found = go_on(world, kept)
    assert {d.table for d in found} == {"purchase_order"}
    assert go_on(world, kept) == found
    tamper(world.engine, "UPDATE purchase_order SET amount_minor = amount_minor - 1")
    assert go_on(world, kept) == []


@pytest.mark.parametrize("rows", [1, 7, 100, ALL])
def test_an_edit_of_an_old_row_is_found_when_its_turn_comes_and_not_passed_by(
    world: World, kept: Path, rows: int
) -> None:
    play(world)
    begin(world, kept)
    tamper(world.engine, "UPDATE delivery SET paid_minor = paid_minor + 1")
    for _ in range(2_000):
        found = go_on(world, kept, rows)
        if found:
            break
    assert {d.table for d in found} == {"delivery"}
    assert go_on(world, kept, rows) == found


def test_every_row_that_new_documents_wrote_is_found_by_its_key_on_both_sides(
    world: World, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that were told otherwise than the row says it would be missing on both sides, and so agree."""
    begin(world, kept)
    full_story(world)
    missing: set[str] = set()

    def noted(session: Session, table: Table, keys: Collection[Key]) -> dict[Key, dict[str, Any]]:
        found = rows_at(session, table, keys)
        if found.keys() != set(keys):
            missing.add(table.name)
        return found

    monkeypatch.setattr("erp.comparison.rows_at", noted)
    assert go_on(world, kept) == []
    assert missing <= GOES_AWAY


def test_an_invented_and_a_deleted_row_are_found_when_their_turn_comes(
    world: World, kept: Path
) -> None:
    full_story(world)
    begin(world, kept)
    tamper(world.engine, "DELETE FROM stock_level")
    assert "stock_level" in {d.table for d in go_on(world, kept, ALL)}
    tamper(world.engine, "INSERT INTO item VALUES ('ghost', 'Ghost', 'kg')")
    assert {"item", "stock_level"} <= {d.table for d in go_on(world, kept, ALL)}
