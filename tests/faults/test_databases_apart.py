"""The bridge's tables in a database of their own: the ERP commits first, the inbox afterwards, and nothing is lost."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.bootstrap import Access, build
from bridge.errors import AlreadyRunning, PortBusy, WrongDeployment
from bridge.intents import InboxStatus
from bridge.operator import check
from bridge.ports.embedded import EmbeddedPort
from bridge.ring import dispatch
from bridge.store import inbox
from bridge.store.engine import is_same_database
from bridge.store.lock import sole_daemon
from tests.faults.crashes import Died
from tests.faults.killing import ends_the_same
from tests.faults.test_crash_between_stages import play
from tests.world import World
from tests.worlds import Worlds


def drop(path: Path, bridges: bool) -> None:
    """Takes the bridge's tables, or all others, out of a database."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in rows:
            ours = name.startswith("bridge_") or name == "alembic_version_bridge"
            if ours == bridges and not name.startswith("sqlite_"):
                connection.execute(f"DROP TABLE {name}")
        connection.commit()


def apart_of(world: World) -> World:
    """The same world with the bridge's tables moved into a file of their own."""
    world.close()
    own = world.home / "bridge.db"
    shutil.copy(world.home / "interlock.db", own)
    drop(own, bridges=False)
    drop(world.home / "interlock.db", bridges=True)
    world.reopen(bridge_db=f"sqlite:///{own}")
    return world


@pytest.fixture
def apart(world: World) -> World:
    """A fresh world whose bridge has a database of its own."""
    return apart_of(world)


def tables(path: Path) -> set[str]:
    """Names of the tables in a file."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}


def test_the_main_job_runs_with_two_databases_that_share_no_table(apart: World) -> None:
    play(apart)
    apart.assert_nothing_waits()
    apart.assert_audit_holds()
    assert not any(name.startswith("bridge_") for name in tables(apart.home / "interlock.db"))
    assert "document_log" not in tables(apart.home / "bridge.db")


def test_a_bridge_that_dies_between_the_two_commits_finds_its_document_again(
    apart: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender = apart.open_tender()
    apart.commit("SUPPLIER", tender, 1_000_003)
    with monkeypatch.context() as patch:

        def die(*_: Any) -> None:
            raise Died("before the inbox was marked")

        patch.setattr(inbox, "mark_events", die)
        with pytest.raises(Died):
            apart.settle()
    (bid,) = apart.documents("bid")  # the ERP's commit stands
    (row,) = apart.sql(
        "SELECT status, document_number FROM bridge_inbox WHERE event = 'BidCommitted'"
    )
    assert tuple(row) == (InboxStatus.FINAL, None)
    apart.reopen()
    apart.settle()
    assert apart.documents("bid") == [bid]
    (row,) = apart.sql(
        "SELECT status, document_number FROM bridge_inbox WHERE event = 'BidCommitted'"
    )
    assert tuple(row) == (InboxStatus.POSTED, bid.number)
    apart.assert_audit_holds()


def test_dying_around_both_commits_loses_and_doubles_nothing(
    worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    least = {"booking": 11, "commit": 21}
    ends_the_same(worlds, tmp_path, monkeypatch, play, 3, least, changed=apart_of).close()


def test_an_erp_that_becomes_busy_leaves_what_it_booked_marked(
    apart: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "DISPATCH_BATCH", 1)  # it becomes busy between two batches
    apply, told = EmbeddedPort.apply, []

    def busy_from_the_second_on(port: EmbeddedPort, commands: Any, unit: Any) -> Any:
        told.extend(commands)
        if len(told) > 1:
            raise PortBusy("a long transaction")
        return apply(port, commands, unit)

    tender = apart.open_tender()
    for who in ("SUPPLIER", "RIVAL"):
        apart.commit(who, tender, 1_000_003)
    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedPort, "apply", busy_from_the_second_on)
        with pytest.raises(PortBusy):
            apart.settle()
    rows = apart.sql(
        "SELECT status FROM bridge_inbox WHERE event = 'BidCommitted' ORDER BY position"
    )
    assert [row[0] for row in rows] == [InboxStatus.POSTED, InboxStatus.FINAL]
    apart.settle()
    assert [d.fields["index"] for d in apart.documents("bid")] == [1, 2]
    apart.assert_audit_holds()


def test_a_refused_event_is_quarantined_and_comes_back_with_a_retry(apart: World) -> None:
    order = apart.tender({"SUPPLIER": 1_000_003})
    apart.sql("UPDATE purchase_order SET status = 'OPENED' WHERE number = :n", n=order.number)
    apart.despatch("SUPPLIER", order, 100)
    apart.settle()
    (parked,) = apart.status()["quarantined"]
    assert order.number in apart.alarms()["quarantined"]
    apart.sql("UPDATE purchase_order SET status = 'FUNDED' WHERE number = :n", n=order.number)
    apart.retry(parked["position"])
    apart.settle()
    assert apart.last("despatch").fields["order"] == order.number
    apart.assert_audit_holds()


def test_one_daemon_for_each_database_of_a_bridge(apart: World) -> None:
    again = build(apart.config)
    with (
        sole_daemon(apart.bridge.store.engine),
        pytest.raises(AlreadyRunning),
        sole_daemon(again.store.engine),
    ):
        pass
    again.close()


def test_a_database_of_the_bridge_that_is_not_there_is_told_and_not_made(apart: World) -> None:
    path = apart.home / "none.db"
    config = replace(apart.config, bridge_db=f"sqlite:///{path}")
    for access in (Access.READ, Access.LOOK):
        with pytest.raises(WrongDeployment, match=f"no database at sqlite:///{path}"):
            build(config, access=access)
    found = {f.name: f for f in check.run(config)}
    assert found["database"].detail.startswith("new")
    assert not path.exists()


def test_one_database_named_in_two_ways_is_one(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    here = "sqlite:///books.db"
    assert is_same_database(here, f"sqlite:///{tmp_path}/books.db")
    assert is_same_database(here, "sqlite+pysqlite:///./books.db")
    assert not is_same_database(here, "sqlite:///bridge.db")
    server = "postgresql+psycopg://clerk:a@host/books"
    assert is_same_database(server, "postgresql+psycopg://bridge:b@host/books")
    assert not is_same_database(server, "postgresql+psycopg://clerk:a@host/bridge")
    assert not is_same_database(server, here)
