"""PostgreSQL has no memory for a moment (53200): the trouble of a machine, no bug of the ring and no finding of an audit."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from bridge.errors import Retryable
from erp.kernel.base import is_busy
from scripts.devchain.devchain import DevChain
from tests.faults.administrator import paid
from tests.faults.driving import run_daemon
from tests.world import World, build_world

NO_MEMORY = "DO $$ BEGIN RAISE EXCEPTION 'out of memory' USING ERRCODE = '53200'; END $$"
PASSES = 4


class Server:
    """Says once that it has no memory, at the next statement of the ERP that begins so."""

    def __init__(self, engine: Engine, begins: str) -> None:
        self.said = 0
        self._begins = begins
        event.listen(engine, "before_cursor_execute", self._before)

    def _before(self, _of: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if not self.said and statement.startswith(self._begins):
            self.said += 1
            cursor.connection.execute(NO_MEMORY)


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_db: str) -> Any:
    """A world whose books stand in PostgreSQL."""
    with DevChain("anvil") as node:
        made = build_world(node, tmp_path, postgres_db)
        yield made
        made.close()


def test_an_audit_for_which_the_database_has_no_memory_is_not_told_as_one_that_does_not_hold(
    on_postgres: World, tmp_path: Path
) -> None:
    """`interlock audit` ends with 3 for what is Retryable; with 1, as one that does not hold, for everything else."""
    paid(on_postgres)
    on_postgres.settle()
    server = Server(on_postgres.bridge.port.engine, "SELECT max(document_log")
    with pytest.raises(Retryable):
        on_postgres.bridge.audit.run(folder=tmp_path / "notebook")
    assert server.said == 1
    assert on_postgres.bridge.audit.run(folder=tmp_path / "notebook").holds


def test_a_daemon_to_whom_the_database_has_no_memory_tells_no_bug(on_postgres: World) -> None:
    on_postgres.issue()
    server = Server(on_postgres.bridge.port.engine, "SELECT document_log")
    left = iter(range(PASSES))
    run_daemon(on_postgres, until=lambda: next(left, None) is None)
    assert server.said == 1
    on_postgres.settle()
    assert len(on_postgres.documents("tender")) == 1
    assert "bug" not in on_postgres.alarms(), on_postgres.alarms()


@pytest.mark.parametrize(
    ("said", "busy"),
    [
        (psycopg.OperationalError("out of memory"), True),  # the library itself, without a state
        (sqlite3.OperationalError("disk I/O error"), True),
        (sqlite3.OperationalError("no such table: document_log"), False),
        (psycopg.errors.UndefinedTable("out of memory is no table"), False),
    ],
)
def test_the_trouble_of_a_machine_is_told_from_a_broken_program(
    said: Exception, busy: bool
) -> None:
    kind = (
        OperationalError if isinstance(said, (psycopg.OperationalError, sqlite3.OperationalError))
        else ProgrammingError
    )  # fmt: skip
    assert is_busy(kind("SELECT 1", {}, said)) is busy
