"""Rows are read once and written once, and whoever asks sees them as they are now."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from erp.database import transaction
from erp.execute import Submission
from erp.items.tables import Item, SourcingCandidate
from erp.kernel.bulk import ROWS_AT_ONCE
from erp.kernel.rows import Rows
from erp.kernel.unit import Unit
from erp.ledger.tables import LedgerAccount
from erp.parties.tables import Party
from erp.payments.tables import SuspenseItem
from erp.rooms import execute_many
from erp.stock.schemas import IssueStock, OpenStock
from tests.erp.world import START, World, account


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    def see(_c: Connection, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", see)
    yield seen
    event.remove(engine, "before_cursor_execute", see)


@contextmanager
def unit_of(world: World) -> Iterator[Unit]:
    with transaction(world.engine) as session:
        unit = Unit(session)
        yield unit
        unit.release()


def items_in(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT code || ' ' || name FROM item ORDER BY code")))


def test_a_row_is_read_once_and_written_once_however_many_commands_change_it(
    world: World,
) -> None:
    world.do(OpenStock(entity="buyer", item="bolt", quantity=1_000, value_minor=10_000))
    issue = IssueStock(entity="buyer", item="bolt", quantity=1, purpose="production")
    told = [
        Submission(issue, START, hashlib.sha256(b"%d" % index).digest(), "test")
        for index in range(100)
    ]
    with statements(world.engine) as seen, transaction(world.engine) as session:
        execute_many(session, told, atomic=True)
    verbs = Counter(statement.split()[0] for statement in seen)
    for table in ("stock_level", "ledger_balance", "document_head", "number_series"):
        changes = [one for one in seen if one.startswith(f"UPDATE {table} ")]
        assert len(changes) <= 1, table
    inserted = [one for one in seen if one.startswith("INSERT INTO ")]
    of_log = [one for one in inserted if one.startswith("INSERT INTO document_log ")]
    assert len(of_log) <= 1 + len(told) // ROWS_AT_ONCE
    assert verbs["SELECT"] <= 20
    assert len(seen) - len(inserted) + len(set(inserted)) <= 40


def test_a_row_is_the_same_object_whoever_asks_for_it(world: World) -> None:
    with unit_of(world) as unit:
        one = unit.rows.get(Party, "buyer")
        assert one is not None
        assert unit.rows.find(Party, account=account("buyer")) is one
        assert one in unit.rows.select(Party, "code", status="ENROLLED")
        assert unit.rows.get(Party, "buyer") is one


def test_what_was_changed_made_or_removed_is_seen_before_it_is_written(world: World) -> None:
    with statements(world.engine) as seen, unit_of(world) as unit:
        rows = unit.rows
        bolt = rows.get(Item, "bolt")
        assert bolt is not None
        bolt.name = "Nail"
        made = rows.add(Item, code="nut", name="Nail", unit="piece")
        rows.add(Item, code="axe", name="Axe", unit="piece")
        assert rows.select(Item, "code", name="Nail") == [bolt, made]
        assert rows.select(Item, name="Bolt") == []
        assert rows.find(Item, name="Axe") is rows.get(Item, "axe")
        made.name = "Nut"
        assert rows.find(Item, name="Nail") is bolt
        rows.delete(bolt)
        assert rows.get(Item, "bolt") is None
        assert rows.find(Item, name="Nail") is None
        assert [row.code for row in rows.select(Item, "code")] == ["axe", "nut"]
        assert not [one for one in seen if not one.startswith(("SELECT", "BEGIN"))]
        rows.add(Item, code="bolt", name="Bolt", unit="piece")
    with transaction(world.engine) as session:
        assert items_in(session) == ["axe Axe", "bolt Bolt", "nut Nut"]


def test_a_query_of_its_own_sees_what_is_pending(world: World) -> None:
    with transaction(world.engine) as session:
        unit = Unit(session)
        unit.rows.add(Item, code="nut", name="Nut", unit="piece")
        assert items_in(unit.session) == ["bolt Bolt", "nut Nut"]
        unit.discard()
        assert items_in(session) == ["bolt Bolt"]


def test_rows_that_differ_in_what_changed_are_written_together_where_they_can_be(
    world: World,
) -> None:
    with statements(world.engine) as seen, unit_of(world) as unit:
        for code in ("buyer", "supplier", "rival"):
            found = unit.rows.get(Party, code)
            assert found is not None
            found.outcomes += 1
        found.name = "Rival"
    columns = [re.findall(r"(\w+)=", one) for one in seen if one.startswith("UPDATE party SET")]
    assert columns == [["outcomes"], ["name", "outcomes"]]


def test_putting_a_row_makes_it_or_gives_it_new_values(world: World) -> None:
    with unit_of(world) as unit:
        made = unit.rows.put(Item, code="nut", name="Nut", unit="piece")
        assert unit.rows.put(Item, code="nut", name="Big nut", unit="box") is made
        assert (made.name, made.unit) == ("Big nut", "box")


def test_an_instance_of_a_table_becomes_a_row(world: World) -> None:
    with unit_of(world) as unit:
        made = unit.rows.add(Item(code="nut", name="Nut", unit="piece"))
        assert unit.rows.get(Item, "nut") is made
        assert made.model_dump() == {"code": "nut", "name": "Nut", "unit": "piece"}


def test_rows_refuse_what_can_only_be_a_mistake(world: World) -> None:
    with unit_of(world) as unit:
        rows = unit.rows
        rows.get(Item, "bolt")
        with pytest.raises(ValueError, match=r"item .*bolt.* is there already"):
            rows.add(Item, code="bolt", name="Bolt", unit="piece")
        with pytest.raises(TypeError, match="unit"):
            rows.add(Item, code="nut", name="Nut")
        with pytest.raises(ValueError, match="2 rows of sourcing_candidate"):
            rows.find(SourcingCandidate, item="bolt")
        found = rows.get(Item, "bolt")
        with pytest.raises(AttributeError, match="colour"):
            found.colour = "red"  # type: ignore[union-attr]


def test_rows_are_inserted_in_the_order_in_which_they_were_made(world: World) -> None:
    """A row that was asked for before it was there stood before the one that it refers to."""
    with unit_of(world) as unit:
        rows = unit.rows
        assert rows.get(LedgerAccount, "6602.99.01") is None
        model = rows.get(LedgerAccount, "6602")
        assert model is not None
        for code, parent in (("6602.99", "6602"), ("6602.99.01", "6602.99")):
            rows.add(
                LedgerAccount,
                **{**model.model_dump(), "code": code, "parent": parent, "role": None},
            )


def test_rows_refuse_to_look_for_null(world: World) -> None:
    """A row held in memory had it, the same row in the database had not: what was found hung on what was read before."""
    with unit_of(world) as unit:
        unit.rows.add(SuspenseItem, number="TRF", sender=None, receiver="buyer", amount_minor=1)
        with pytest.raises(ValueError, match="nothing equals NULL"):
            unit.rows.select(SuspenseItem, sender=None)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="nothing equals NULL"):
            unit.rows.find(SuspenseItem, sender=None, receiver="buyer")  # type: ignore[arg-type]


def test_rows_refuse_another_key_for_a_row(world: World) -> None:
    """The database had the new key, and whoever asked for it was told that there is none."""
    with transaction(world.engine) as session:
        unit = Unit(session)
        found = unit.rows.get(Item, "bolt")
        assert found is not None
        found.code = "nut"
        with pytest.raises(ValueError, match=r"the key of item .*bolt.* was changed"):
            unit.flush()
        unit.discard()


def test_rows_refuse_to_delete_a_row_in_place_of_the_one_that_followed_it(world: World) -> None:
    with unit_of(world) as unit:
        old = unit.rows.add(Item, code="nut", name="Nut", unit="piece")
        unit.rows.delete(old)
        new = unit.rows.add(Item, code="nut", name="New nut", unit="piece")
        with pytest.raises(ValueError, match=r"item .*nut.* is not this row"):
            unit.rows.delete(old)
        assert unit.rows.get(Item, "nut") is new


def test_rows_outside_of_a_command_are_read_alone(world: World) -> None:
    with transaction(world.engine) as session:
        rows = Rows.of(session)
        rows.add(Item, code="nut", name="Nut", unit="piece")
        with pytest.raises(TypeError, match="to be read"):
            rows.flush()
