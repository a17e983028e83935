"""A bridge is started while somebody else holds the database: it may be started again, and nobody has to change anything."""

from __future__ import annotations

import sqlite3

import pytest

from bridge.bootstrap import build
from bridge.errors import StoreBusy
from bridge.store import engine
from erp import database
from tests.world import World


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits ten seconds for a lock."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)


@pytest.mark.usefixtures("impatient")
def test_a_locked_database_is_waited_for_and_no_wrong_setting(world: World) -> None:
    world.bridge.close()
    path = world.bridge.store.engine.url.database
    holder = sqlite3.connect(str(path), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="database is locked"):
        build(world.config)
    holder.execute("ROLLBACK")
    holder.close()
    world.reopen()
    world.settle()
    world.assert_audit_holds()
