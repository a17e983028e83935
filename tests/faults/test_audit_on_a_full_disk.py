"""An audit whose own disk is full says so, and to try again: what it could not read is no difference."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bridge.audit.room import room_told
from bridge.errors import Retryable, StoreBusy
from bridge.store import rebuilt
from erp import replay
from erp.database import open_engine
from tests.faults.administrator import paid
from tests.world import World

ENOUGH = 10_000  # pages of a database


class Disk:
    """How many pages a database may have that is opened from now on; the schema alone takes some hundred."""

    pages = ENOUGH

    def opened(self, url: str) -> Engine:
        """As `open_engine`, on this disk."""
        engine = open_engine(url)
        event.listen(engine, "connect", self._bound)
        return engine

    def _bound(self, connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {self.pages}")


@pytest.mark.parametrize("pages", [2, 400, 520, 560])
@pytest.mark.parametrize("room", [replay, rebuilt], ids=["books", "notebook"])
def test_an_audit_on_a_full_disk_says_so_and_the_next_one_reads_all(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, room: Any, pages: int
) -> None:
    paid(world)
    disk = Disk()
    monkeypatch.setattr(room, "open_engine", disk.opened)
    disk.pages = pages
    folder, told = tmp_path / "notebook", ""
    try:
        world.bridge.audit.run(folder=folder)
    except Retryable as why:
        told = str(why)
    assert pages > 2 or "no room" in told
    disk.pages = ENOUGH
    report = world.bridge.audit.run(folder=folder)
    assert report.holds
    assert report.since is None or not told


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "no"), sqlite3.OperationalError("database or disk is full")]
)
def test_no_room_is_told_as_such_and_every_other_trouble_as_it_is(error: Exception) -> None:
    with pytest.raises(StoreBusy, match="no room"), room_told():
        raise error
    with pytest.raises(OSError, match="denied"), room_told():
        raise OSError(errno.EACCES, "denied")
