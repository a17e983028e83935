"""rebuild: the books made again from chain and payloads are the books in use, and whatever somebody edited is named."""

# ruff: noqa: S608 - the names of tables and columns are this file's own

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bridge.audit import RebuildReport
from bridge.audit.model import RingMoves
from erp.credit.schemas import RecordCreditOutcome
from erp.database import IMMUTABLE_TABLES
from scripts import interlock
from tests.faults.administrator import forge, paid
from tests.faults.rooms import FILLED_BY, PLAYS, tables_of
from tests.faults.test_planted_faults import PLAYED, edited, told
from tests.world import World


def rebuilt(world: World, file: Path) -> RebuildReport:
    """What a rebuild of the world finds now."""
    file.mkdir()
    return world.bridge.rebuild.run(file / "rebuilt.db")


def named(report: RebuildReport) -> str:
    """Everything that it says of differences."""
    return "\n".join(f"{d.table} {d.key}: {d.detail}" for d in report.differences)


@pytest.fixture
def places(tmp_path: Path) -> Any:
    """New folders, one for each rebuild."""
    return (tmp_path / str(number) for number in range(1_000))


def unlock(world: World) -> None:
    """The triggers that keep posted rows are dropped."""
    for table in IMMUTABLE_TABLES:
        for verb in ("update", "delete"):
            world.sql(f"DROP TRIGGER {table}_no_{verb}")


@pytest.mark.parametrize("play", sorted(PLAYED | set(FILLED_BY.values())))
def test_the_books_made_again_are_equal_and_an_edit_of_any_table_of_a_play_is_named(
    world: World, play: str, places: Any
) -> None:
    PLAYS[play](world)
    world.settle()
    # two plays book with smaller limits than ours, and so are other books by our rules: the audit says the same
    ours = told(world.audit(), 5)
    assert named(rebuilt(world, next(places))) == ours
    tables = [table for room in FILLED_BY if FILLED_BY[room] == play for table in tables_of(room)]
    kept = []
    for table in tables:
        column, value = edited(table)
        row, was = world.sql(
            f"SELECT rowid, {column} FROM {table.name} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 1"
        )[0]
        world.sql(f"UPDATE {table.name} SET {column} = {value} WHERE rowid = :row", row=row)
        kept.append((table.name, column, row, was))
    after = rebuilt(world, next(places))
    assert {d.table for d in after.differences} >= {table.name for table in tables}, named(after)
    for name, column, row, was in kept:
        world.sql(f"UPDATE {name} SET {column} = :was WHERE rowid = :row", was=was, row=row)
    assert named(rebuilt(world, next(places))) == ours


# What a database administrator edits of what the bridge read, and how it is named.
EDITS = {
    "bridge_inbox": ("body", "replace(body, '1000003', '1000004')", "body is"),
    "bridge_commitment": ("root", "'0x' || substr(root, 4) || 'f'", "root is"),
    "bridge_anchor": ("head", "'0x' || substr(head, 4) || 'f'", "head is"),
}


@pytest.mark.parametrize("table", EDITS)
def test_an_edit_of_what_the_bridge_read_is_named(world: World, table: str, places: Any) -> None:
    paid(world)
    column, value, said = EDITS[table]
    world.sql(f"UPDATE {table} SET {column} = {value}")
    report = rebuilt(world, next(places))
    assert {d.table for d in report.differences} == {table}
    assert said in named(report)


def test_a_row_deleted_from_any_table_that_the_bridge_read_is_named(
    world: World, places: Any
) -> None:
    paid(world)
    for table in EDITS:
        world.sql(f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})")
    report = rebuilt(world, next(places))
    assert {d.table for d in report.differences} == set(EDITS), named(report)


def test_a_document_of_an_event_is_made_of_the_chain_and_not_of_the_log(
    world: World, places: Any
) -> None:
    """Somebody raised a payment in the log and in all books alike: the log alone would give the same books."""
    paid(world)
    unlock(world)
    world.sql(
        "UPDATE document_log SET payload = replace(payload, :old, :new) WHERE type = 'payment'",
        old='"net_minor":1000003',
        new='"net_minor":1000004',
    )
    (sequence,) = world.sql("SELECT sequence FROM document_log WHERE type = 'payment'")[0]
    assert f"document_log sequence {sequence}: payload.fields.net_minor" in named(
        rebuilt(world, next(places))
    )


def test_a_document_without_its_event_is_not_made_again(world: World, places: Any) -> None:
    paid(world)
    outcome = RecordCreditOutcome(
        account=world.people["SUPPLIER"].address, order_id=1, delivery_id=1, value_minor=5,
        delivery_bps=10_000, quality_bps=10_000, score_bps=9_999,
    )  # fmt: skip
    number = forge(world, outcome)
    world.settle()
    report = rebuilt(world, next(places))
    assert "comes of an event, and it names none" in named(report), number
    assert not report.holds


def test_an_event_that_has_no_document_is_named(world: World, places: Any) -> None:
    paid(world)
    unlock(world)
    sequence, origin = world.sql(
        "SELECT sequence, origin FROM document_log WHERE type = 'receipt_attestation'"
    )[0]
    world.sql("DELETE FROM document_log WHERE sequence = :s", s=sequence)
    said = named(rebuilt(world, next(places)))
    assert f"document_log origin {origin}: the event has no document" in said
    assert f"document_log sequence {sequence}: row is missing" in said


def test_a_bridge_at_work_is_waited_for(world: World, tmp_path: Path) -> None:
    paid(world)
    stirred = iter([True])

    def stir(what: str, done: int, of: int) -> None:
        if what == "making the books" and next(stirred, False):
            world.issue()

    with pytest.raises(RingMoves, match="went on meanwhile"):
        world.bridge.rebuild.run(tmp_path / "rebuilt.db", stir)


def test_the_command_leaves_the_database_in_use_alone_and_keeps_the_new_one(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(world)
    monkeypatch.setattr("bridge.operator.options.read", lambda *_a, **_k: world.config)
    before = world.sql("SELECT * FROM bridge_cursor"), world.bridge.port.last_sequence()
    seen = CliRunner().invoke(interlock.app, ["rebuild", "--json", "--keep", str(tmp_path / "kept")])  # fmt: skip
    assert seen.exit_code == 0, seen.output
    found = json.loads(seen.stdout)
    assert found["holds"] is True
    assert found["differences"] == []
    assert found["events"] > 10
    assert (tmp_path / "kept" / "rebuilt.db").stat().st_mode & 0o777 == 0o600
    assert (world.sql("SELECT * FROM bridge_cursor"), world.bridge.port.last_sequence()) == before

    again = CliRunner().invoke(interlock.app, ["rebuild", "--keep", str(tmp_path / "kept")])
    assert "is there already" in str(again.exception)
    world.sql("UPDATE delivery SET paid_minor = paid_minor + 1")
    red = CliRunner().invoke(interlock.app, ["rebuild"])
    assert red.exit_code == 1
    assert "delivery order_id 1, delivery_id 1: paid_minor" in red.output
